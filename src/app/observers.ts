import type { EventEmitter } from "node:events";
import { type Logger as BoltLogger, LogLevel } from "@slack/bolt";
import { type JobFailureObserver, requestIdOf } from "../change-requests/index.ts";
import type { IncydrHooks } from "../incydr/index.ts";
import { AppError, messageOf } from "../kernel/errors.ts";
import type { Logger, Metrics } from "../observability/index.ts";
import { errorCodeOf } from "./is-outage.ts";

const TOKEN_PATH = "/v1/oauth";

/** Incydr's statuses for refused credentials (docs/incydr-client.md). */
const REFUSED_STATUSES: ReadonlySet<number | null> = new Set([400, 401, 403]);

/** Writes Bolt's log to the service's log. */
export function createBoltLogger(logger: Logger): BoltLogger {
  const component = logger.child({ component: "bolt" });
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  /** The error as a field, so that the log shows its cause too. */
  const fields = (parts: unknown[]) => {
    const error = parts.find((part) => part instanceof Error);
    return error ? { error } : {};
  };
  return {
    debug: (...parts) => component.debug(text(parts)),
    // Bolt's lines at this level are of no use to an operator.
    info: (...parts) => component.debug(text(parts)),
    warn: (...parts) => component.warn(fields(parts), text(parts)),
    error: (...parts) => component.error(fields(parts), text(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

/** Writes the events of the Incydr client to the log and the metrics. */
export function createIncydrHooks(options: {
  logger: Logger;
  metrics: Metrics;
  onTokenRefused: () => void;
}): IncydrHooks {
  const { logger, metrics, onTokenRefused } = options;
  return {
    onSharing({ sharing, requestsPerMinute, replicas, reason }) {
      const kept = { requestsPerMinute: Math.round(requestsPerMinute), replicas };
      if (sharing === "together")
        logger.info(kept, "The replicas share the limit of requests to Incydr over Redis.");
      else {
        const what =
          "Redis can't be used. This replica keeps to INCYDR_SHARE of the limit. Check REDIS_URL and the server.";
        logger.warn({ ...kept, reason }, what);
      }
    },
    onIncompleteList: (list) =>
      logger.warn(
        list,
        "A list from Incydr may be incomplete. The bot concludes nothing from records that it lacks.",
      ),
    onResponse(event) {
      metrics.countRequest(event);
      if (event.path === TOKEN_PATH && REFUSED_STATUSES.has(event.status)) onTokenRefused();
    },
    onRetry: metrics.countRetry,
    onWait: metrics.countWait,
  };
}

export function createJobFailureObserver(
  logger: Logger,
  metrics: Pick<Metrics, "countJobFailure" | "countJobGivenUp">,
): JobFailureObserver {
  return {
    onFailed({ job, error, isOutage, faults }) {
      metrics.countJobFailure({ kind: job.kind, isOutage });
      const which = { job: job.kind, requestId: requestIdOf(job), code: errorCodeOf(error) };
      logger.warn(
        { ...which, message: messageOf(error), ...(faults === null ? {} : { faults }) },
        isOutage
          ? "A job failed because of an outage. The bot tries it again."
          : "A job failed because of a fault.",
      );
    },

    onGivenUp({ job, error, reference, goesOnDaily }) {
      metrics.countJobGivenUp(job.kind);
      logger.error(
        { job: job.kind, requestId: requestIdOf(job), reference, code: errorCodeOf(error), error },
        goesOnDaily
          ? "A job failed too often. From now on, the bot tries it once a day."
          : "A job failed too often. The bot does not try it again.",
      );
    },
  };
}

/** An unhandled rejection with a value that is no error. */
class UnhandledValueError extends AppError<"unhandled_value"> {
  readonly value: unknown;

  constructor(value: unknown) {
    super("unhandled_value", `A promise was rejected with a value of type ${typeof value}.`);
    this.value = value;
  }
}

/**
 * Logs and counts unhandled rejections. The process continues, because all state is in the database, and a stray
 * rejection of a library must not stop other work. An uncaught exception is logged, and ends the process.
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
    logger.error({ error }, "A promise was rejected, and no code handled it. The process continues.");
  });
  // After the monitor, Node ends the process with exit code 7 or 1.
  process.on("uncaughtExceptionMonitor", (error: unknown) => {
    logger.fatal({ error }, "An exception was not caught. The process ends.");
  });
}
