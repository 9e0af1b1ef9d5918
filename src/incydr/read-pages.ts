/** One page of a set; `totalCount` is null if the server didn't say. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly totalCount: number | null;
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
  /** Called once at the end if the set changed meanwhile. */
  readonly onChanged?: (change: {
    readonly firstTotal: number | null;
    readonly lastTotal: number | null;
  }) => void;
}

/**
 * All items of a set in the server's order, each once. With a total count the pages are fetched ahead and
 * none in vain; without one, one by one until a page isn't full, is larger than asked for (so the server gives
 * the whole set) or has nothing new (so it gives every page the same). Stops fetching when the consumer stops.
 */
export async function* readPages<Item>(options: PagesOptions<Item>): AsyncGenerator<Item, void, undefined> {
  const { fetchPage, keyOf, pagesAhead = 8, onChanged } = options;
  const stopping = new AbortController();
  const fetched: Promise<Page<Item>>[] = [];
  const seen = new Set<string>();
  const isNew = (item: Item) => {
    const key = keyOf(item);
    const known = key !== null && seen.has(key);
    if (key !== null) seen.add(key);
    return !known;
  };
  // Of items without a key only this shows that a page comes again.
  let printed: string | undefined;
  const isRepetition = ({ items }: Page<Item>) => {
    const before = printed;
    printed = JSON.stringify(items);
    return printed === before;
  };
  let changed = false;
  let count = 0;
  try {
    const first = await fetchPage(1, stopping.signal);
    const pageSize = actualPageSize(first, options.pageSize);
    const firstTotal = first.totalCount;
    let lastTotal = firstTotal;
    let page = first;
    let nextToFetch = 2;
    for (let pageNum = 1; ; pageNum += 1) {
      const fresh = page.totalCount === null && isRepetition(page) ? [] : page.items.filter(isNew);
      const isWhole = page.totalCount === null && page.items.length > options.pageSize;
      const isLast = isWhole || (page.totalCount === null && fresh.length === 0);
      if (fresh.length < page.items.length && !isLast) changed = true;
      const lastPage = isLast ? pageNum : lastPageNum(pageNum, page, pageSize);
      while (nextToFetch <= lastPage && fetched.length < pagesAhead) {
        fetched.push(handled(fetchPage(nextToFetch, stopping.signal)));
        nextToFetch += 1;
      }
      for (const item of fresh) {
        count += 1;
        yield item;
      }
      const next = fetched.shift();
      if (next === undefined) break;
      page = await next;
      lastTotal = page.totalCount;
      changed ||= lastTotal !== firstTotal;
    }
    if (changed || (firstTotal ?? count) !== count) onChanged?.({ firstTotal, lastTotal });
  } finally {
    stopping.abort(new Error("the reader of the pages stopped"));
  }
}

/** All items of a small set, in one array. */
export async function collectPages<Item>(options: PagesOptions<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of readPages(options)) items.push(item);
  return items;
}

// A server may give fewer items to a page than asked for, or more.
function actualPageSize({ items, totalCount }: Page<unknown>, askedFor: number): number {
  const cut = totalCount !== null && items.length < Math.min(askedFor, totalCount);
  return Math.max(1, cut ? items.length : Math.max(items.length, askedFor));
}

function lastPageNum(pageNum: number, { items, totalCount }: Page<unknown>, pageSize: number): number {
  if (items.length === 0) return pageNum;
  if (totalCount !== null) return Math.ceil(totalCount / pageSize);
  return items.length < pageSize ? pageNum : pageNum + 1;
}

// A page that fails is heard of when its turn comes, and not at all if the reader stopped before.
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
