import { isIncydrError } from "../model/errors.ts";
import { createList, type List, type SkippedRecords } from "../model/list.ts";

/** One page of a set; `totalCount` is null if the server didn't say. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number | null;
  /** Records of the page that could not be read. Default 0. */
  readonly skipped?: number;
}

export interface ReadSet {
  readonly complete: boolean;
  readonly skipped: readonly SkippedRecords[];
  /** Items that were read, each counted once. */
  readonly count: number;
  /** The server's last total. */
  readonly total: number | null;
}

export interface PagesOptions<Item> {
  /** Fetches a page (from 1) until `signal` is aborted. */
  readonly fetchPage: (pageNum: number, signal: AbortSignal) => Promise<Page<Item>>;
  /** The requested number of items per page. */
  readonly pageSize: number;
  /** The identity of an item; null for an item that has none. */
  readonly keyOf: (item: Item) => string | null;
  /** The most pages to read; a longer set is incomplete. Default: all pages. */
  readonly maxPages?: number;
  /** Whether the endpoint may have no paging: then a repeated answer means the whole set. Default false. */
  readonly mayIgnorePaging?: boolean;
  /**
   * A first page of fewer records is the whole set, unless its total is larger. It saves a request where no server is
   * expected to cut pages so small. Default 1: only an empty first page is the whole set.
   */
  readonly wholeBelow?: number | undefined;
  /** Called once at the end, unless the consumer stopped before. */
  readonly onEnd?: (set: ReadSet) => void;
}

/** Pages that are fetched or held in memory at once. */
const pagesAhead = 8;
// A search index that counts to this number gives it as the total of every longer set. Another page is not requested:
// it would be in vain if the total is right, and a server that caps totals may refuse it.
const cappedTotals = 10_000;
// Records without a key can't be compared with earlier records, so a server that ignores paging would never end.
const mostPagesWithoutKey = 10;

/**
 * All items of a set in the server's order, each once. Stops fetching when the consumer stops.
 *
 * A total above the first page's size counts the whole set, and the pages that it promises are fetched ahead. Any other
 * total may count the page alone, and the server may shorten pages or leave records out of them. Then pages are read
 * one by one until a page is empty, is refused, or has nothing new because the server repeats a page. Beyond a total of
 * the whole set, a page shorter than the first also ends the reading.
 */
export async function* readPages<Item>(options: PagesOptions<Item>): AsyncGenerator<Item, void, undefined> {
  const { fetchPage, maxPages = Number.POSITIVE_INFINITY } = options;
  const stopping = new AbortController();
  const fetched: Promise<Page<Item>>[] = [];
  const tally = createTally(options);
  try {
    let page = await fetchPage(1, stopping.signal);
    let nextToFetch = 2;
    for (let pageNum = 1; ; pageNum += 1) {
      const { fresh, lastPage, isOver } = tally.add(page, pageNum);
      while (nextToFetch <= Math.min(lastPage, maxPages) && fetched.length < pagesAhead) {
        const ahead = fetchPage(nextToFetch, stopping.signal);
        // A failed page is reported at its turn, or not at all if the reader stopped before.
        ahead.catch(() => undefined);
        fetched.push(ahead);
        nextToFetch += 1;
      }
      yield* fresh;
      if (lastPage > maxPages && pageNum >= maxPages) tally.endEarly();
      const next = isOver ? undefined : fetched.shift();
      if (next === undefined) break;
      const following = await readOrEnd(next, tally.promises(pageNum + 1));
      if (following === null) {
        tally.refuse(pageNum + 1);
        break;
      }
      page = following;
    }
    tally.end();
  } finally {
    stopping.abort(new Error("the reader of the pages stopped"));
  }
}

/** All items of a small set, as a list that says whether it is complete. */
export async function collectPages<Item>(options: PagesOptions<Item>): Promise<List<Item>> {
  const items: Item[] = [];
  let set: ReadSet | undefined;
  const onEnd = (end: ReadSet) => {
    set = end;
    options.onEnd?.(end);
  };
  for await (const item of readPages({ ...options, onEnd })) items.push(item);
  return createList(items, set ?? { complete: false, skipped: [] });
}

