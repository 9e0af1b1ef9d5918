import { isIncydrError } from "../model/errors.ts";
import { createList, type List, type SkippedRecords } from "../model/list.ts";

/** One page of a set; `totalCount` is null if the server didn't say. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number | null;
  /** Records of the page that could not be read. Default 0. */
  readonly skipped?: number;
}

/** The completeness of a set at the end of its reading. */
export interface ReadSet {
  readonly complete: boolean;
  readonly skipped: readonly SkippedRecords[];
  /** Items that were read, each counted once. */
  readonly count: number;
  /** The server's last total. */
  readonly total: number | null;
}

/** How a set is read. */
export interface PagesOptions<Item> {
  /** Fetches a page (from 1); to stop when `signal` is aborted. */
  readonly fetchPage: (pageNum: number, signal: AbortSignal) => Promise<Page<Item>>;
  /** How many items were asked for per page. */
  readonly pageSize: number;
  /** What an item is known by; null for one that can't be told from another. */
  readonly keyOf: (item: Item) => string | null;
  /** Pages that are read at most; a longer set is incomplete. Default all. */
  readonly maxPages?: number;
  /** The endpoint may know no pages: then the same answer again is the whole set. Default false. */
  readonly mayIgnorePaging?: boolean;
  /**
   * A first page of fewer records is the whole set, unless its total says more. The number saves a request where a
   * server is not expected to cut pages so small. Default 1: only an empty page shows that there is no other.
   */
  readonly wholeBelow?: number | undefined;
  /** Called once at the end, unless the consumer stopped before. */
  readonly onEnd?: (set: ReadSet) => void;
}

/** Pages that are fetched or held in memory at once. */
const pagesAhead = 8;
// A search index that counts no further than this gives this total for every longer set. To ask for one more page
// would cost a request in vain wherever the total is right, and a server that caps totals may refuse the page.
const cappedTotals = 10_000;
// Records without a key can't be told from records that came before, so a server that ignores paging has no end.
const mostPagesWithoutKey = 10;

