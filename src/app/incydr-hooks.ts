import type { IncydrHooks } from "../incydr/index.ts";
import type { Logger, Metrics } from "../observability/index.ts";

const TOKEN_PATH = "/v1/oauth";
/** Incydr answers refused credentials with one of these, depending on the fault (docs/incydr-client.md). */
const REFUSED_STATUSES: ReadonlySet<number | null> = new Set([400, 401, 403]);

/**
 * Writes the events of the Incydr client to the log and the metrics.
 * @param options.onTokenRefused called when Incydr refuses the API client's credentials
 */
export function createIncydrHooks(options: {
  logger: Logger;
  metrics: Metrics;
  onTokenRefused: () => void;
}): IncydrHooks {
  const { logger, metrics, onTokenRefused } = options;
  return {
    onSharing: logSharing(logger),
    onIncompleteList: (list) =>
      logger.warn(
        list,
        "A list of Incydr may be incomplete. Nothing is concluded from records missing in it.",
      ),
    onResponse(event) {
      metrics.countRequest(event);
      if (event.path === TOKEN_PATH && REFUSED_STATUSES.has(event.status)) onTokenRefused();
    },
    onRetry: metrics.countRetry,
    onWait: metrics.countWait,
  };
}

/** Logs whether the replicas keep the limit of Incydr together, and why not. */
function logSharing(logger: Logger): NonNullable<IncydrHooks["onSharing"]> {
  return ({ sharing, requestsPerMinute, replicas, reason }) => {
    const kept = { requestsPerMinute: Math.round(requestsPerMinute), replicas };
    if (sharing === "together") logger.info(kept, "The replicas keep the limit of Incydr together.");
    else {
      const what = "Redis can't be reached: this replica keeps to its share of the limit of Incydr.";
      logger.warn({ ...kept, reason }, what);
    }
  };
}