/** Counts the items of the pages of one set, and decides whether there may be more pages. */
function createTally<Item>(options: PagesOptions<Item>) {
  const { keyOf, mayIgnorePaging = false, wholeBelow = 1, onEnd } = options;
  const seen = new Set<string>();
  const skipped: SkippedRecords[] = [];
  let pageSize = options.pageSize;
  let received = 0;
  let count = 0;
  let firstTotal: number | null = null;
  let lastTotal: number | null = null;
  let largestTotal = 0;
  let firstSize = 0;
  // Whether the latest page was shorter than the first. The last page of a set often is.
  let isAfterShortPage = false;
  let changed = false;
  let mayLackPages = false;
  let pagesWithoutNewKey = 0;
  // The items without a key of the latest page, as JSON. If the text of the next page is equal, that page repeats them.
  let unkeyedItems = "[]";

  /** The items that no earlier page had. */
  function freshOf(items: readonly Item[]): { readonly fresh: readonly Item[]; readonly hasNewKey: boolean } {
    const keysBefore = seen.size;
    const itemsBefore = unkeyedItems;
    const fresh = items.filter((item) => {
      const key = keyOf(item);
      const isKnown = key !== null && seen.has(key);
      if (key !== null) seen.add(key);
      return !isKnown;
    });
    const hasNewKey = seen.size > keysBefore;
    unkeyedItems = JSON.stringify(items.filter((item) => keyOf(item) === null));
    const isRepeated = !hasNewKey && unkeyedItems === itemsBefore;
    return { fresh: isRepeated ? [] : fresh, hasNewKey };
  }

  function add({ items, totalCount, skipped: unreadable = 0 }: Page<Item>, pageNum: number) {
    const size = items.length + unreadable;
    const mayBePageTotal = totalCount === null || totalCount <= size;
    const { fresh, hasNewKey } = freshOf(items);
    received += size;
    count += fresh.length;
    if (pageNum === 1) {
      pageSize = actualPageSize(size, mayBePageTotal);
      firstTotal = totalCount;
      firstSize = size;
    }
    noteTotal(totalCount, size);

    const isStale = items.length > 0 && fresh.length === 0;
    if (unreadable > 0 && !isStale) skipped.push({ page: pageNum, count: unreadable });
    const isRepeated = isStale && (mayBePageTotal || !isSetTotal());
    // A server that gave more than requested has no paging either. Other servers repeat the last page, which is short.
    if (isRepeated) mayLackPages ||= !mayIgnorePaging && firstSize <= options.pageSize && !isAfterShortPage;
    else if (fresh.length < items.length) changed = true;
    isAfterShortPage = size < pageSize;
    const isOver = isRepeated || (size > 0 && endsWithoutKeys(pageNum, hasNewKey));
    const lastPage =
      isOver || size === 0 ? pageNum : Math.max(promisedPages(), nextPage(pageNum, size, totalCount));
    return { fresh, lastPage, isOver };
  }

  /** Whether pages without a new key have brought as many records as the total, or are too many in a row. */
  function endsWithoutKeys(pageNum: number, hasNewKey: boolean): boolean {
    pagesWithoutNewKey = hasNewKey ? 0 : pagesWithoutNewKey + 1;
    if (hasNewKey) return false;
    const hasAll = isSetTotal() && pageNum >= promisedPages() && received >= (lastTotal ?? 0);
    const isEnough = hasAll || pagesWithoutNewKey >= mostPagesWithoutKey;
    if (isEnough) mayLackPages ||= !hasAll || received > (lastTotal ?? 0);
    return isEnough;
  }

  function noteTotal(totalCount: number | null, size: number): void {
    if (totalCount === null) return;
    const isPageTotal = firstTotal === firstSize && totalCount === size;
    if (firstTotal !== null && totalCount !== firstTotal && !isPageTotal) changed = true;
    largestTotal = Math.max(largestTotal, totalCount);
    lastTotal = totalCount;
  }

  function isSetTotal(): boolean {
    return firstTotal !== null && firstTotal > firstSize;
  }

  function promisedPages(): number {
    return Math.ceil((lastTotal ?? 0) / pageSize);
  }

  /** The number of the next page if there may be one beyond the promised pages, else this page's. */
  function nextPage(pageNum: number, size: number, totalCount: number | null): number {
    const isWholeTotal = pageNum > 1 && totalCount === received;
    // Without a total of the whole set, a page may be short because records were left out of it.
    const isShortEnd = size < pageSize && (pageNum === 1 || isSetTotal());
    return isWholeTotal || isShortEnd ? pageNum : pageNum + 1;
  }

  /** The server's page size, from its first page. It may be less than requested, or more. */
  function actualPageSize(size: number, mayBePageTotal: boolean): number {
    const mayBeCut = mayBePageTotal ? size >= wholeBelow : size > 0;
    return mayBeCut ? Math.max(1, size) : options.pageSize;
  }

  return {
    add,
    /** Whether the total promises this page. */
    promises: (pageNum: number) => pageNum <= promisedPages(),
    /**
     * The server refused a page that the total didn't promise. After a short page the set is complete. After a full
     * page, or a round number of records of an endpoint without documented paging, records may be missing.
     */
    refuse: (pageNum: number) => {
      const isFirstShort = firstSize < options.pageSize || (mayIgnorePaging && firstSize % 5 !== 0);
      mayLackPages ||= pageNum === 2 ? !isFirstShort : !isAfterShortPage;
    },
    /** The rest of the set is not read. */
    endEarly: () => {
      mayLackPages = true;
    },
    end: () => {
      const skippedCount = skipped.reduce((sum, { count }) => sum + count, 0);
      const isShort = count + skippedCount < largestTotal;
      const mayBeCapped = count > 0 && count === largestTotal && largestTotal % cappedTotals === 0;
      const complete = !changed && !mayLackPages && !isShort && !mayBeCapped && skippedCount === 0;
      onEnd?.({ complete, skipped, count, total: lastTotal });
    },
  };
}

/** The page, or null if the server refuses a page that the total didn't promise. */
async function readOrEnd<Item>(page: Promise<Page<Item>>, isPromised: boolean): Promise<Page<Item> | null> {
  try {
    return await page;
  } catch (error) {
    if (!isPromised && isRefusal(error)) return null;
    throw error;
  }
}

/** Whether Incydr itself refuses a page. A 404 in one of its shapes counts too, though it is unexpected for a list. */
function isRefusal(error: unknown): boolean {
  if (isIncydrError(error, "invalid", "not_found")) return true;
  return isIncydrError(error, "unexpected_answer") && error.status === 404 && error.serverCode !== null;
}
