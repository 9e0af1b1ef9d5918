import type { z } from "zod";
import type { Call, CallRunner } from "../http/call-runner.ts";
import type { ReadRequest, Transport } from "../http/transport.ts";
import type { Observer } from "../model/incydr-hooks.ts";
import type { List } from "../model/list.ts";
import { readPage } from "./answers.ts";
import { collectPages, type PagesOptions, type ReadSet } from "./read-pages.ts";

export interface ApiContext {
  readonly run: CallRunner;
  readonly transport: Transport;
  readonly observer: Observer;
}

/** Makes the function that reports an incomplete list of `path` to the observer. */
export function reportIncomplete(observer: Observer, path: string): (set: ReadSet) => void {
  return ({ complete, skipped, count, total }) => {
    if (complete) return;
    const skippedCount = skipped.reduce((sum, each) => sum + each.count, 0);
    observer.onIncompleteList({ path, read: count, total, skipped: skippedCount });
  };
}

/** A list of the API that takes `page` and `pageSize`. */
interface ListRequest<Item>
  extends Omit<ReadRequest<Item>, "read">,
    Pick<PagesOptions<Item>, "pageSize" | "wholeBelow" | "keyOf"> {
  /** The member of the answer that has the records. */
  readonly field: string;
  readonly item: z.ZodType<Item>;
}

export function collectList<Item>(
  { transport, observer }: ApiContext,
  call: Call,
  { pageSize, wholeBelow, keyOf, field, item, ...request }: ListRequest<Item>,
): Promise<List<Item>> {
  return collectPages({
    pageSize,
    wholeBelow,
    keyOf,
    onEnd: reportIncomplete(observer, request.path),
    fetchPage: (page) =>
      transport.read(call, {
        ...request,
        query: { ...request.query, page, pageSize },
        read: readPage(field, item),
      }),
  });
}
