import type { Priority } from "./priorities.ts";
import type { SharingStatus } from "./slot-source.ts";

/** The common fields of the events of a request. */
export interface RequestEvent {
  readonly method: string;
  /** Path template without ids. */
  readonly path: string;
  readonly lane: Priority;
  /** 1 for the first sending of a request, one more for each repetition. */
  readonly attempt: number;
}

/** Called as requests go by, for logs and metrics; what a hook throws is dropped. No event holds a secret, an id or a name. */
export interface IncydrHooks {
  /** A request starts. */
  readonly onRequest?: (event: RequestEvent) => void;
  /** A request ended: with an HTTP status, or with null if there was no answer. */
  readonly onResponse?: (
    event: RequestEvent & { readonly status: number | null; readonly durationMs: number },
  ) => void;
  /** A request will be sent again after `delayMs`. */
  readonly onRetry?: (event: RequestEvent & { readonly reason: string; readonly delayMs: number }) => void;
  /** A request got its turn after `waitedMs`. */
  readonly onWait?: (event: RequestEvent & { readonly waitedMs: number }) => void;
  /** A list was read that may lack records: Incydr counts `total`, `read` were read, `skipped` could not be. */
  readonly onIncompleteList?: (event: {
    readonly path: string;
    readonly read: number;
    readonly total: number | null;
    readonly skipped: number;
  }) => void;
  /** With Redis: the limit is kept together with the other replicas from now on, or no longer, and why not. */
  readonly onSharing?: (event: SharingStatus & { readonly reason: string | null }) => void;
}

/** The hooks, all of them there and none able to break a call. */
export type Observer = Required<IncydrHooks>;

/** Wraps `hooks` so that what one throws is dropped. */
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

/** `hook`, doing nothing where there is none and throwing nothing. */
export function quietly<Event>(hook: ((event: Event) => void) | undefined): (event: Event) => void {
  return (event) => {
    // A hook must not decide how a call ends, nor end the process by a rejection that nothing handles.
    new Promise((resolve) => resolve(hook?.(event))).catch(() => undefined);
  };
}
