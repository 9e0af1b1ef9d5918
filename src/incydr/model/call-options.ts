import type { Priority } from "./priorities.ts";

/** A call that waits for its turn, as its caller may watch it. */
export interface QueuedCall {
  readonly lane: Priority;
  /** How many calls will go first, as things stand now; 0 once it has its turn. */
  ahead(): number;
  /** How long it has waited, in milliseconds. */
  waitedMs(): number;
}

/** The last argument of every method. */
export interface CallOptions {
  /** The priority while calls wait for their turn. Default `interactive`. */
  readonly lane?: Priority;
  /** Ends the call early, with `aborted` (or `timed_out` for an `AbortSignal.timeout`). */
  readonly signal?: AbortSignal;
  /**
   * The longest the whole call may take, waiting and retries included, in milliseconds. The default depends on the
   * priority.
   */
  readonly deadlineMs?: number;
  /**
   * Called right before each sending of a write, its turn having come; if it rejects, nothing is sent and the
   * call ends with `aborted`. Nothing else starts meanwhile; after 2 s the turn is over, and it is called again
   * at the next.
   */
  readonly beforeWrite?: () => Promise<void>;
  /** Called each time a request of this call starts to wait for its turn. */
  readonly onQueued?: (call: QueuedCall) => void;
}