/**
 * All items of a set in the server's order, each once. Pages that the total count promises are fetched ahead.
 * A total above the first page's size is the whole set's. Any other total may be the page's own, and the server may
 * put fewer on a page than asked for, or leave records out of pages. So pages are read one by one until one is empty,
 * is refused or has nothing new (the server gives the same page again). Beyond a total of the whole set, a page that is
 * shorter than the first ends the reading too. Stops fetching when the consumer stops.
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
        fetched.push(handled(fetchPage(nextToFetch, stopping.signal)));
        nextToFetch += 1;
      }
      yield* fresh;
      if (lastPage > maxPages && pageNum >= maxPages) tally.giveUp();
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

/** Counts what the pages of one set have brought, and says whether there may be more. */
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
  // Whether the page read last was shorter than the first, as the last page of a set is.
  let isAfterShortPage = false;
  let changed = false;
  let gaveUp = false;
  let pagesWithoutNews = 0;
  let pagesWithoutKey = 0;
  // The items without a key of the page before: nothing else shows that they come again.
  let printed = "[]";

  const isNew = (item: Item) => {
    const key = keyOf(item);
    const known = key !== null && seen.has(key);
    if (key !== null) seen.add(key);
    return !known;
  };
  const comeAgain = (items: readonly Item[]) => {
    const before = printed;
    printed = JSON.stringify(items.filter((item) => keyOf(item) === null));
    return printed === before;
  };

  /** The items that no page before had. */
  function freshOf(items: readonly Item[]): { readonly fresh: readonly Item[]; readonly hasNewKey: boolean } {
    const keysBefore = seen.size;
    const news = items.filter(isNew);
    const hasNewKey = seen.size > keysBefore;
    const isSame = comeAgain(items) && !hasNewKey;
    return { fresh: isSame ? [] : news, hasNewKey };
  }

  function add({ items, totalCount, skipped: unreadable = 0 }: Page<Item>, pageNum: number) {
    const size = items.length + unreadable;
    const maySayItsOwn = totalCount === null || totalCount <= size;
    const { fresh, hasNewKey } = freshOf(items);
    received += size;
    count += fresh.length;
    if (pageNum === 1) {
      pageSize = actualPageSize(size, maySayItsOwn);
      firstTotal = totalCount;
      firstSize = size;
    }
    noteTotal(totalCount, size);

    const isStale = items.length > 0 && fresh.length === 0;
    if (unreadable > 0 && !isStale) skipped.push({ page: pageNum, count: unreadable });
    pagesWithoutNews = isStale ? pagesWithoutNews + 1 : 0;
    const isRepeated = isStale && (maySayItsOwn || !isTotalOfAll() || pagesWithoutNews > 1);
    // A server that gave more than asked for knows no pages either. Others give the last page, which is short, again.
    if (isRepeated) gaveUp ||= !mayIgnorePaging && firstSize <= options.pageSize && !isAfterShortPage;
    else if (fresh.length < items.length) changed = true;
    isAfterShortPage = size < pageSize;
    const isOver = isRepeated || (size > 0 && endsWithoutKeys({ pageNum, hasNewKey }));
    const lastPage =
      isOver || size === 0 ? pageNum : Math.max(promisedPages(), nextPage(pageNum, size, totalCount));
    return { fresh, lastPage, isOver };
  }

  /** Whether pages without a new key have brought as many records as the total says, or are too many. */
  function endsWithoutKeys({
    pageNum,
    hasNewKey,
  }: {
    readonly pageNum: number;
    readonly hasNewKey: boolean;
  }): boolean {
    pagesWithoutKey = hasNewKey ? 0 : pagesWithoutKey + 1;
    if (hasNewKey) return false;
    const hasAll = isTotalOfAll() && pageNum >= promisedPages() && received >= (lastTotal ?? 0);
    const isEnough = hasAll || pagesWithoutKey >= mostPagesWithoutKey;
    if (isEnough) gaveUp ||= !hasAll || received > (lastTotal ?? 0);
    return isEnough;
  }

  function noteTotal(totalCount: number | null, size: number): void {
    if (totalCount === null) return;
    const isOwn = firstTotal === firstSize && totalCount === size;
    if (firstTotal !== null && totalCount !== firstTotal && !isOwn) changed = true;
    largestTotal = Math.max(largestTotal, totalCount);
    lastTotal = totalCount;
  }

  function isTotalOfAll(): boolean {
    return firstTotal !== null && firstTotal > firstSize;
  }

  function promisedPages(): number {
    return Math.ceil((lastTotal ?? 0) / pageSize);
  }

  /** The next page if there may be one beyond those that the total promises, else this one. */
  function nextPage(pageNum: number, size: number, totalCount: number | null): number {
    const isWholeTotal = pageNum > 1 && totalCount === received;
    // Where nothing tells the whole number, a short page may be one that records were left out of.
    const isShortEnd = size < pageSize && (pageNum === 1 || isTotalOfAll());
    return isWholeTotal || isShortEnd ? pageNum : pageNum + 1;
  }

  /** How many records the server puts on a page, by the first one. It may be fewer than asked for, or more. */
  function actualPageSize(size: number, maySayItsOwn: boolean): number {
    const mayBeCut = maySayItsOwn ? size >= wholeBelow : size > 0;
    return mayBeCut ? Math.max(1, size) : options.pageSize;
  }

  return {
    add,
    /** Whether the total promises a page of this number. */
    promises: (pageNum: number) => pageNum <= promisedPages(),
    /**
     * The server refuses a page that nothing promised. After a short page that is its end. A full page, or a round
     * number of records where pages are not documented, may be cut.
     */
    refuse: (pageNum: number) => {
      const isFirstShort = firstSize < options.pageSize || (mayIgnorePaging && firstSize % 5 !== 0);
      gaveUp ||= pageNum === 2 ? !isFirstShort : !isAfterShortPage;
    },
    /** The rest of the set can't be read. */
    giveUp: () => {
      gaveUp = true;
    },
    end: () => {
      const skippedCount = skipped.reduce((sum, { count }) => sum + count, 0);
      const isShort = count + skippedCount < largestTotal;
      const mayBeCapped = count > 0 && count === largestTotal && largestTotal % cappedTotals === 0;
      const complete = !changed && !gaveUp && !isShort && !mayBeCapped && skippedCount === 0;
      onEnd?.({ complete, skipped, count, total: lastTotal });
    },
  };
}

/** The page, or null if the server refuses one that nothing promised. */
async function readOrEnd<Item>(page: Promise<Page<Item>>, isPromised: boolean): Promise<Page<Item> | null> {
  try {
    return await page;
  } catch (error) {
    if (!isPromised && isRefusal(error)) return null;
    throw error;
  }
}

/** Whether Incydr itself refuses a page: with a 404 in one of its shapes too, which is unexpected of a list. */
function isRefusal(error: unknown): boolean {
  if (isIncydrError(error, "invalid", "not_found")) return true;
  return isIncydrError(error, "unexpected_answer") && error.status === 404 && error.serverCode !== null;
}

// A page that fails is heard of when its turn comes, and not at all if the reader stopped before.
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
