import type { Priority } from "./priorities.ts";

/** The permission to start one request now. Its holder must call either `started` or `release`. */
export interface Slot {
  /** The priority that gets the slot; if undefined, the receiver chooses. */
  readonly lane?: Priority | undefined;
  /** Whether the slot may still be used; false after it was kept too long. */
  isOpen(): boolean;
  /** Must be called when the request starts, because the distance to the next slot is measured from there. */
  started(): void;
  /** Must be called if no request will use the slot. */
  release(): void;
}

/** Grants slots, one at a time. The waiting call for a slot is chosen when the slot arrives. */
export interface SlotSource {
  /** The configured rate; `Infinity` for no limit. */
  readonly requestsPerMinute: number;
  /** Resolves when the next request may start. Call it again only after it has resolved. */
  next(): Promise<Slot>;
  /** The other replicas, if the limit is shared. */
  readonly peers?: Peers;
  close(): Promise<void>;
}

/** The other replicas of a shared limit. */
export interface Peers {
  /** Publishes the priorities of the calls that wait here. */
  publishDemand(waiting: ReadonlySet<Priority>): void;
  /** Makes the other replicas start no request for `ms` milliseconds from now. */
  pause(ms: number): void;
  /** Registers the only listener for pauses that other replicas publish. */
  onPause(listener: (ms: number) => void): void;
  /** The current way of keeping the limit. */
  sharing(): SharingStatus;
}

/**
 * How the limit is kept. `alone`: by this process, without Redis. `together`: by all replicas, over Redis. `cut_off`:
 * Redis can't be reached, and this replica keeps to its share. The values are published, also as labels of a metric.
 */
export type Sharing = "alone" | "together" | "cut_off";

/** The way of keeping the limit at one moment. */
export interface SharingStatus {
  readonly sharing: Sharing;
  /** The current rate: of all replicas if `together`, else of this process alone. */
  readonly requestsPerMinute: number;
  /** The number of replicas that share the limit, this one included. */
  readonly replicas: number;
}
