import type { IncydrHooks } from "./incydr-hooks.ts";

/** The hooks, all of them there and none able to break a call. */
export type Observer = Required<IncydrHooks>;

/** Wraps `hooks` so that what one throws is dropped. */
export function createObserver(hooks: IncydrHooks = {}): Observer {
  return {
    onRequest: quietly(hooks.onRequest),
    onResponse: quietly(hooks.onResponse),
    onRetry: quietly(hooks.onRetry),
    onWait: quietly(hooks.onWait),
    onSetChanged: quietly(hooks.onSetChanged),
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
