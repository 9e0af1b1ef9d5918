import type { CallRunner } from "../http/call-runner.ts";
import type { Transport } from "../http/transport.ts";
import type { Observer } from "../model/incydr-hooks.ts";
import type { PagesOptions, ReadSet } from "./read-pages.ts";

/** What every part of the API is made of. */
export interface ApiContext {
  readonly run: CallRunner;
  readonly transport: Transport;
  readonly observer: Observer;
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
