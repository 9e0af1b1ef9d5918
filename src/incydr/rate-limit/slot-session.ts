import type { Priority } from "../model/priorities.ts";
import type { Slot } from "../model/slot-source.ts";

/** One connection's part in a limit that replicas keep together, from the connecting until it is lost. */
export interface SlotSession extends AsyncDisposable {
  /** Aborted, with the reason, once nothing more comes of it. */
  readonly lost: AbortSignal;
  /** The rate of all replicas together and their number, as last heard. */
  heard(): { readonly requestsPerMinute: number; readonly replicas: number };
  /**
   * Begins to count as one of the replicas; before that nothing is granted to it. Rejects with a
   * JoinRefusedError if Redis refused, so that it surely doesn't count.
   */
  join(): Promise<void>;
  /**
   * Waits until this replica may hand out a slot, and hands it to the replica with the most urgent call. Resolves
   * with how long no replica may start a request, in milliseconds; rejects when the session is lost.
   */
  handOut(): Promise<number>;
  /** Publishes to the other replicas the priorities of the calls that wait here. */
  publishDemand(waiting: ReadonlySet<Priority>): void;
  /** Makes all replicas start nothing for so many milliseconds from now. */
  pause(ms: number): void;
}

/** Redis answers, but not to what a replica has to say to take part: its permissions may be too few. */
export class JoinRefusedError extends Error {}

/** The callbacks of a session. */
export interface SlotSessionListener {
  /** A request may start now. */
  onSlot(slot: Slot): void;
  /** Nothing may start for this long, in milliseconds. */
  onPause(ms: number): void;
}

/** Opens a session; rejects if Redis can't be reached. */
export type OpenSlotSession = (listener: SlotSessionListener) => Promise<SlotSession>;
