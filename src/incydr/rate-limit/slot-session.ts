import type { Priority } from "../model/priorities.ts";
import type { Slot } from "../model/slot-source.ts";

/** The part of one connection in a shared limit, until the connection is lost. */
export interface SlotSession extends AsyncDisposable {
  /** Aborted, with the reason, when the session ends. */
  readonly lost: AbortSignal;
  /** The shared rate and the number of replicas, from the last report. */
  heard(): { readonly requestsPerMinute: number; readonly replicas: number };
  /**
   * Adds this replica to the replicas that share the limit; before that it gets no slots. Rejects with a
   * JoinRefusedError if Redis refused; then the replica certainly doesn't count.
   */
  join(): Promise<void>;
  /**
   * Waits until this replica may hand out a slot, and hands it to the replica with the most urgent call. Resolves with
   * the rest of a pause of all replicas, in milliseconds; rejects when the session is lost.
   */
  handOut(): Promise<number>;
  /** Publishes to the other replicas the priorities of the calls that wait here. */
  publishDemand(waiting: ReadonlySet<Priority>): void;
  /** Lets no replica start a request for `ms` milliseconds from now. */
  pause(ms: number): void;
}

/** Redis refuses the commands of a report, for instance for lack of permissions. */
export class JoinRefusedError extends Error {}

export interface SlotSessionListener {
  /** A request may use `slot` now. */
  onSlot(slot: Slot): void;
  /** No request may start for `ms` milliseconds. */
  onPause(ms: number): void;
}

/** Opens a session; rejects if Redis can't be reached. */
export type OpenSlotSession = (listener: SlotSessionListener) => Promise<SlotSession>;
