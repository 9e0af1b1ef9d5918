import { type JobFailureObserver, requestIdOf } from "../change-requests/index.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Logger, Metrics } from "../observability/index.ts";
import { errorCodeOf } from "./is-outage.ts";

/** Logs and counts failed jobs. */
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
        isOutage ? "A job failed in an outage and will be tried again." : "A job failed by a fault.",
      );
    },

    onGivenUp({ job, error, reference, goesOnDaily }) {
      metrics.countJobGivenUp(job.kind);
      logger.error(
        { job: job.kind, requestId: requestIdOf(job), reference, code: errorCodeOf(error), error },
        goesOnDaily
          ? "A job failed too often. It is tried again once a day."
          : "A job failed too often and is given up.",
      );
    },
  };
}
