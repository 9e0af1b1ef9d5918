import { type Logger as BoltLogger, LogLevel } from "@slack/bolt";
import type { Logger } from "../observability/index.ts";

/** Lets Bolt write into the service's own log. */
export function createBoltLogger(logger: Logger): BoltLogger {
  const room = logger.child({ room: "bolt" });
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: (...parts) => room.debug(text(parts)),
    // Bolt tells at this level what an operator needn't know.
    info: (...parts) => room.debug(text(parts)),
    warn: (...parts) => room.warn(text(parts)),
    error: (...parts) => room.error(text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
