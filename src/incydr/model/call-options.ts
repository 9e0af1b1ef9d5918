import type { Priority } from "./priorities.ts";

/** A call that waits for its slot, as seen by `SlotRequest.onQueued`. */
export interface QueuedCall {
  readonly lane: Priority;
  /** How many of the calls that wait now go first; 0 once it has its slot. */
  ahead(): number;
  /** How long it has waited, in milliseconds. */
  waitedMs(): number;
}

/** The last argument of every method. */
export interface CallOptions {
  /** The priority with which the call waits for its slot. Default `interactive`. */
  readonly lane?: Priority;
  /** Ends the call early, with `aborted` (or `timed_out` for an `AbortSignal.timeout`). */
  readonly signal?: AbortSignal;
  /** The time limit of the whole call, with waits and retries, in milliseconds. The default depends on the priority. */
  readonly deadlineMs?: number;
  /**
   * Called right before each sending of a write, in its slot. If it rejects, nothing is sent and the call ends with
   * `aborted`. No other request starts meanwhile. After 2 s the slot is lost, and it is called again in the next one.
   */
  readonly beforeWrite?: () => Promise<void>;
}
