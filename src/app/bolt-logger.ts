import { type Logger as BoltLogger, LogLevel } from "@slack/bolt";
import type { Logger } from "../observability/index.ts";

/** Lets Bolt write into the service's own log. */
export function createBoltLogger(logger: Logger): BoltLogger {
  const component = logger.child({ component: "bolt" });
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  /** The error among the parts as a field, so that its cause is logged too. */
  const fields = (parts: unknown[]) => {
    const error = parts.find((part) => part instanceof Error);
    return error ? { error } : {};
  };
  return {
    debug: (...parts) => component.debug(text(parts)),
    // Bolt tells at this level what an operator needn't know.
    info: (...parts) => component.debug(text(parts)),
    warn: (...parts) => component.warn(fields(parts), text(parts)),
    error: (...parts) => component.error(fields(parts), text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
