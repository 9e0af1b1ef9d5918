export {
  createHealth,
  DEPENDENCIES,
  type Dependency,
  type DependencyHealth,
  type Health,
} from "./health.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
