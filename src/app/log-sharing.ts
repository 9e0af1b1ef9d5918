import type { IncydrHooks } from "../incydr/index.ts";
import type { Logger } from "../observability/index.ts";

/** Logs whether the replicas keep the limit of Incydr together, and why not. */
export function logSharing(logger: Logger): NonNullable<IncydrHooks["onSharing"]> {
  return ({ sharing, requestsPerMinute, replicas, reason }) => {
    const kept = { requestsPerMinute: Math.round(requestsPerMinute), replicas };
    if (sharing === "together") logger.info(kept, "The replicas keep the limit of Incydr together.");
    else {
      const what = "Redis can't be reached: this replica keeps to its share of the limit of Incydr.";
      logger.warn({ ...kept, reason }, what);
    }
  };
}
