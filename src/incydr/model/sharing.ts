/**
 * How the limit is kept. `alone`: by this process, without Redis. `together`: by all replicas, over Redis. `cut_off`:
 * Redis can't be reached, and this replica keeps to its share. The values are published, also as labels of a metric.
 */
export type Sharing = "alone" | "together" | "cut_off";

/** The way of keeping the limit at one moment. */
export interface SharingStatus {
  readonly sharing: Sharing;
  /** The current limit: of all replicas if `together`, else of this process alone. */
  readonly requestsPerMinute: number;
  /** The number of replicas that share the limit, this one included. */
  readonly replicas: number;
}
