import type { IncydrHooks } from "../incydr/index.ts";
import type { Logger, Metrics } from "../observability/index.ts";
import { logSharing } from "./log-sharing.ts";

/** What the Incydr client tells, in the log and the metrics. */
export function createIncydrHooks(logger: Logger, metrics: Metrics): IncydrHooks {
  return {
    onSharing: logSharing(logger),
    onResponse: metrics.countRequest,
    onRetry: metrics.countRetry,
    onWait: metrics.countWait,
  };
}
