import type { IncydrHooks } from "./incydr-hooks.ts";
import type { PagesOptions, ReadSet } from "./read-pages.ts";

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

/** The calls by which a reading of pages of `path` informs the observer. */
export function observePages(
  observer: Observer,
  path: string,
): Required<Pick<PagesOptions<unknown>, "onChanged" | "onEnd">> {
  return {
    onChanged: (change) => observer.onSetChanged({ path, ...change }),
    onEnd: (set) => reportIncomplete(observer, path, set),
  };
}

function reportIncomplete(observer: Observer, path: string, set: ReadSet): void {
  if (set.complete) return;
  const skipped = set.skipped.reduce((sum, { count }) => sum + count, 0);
  observer.onIncompleteList({ path, read: set.count, total: set.lastTotal, skipped });
}

/** `hook`, doing nothing where there is none and throwing nothing. */
export function quietly<Event>(hook: ((event: Event) => void) | undefined): (event: Event) => void {
  return (event) => {
    // Who watches must not decide how a call ends, nor end the process by a promise that nobody handles.
    new Promise((resolve) => resolve(hook?.(event))).catch(() => undefined);
  };
}
