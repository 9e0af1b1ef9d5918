import type { EventEmitter } from "node:events";
import { AppError } from "../kernel/errors.ts";
import type { Logger, Metrics } from "../observability/index.ts";

/** A promise was rejected with a value that is no error, and nothing handled it. */
class UnhandledValueError extends AppError<"unhandled_value"> {
  readonly value: unknown;

  constructor(value: unknown) {
    super("unhandled_value", `A promise was rejected with a value of type ${typeof value}.`);
    this.value = value;
  }
}

/**
 * Logs and counts rejections that nothing handles, and goes on: all state is in the database, and one library's stray
 * rejection must not stop the work of others. An uncaught exception is logged, and still ends the process.
 */
export function watchProcessFaults(options: {
  process: Pick<EventEmitter, "on">;
  logger: Logger;
  metrics: Pick<Metrics, "countUnhandledRejection">;
}): void {
  const { process, logger, metrics } = options;
  process.on("unhandledRejection", (reason: unknown) => {
    metrics.countUnhandledRejection();
    const error = reason instanceof Error ? reason : new UnhandledValueError(reason);
    logger.error({ error }, "A promise was rejected, and nothing handled it.");
  });
  // The monitor leaves Node's default in place: the process ends with exit code 7 or 1.
  process.on("uncaughtExceptionMonitor", (error: unknown) => {
    logger.fatal({ error }, "An exception was not caught; the process ends.");
  });
}
