import { isIncydrError } from "./errors.ts";
import { createList, type List, type SkippedRecords } from "./list.ts";

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
  readonly firstTotal: number | null;
  readonly lastTotal: number | null;
}

/** How a set is read. */
export interface PagesOptions<Item> {
  /** Fetches a page (from 1); to stop when `signal` is aborted. */
  readonly fetchPage: (pageNum: number, signal: AbortSignal) => Promise<Page<Item>>;
  /** How many items were asked for per page. */
  readonly pageSize: number;
  /** What an item is known by; null for one that can't be told from another. */
  readonly keyOf: (item: Item) => string | null;
  /** Pages on their way or in memory at most. Default 8. */
  readonly pagesAhead?: number;
  /** Pages that are read at most; a longer set is incomplete. Default all. */
  readonly maxPages?: number;
  /** The endpoint may know no pages: then the same answer again is the whole set. Default false. */
  readonly mayIgnorePaging?: boolean;
  /** Called once at the end if the set changed meanwhile. */
  readonly onChanged?: (change: {
    readonly firstTotal: number | null;
    readonly lastTotal: number | null;
  }) => void;
  /** Called once at the end, unless the consumer stopped before. */
  readonly onEnd?: (set: ReadSet) => void;
}

// A search index that counts no further than this gives this total for every longer set. To ask for one more page
// would cost a request in vain wherever the total is right, and a server that caps totals may refuse the page.
const cappedTotals = 10_000;

/**
 * All items of a set in the server's order, each once. Pages that the total count promises are fetched ahead.
 * A total above the first page's size is the whole set's; one that equals a full first page may be the page's
 * own, so one more page is asked for. Beyond the total, or without one, pages are read one by one until a page
 * isn't full, is larger than asked for (the server gives the whole set) or has nothing new (the server gives
 * the same page again). Stops fetching when the consumer stops.
 */
export async function* readPages<Item>(options: PagesOptions<Item>): AsyncGenerator<Item, void, undefined> {
  const { fetchPage, pagesAhead = 8, maxPages = Number.POSITIVE_INFINITY } = options;
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
        tally.giveUp();
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
  const { keyOf, mayIgnorePaging = false, onChanged, onEnd } = options;
  const seen = new Set<string>();
  const skipped: SkippedRecords[] = [];
  let pageSize = options.pageSize;
  let received = 0;
  let count = 0;
  let firstTotal: number | null = null;
  let lastTotal: number | null = null;
  let largestTotal = 0;
  let firstIsOwn = false;
  let changed = false;
  let gaveUp = false;
  let pagesWithoutNews = 0;
  // Only this shows of items without a key that a page comes again.
  let printed: string | undefined;

  const isNew = (item: Item) => {
    const key = keyOf(item);
    const known = key !== null && seen.has(key);
    if (key !== null) seen.add(key);
    return !known;
  };
  const comesAgain = ({ items }: Page<Item>) => {
    const before = printed;
    printed = JSON.stringify(items);
    return printed === before;
  };

  function add(page: Page<Item>, pageNum: number) {
    const { items, totalCount } = page;
    const size = items.length + (page.skipped ?? 0);
    const maySayItsOwn = totalCount === null || totalCount <= size;
    const fresh = maySayItsOwn && comesAgain(page) ? [] : items.filter(isNew);
    received += size;
    count += fresh.length;
    if (page.skipped) skipped.push({ page: pageNum, count: page.skipped });
    if (pageNum === 1) {
      pageSize = actualPageSize(size, totalCount, options.pageSize);
      firstTotal = totalCount;
      firstIsOwn = totalCount === size;
    }
    noteTotal(totalCount, size);

    const isStale = size > 0 && fresh.length === 0 && !page.skipped;
    pagesWithoutNews = isStale ? pagesWithoutNews + 1 : 0;
    const isRepeated = isStale && (maySayItsOwn || pagesWithoutNews > 1);
    if (isRepeated) gaveUp ||= !mayIgnorePaging;
    else if (fresh.length < items.length) changed = true;
    const mayBePaged = mayIgnorePaging && looksLikeLimit(size, totalCount);
    const isWhole = maySayItsOwn && size > options.pageSize && !mayBePaged;
    const isOver = isRepeated || isWhole;
    const lastPage =
      isOver || size === 0 ? pageNum : Math.max(promisedPages(), nextPage(pageNum, size, totalCount));
    return { fresh, lastPage, isOver };
  }

  function noteTotal(totalCount: number | null, size: number): void {
    if (totalCount === null) return;
    const isOwn = firstIsOwn && totalCount === size;
    if (firstTotal !== null && totalCount !== firstTotal && !isOwn) changed = true;
    largestTotal = Math.max(largestTotal, totalCount);
    lastTotal = totalCount;
  }

  function promisedPages(): number {
    return Math.ceil((lastTotal ?? 0) / pageSize);
  }

  /** The next page if there may be one beyond those that the total promises, else this one. */
  function nextPage(pageNum: number, size: number, totalCount: number | null): number {
    const isWholeTotal = pageNum > 1 && totalCount === received;
    return isWholeTotal || size < pageSize ? pageNum : pageNum + 1;
  }

  return {
    add,
    /** Whether the total promises a page of this number. */
    promises: (pageNum: number) => pageNum <= promisedPages(),
    /** The rest of the set can't be read. */
    giveUp: () => {
      gaveUp = true;
    },
    end: () => {
      const skippedCount = skipped.reduce((sum, { count }) => sum + count, 0);
      const isShort = count + skippedCount < largestTotal;
      if (changed || isShort) onChanged?.({ firstTotal, lastTotal });
      const mayBeCapped = count > 0 && count === largestTotal && largestTotal % cappedTotals === 0;
      const complete = !changed && !gaveUp && !isShort && !mayBeCapped && skippedCount === 0;
      onEnd?.({ complete, skipped, count, firstTotal, lastTotal });
    },
  };
}

/**
 * How many records the server puts on a page. It may be fewer than asked for, or more. A short first page
 * that the total doesn't exceed is the whole set, unless its size looks like a limit of the server.
 */
function actualPageSize(size: number, totalCount: number | null, askedFor: number): number {
  const isCut =
    totalCount === null || totalCount <= size ? looksLikeLimit(size, totalCount) : size < askedFor;
  return Math.max(1, isCut ? size : Math.max(size, askedFor));
}

// Servers limit pages to round sizes. Without a total nothing else shows that there is more.
function looksLikeLimit(size: number, totalCount: number | null): boolean {
  return size % 5 === 0 && size >= (totalCount === null ? 10 : 25);
}

/** The page, or null if the server refuses one that nothing promised. */
async function readOrEnd<Item>(page: Promise<Page<Item>>, isPromised: boolean): Promise<Page<Item> | null> {
  try {
    return await page;
  } catch (error) {
    if (!isPromised && isIncydrError(error, "invalid", "not_found")) return null;
    throw error;
  }
}

// A page that fails is heard of when its turn comes, and not at all if the reader stopped before.
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
