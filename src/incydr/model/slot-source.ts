import type { Priority } from "./priorities.ts";

/** The leave to start one request, at once. Either `started` or `release` is to follow. */
export interface Slot {
  /** The priority that gets the slot; undefined leaves that to the caller. */
  readonly lane?: Priority | undefined;
  /** Whether it may still be used; false after it was kept too long. */
  isOpen(): boolean;
  /** To be called when the request starts: from there the distance to the next one is measured. */
  started(): void;
  /** To be called when no request comes of it. */
  release(): void;
}

/** Grants slots, one at a time. The user of a slot is chosen when the slot arrives. */
export interface SlotSource {
  /** The rate it is made for; `Infinity` if it keeps none. */
  readonly requestsPerMinute: number;
  /**
   * Resolves when the next request may start, once the slot before was used or released. Called again only after it
   * has resolved.
   */
  next(): Promise<Slot>;
  /** The other replicas, where the limit is shared with some. */
  readonly peers?: Peers;
  /** Grants nothing more. */
  close(): Promise<void>;
}

/** The other replicas of a shared limit. */
export interface Peers {
  /** Publishes the priorities of the calls that wait here. */
  publishDemand(waiting: ReadonlySet<Priority>): void;
  /** Makes them start nothing for so many milliseconds from now. */
  pause(ms: number): void;
  /** Registers the listener for their pauses; one only. */
  onPause(listener: (ms: number) => void): void;
  /** How the limit is kept now. */
  sharing(): SharingStatus;
}

/**
 * Which limit is kept. `alone` is local: this process knows of no other. `together` is shared: all replicas keep the
 * whole limit over Redis. `cut_off` is the fallback: Redis can't be reached, and this replica keeps to its share. The
 * values are published, also as labels of a metric.
 */
export type Sharing = "alone" | "together" | "cut_off";

/** How the limit is kept at one moment. */
export interface SharingStatus {
  readonly sharing: Sharing;
  /** The rate kept now: by all replicas if `together`, else by this process alone. */
  readonly requestsPerMinute: number;
  /** How many replicas keep it, this one included. */
  readonly replicas: number;
}
