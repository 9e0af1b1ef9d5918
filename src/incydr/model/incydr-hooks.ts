import type { Priority } from "./priorities.ts";
import type { SharingStatus } from "./sharing.ts";

/** The common fields of the events of a request. */
export interface RequestEvent {
  readonly method: string;
  /** Path template without ids. */
  readonly path: string;
  readonly lane: Priority;
  /** 1 for the first sending of a request, one more for each repetition. */
  readonly attempt: number;
}

/** Callbacks for logs and metrics; an error that a hook throws is dropped. No event holds a secret, an id or a name. */
export interface IncydrHooks {
  readonly onRequest?: (event: RequestEvent) => void;
  /** A request ended; `status` is null if there was no answer. */
  readonly onResponse?: (
    event: RequestEvent & { readonly status: number | null; readonly durationMs: number },
  ) => void;
  /** A request will be sent again after `delayMs`. */
  readonly onRetry?: (event: RequestEvent & { readonly reason: string; readonly delayMs: number }) => void;
  /** A request may start after a wait of `waitedMs`. */
  readonly onWait?: (event: RequestEvent & { readonly waitedMs: number }) => void;
  /**
   * A list was read that may lack records, for instance because its set changed meanwhile. Incydr counts `total`;
   * `read` records were read, and `skipped` could not be.
   */
  readonly onIncompleteList?: (event: {
    readonly path: string;
    readonly read: number;
    readonly total: number | null;
    readonly skipped: number;
  }) => void;
  /** With Redis: this replica now shares the limit with the others, or no longer does, for `reason`. */
  readonly onSharing?: (event: SharingStatus & { readonly reason: string | null }) => void;
}

/** All hooks; none of them throws. */
export type Observer = Required<IncydrHooks>;

/** Fills in the missing hooks, and drops the errors of the others. */
export function createObserver(hooks: IncydrHooks = {}): Observer {
  return {
    onRequest: quietly(hooks.onRequest),
    onResponse: quietly(hooks.onResponse),
    onRetry: quietly(hooks.onRetry),
    onWait: quietly(hooks.onWait),
    onSharing: quietly(hooks.onSharing),
    onIncompleteList: quietly(hooks.onIncompleteList),
  };
}

function quietly<Event>(hook: ((event: Event) => void) | undefined): (event: Event) => void {
  return (event) => {
    // The error of a hook must not end the call, nor, as an unhandled rejection, the process.
    new Promise((resolve) => resolve(hook?.(event))).catch(() => undefined);
  };
}
