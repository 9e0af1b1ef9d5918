import type { Priority } from "./priorities.ts";

/** The last argument of every method. */
export interface CallOptions {
  /** The priority with which the call waits for its start. Default `interactive`. */
  readonly lane?: Priority;
  /** Ends the call early, with `aborted` (or `timed_out` for an `AbortSignal.timeout`). */
  readonly signal?: AbortSignal;
  /** The time limit of the whole call, with waits and retries, in milliseconds. The default depends on the priority. */
  readonly deadlineMs?: number;
  /**
   * Called right before each sending of a write. If it rejects, nothing is sent and the call ends with `aborted`. If the
   * request doesn't start within 2 s of its end, or a pause after a 429 began, it is called again before the sending.
   */
  readonly beforeWrite?: () => Promise<void>;
}
