import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  collectPages,
  type Page,
  type ReadSet,
  readPages,
} from "../../../../src/incydr/client/read-pages.ts";

interface Item {
  readonly id: string;
}

const itemsOf = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: `${n + 1}` }));

function source({
  items,
  withTotal = true,
  maxPageSize = Number.POSITIVE_INFINITY,
}: {
  items: () => readonly Item[];
  withTotal?: boolean;
  maxPageSize?: number;
}) {
  const asked: number[] = [];
  const signals: AbortSignal[] = [];
  return {
    asked,
    signals,
    fetchPage:
      (pageSize: number) =>
      async (pageNum: number, signal: AbortSignal): Promise<Page<Item>> => {
        asked.push(pageNum);
        signals.push(signal);
        await new Promise((resolve) => setImmediate(resolve));
        const size = Math.min(pageSize, maxPageSize);
        const all = items();
        return {
          items: all.slice((pageNum - 1) * size, pageNum * size),
          totalCount: withTotal ? all.length : null,
        };
      },
  };
}

async function read(pages: ReturnType<typeof source>, pageSize: number): Promise<string[]> {
  const ids: string[] = [];
  const reading = readPages({ fetchPage: pages.fetchPage(pageSize), pageSize, keyOf: ({ id }) => id });
  for await (const { id } of reading) ids.push(id);
  return ids;
}

test("every item comes once, in order, with the fewest requests, however the set divides into pages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.nat(60),
        pageSize: fc.integer({ min: 1, max: 20 }),
        maxPageSize: fc.integer({ min: 1, max: 25 }),
      }),
      async ({ count, pageSize, maxPageSize }) => {
        const items = itemsOf(count);
        const pages = source({ items: () => items, maxPageSize });
        expect(await read(pages, pageSize)).toEqual(items.map(({ id }) => id));
        // A total that equals a single page may be the page's own.
        const mayBeOwn = count > 0 && count <= Math.min(pageSize, maxPageSize) ? 1 : 0;
        const pagesOfAll = Math.ceil(count / Math.min(pageSize, maxPageSize)) + mayBeOwn;
        expect(pages.asked).toHaveLength(Math.max(1, pagesOfAll));
      },
    ),
  );
});

test("a last page that is exactly full costs no further request", async () => {
  const pages = source({ items: () => itemsOf(20) });
  await read(pages, 10);
  expect(pages.asked).toEqual([1, 2]);
});

test("without a total count it stops at the first page that is empty", async () => {
  const pages = source({ items: () => itemsOf(25), withTotal: false });
  expect(await read(pages, 10)).toHaveLength(25);
  expect(pages.asked).toEqual([1, 2, 3, 4]);
});

test.each([
  ["all of them, more than asked for", 12, itemsOf(12)],
  ["the same full page each time", 10, itemsOf(10)],
  ["the same full page of what has no key", 10, itemsOf(10).map(() => ({ id: "" }))],
])("a server that ignores the page and gives no total ends it: %s", async (_, pageSize, items) => {
  let asked = 0;
  let end: ReadSet | undefined;
  const found: Item[] = [];
  const reading = readPages<Item>({
    pageSize: Math.min(pageSize, 10),
    keyOf: ({ id }) => id || null,
    onEnd: (set) => {
      end = set;
    },
    fetchPage: async () => {
      asked += 1;
      if (asked > 5) throw new Error("it doesn't end");
      return { items, totalCount: null };
    },
  });
  for await (const item of reading) found.push(item);
  expect(found).toEqual(items);
  expect(end).toMatchObject({ count: items.length, total: null, skipped: [] });
});

test("pages are fetched ahead, but never more than eight are held", async () => {
  const pages = source({ items: () => itemsOf(300) });
  const reading = readPages({ fetchPage: pages.fetchPage(10), pageSize: 10, keyOf: ({ id }) => id });
  for (let n = 0; n < 10; n += 1) await reading.next();
  expect(pages.asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await reading.return();
});

test("when the consumer stops, nothing more is fetched and what is on its way is given up", async () => {
  const pages = source({ items: () => itemsOf(300) });
  for await (const { id } of readPages({
    fetchPage: pages.fetchPage(10),
    pageSize: 10,
    keyOf: (item) => item.id,
  })) {
    if (id === "15") break;
  }
  const askedThen = pages.asked.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(pages.asked).toHaveLength(askedThen);
  expect(pages.signals.every(({ aborted }) => aborted)).toBe(true);
});

/** A set of 30 items on pages of 10, fetched one after the other, of which `change` makes another before a page. */
function changingSet(change: (items: readonly Item[], pageNum: number) => readonly Item[]) {
  let items: readonly Item[] = itemsOf(30);
  const pages = source({ items: () => items });
  const fetchPage = pages.fetchPage(10);
  let before: Promise<unknown> = Promise.resolve();
  const fetchInTurn = async (pageNum: number, signal: AbortSignal) => {
    await before;
    items = change(items, pageNum);
    return await fetchPage(pageNum, signal);
  };
  return {
    asked: pages.asked,
    fetchPage: (pageNum: number, signal: AbortSignal) => {
      const page = fetchInTurn(pageNum, signal);
      before = page;
      return page;
    },
  };
}

test("an item that moves to a later page while the list is read comes once, and the list is incomplete", async () => {
  const set = changingSet((items, pageNum) => (pageNum === 2 ? [{ id: "new" }, ...items] : items));
  const list = await collectPages<Item>({ pageSize: 10, keyOf: ({ id }) => id, fetchPage: set.fetchPage });
  expect(list).toEqual(itemsOf(30));
  expect(set.asked).toEqual([1, 2, 3, 4]);
  expect(list.complete).toBe(false);
});

test("a list is incomplete if its set shrinks and grows again, though its last page shows the first total", async () => {
  const set = changingSet((items, pageNum) => {
    if (pageNum === 2) return items.slice(1);
    return pageNum === 3 ? [...items, { id: "new" }] : items;
  });
  const list = await collectPages<Item>({ pageSize: 10, keyOf: ({ id }) => id, fetchPage: set.fetchPage });
  expect(list.map(({ id }) => id)).not.toContain("11");
  expect(list.complete).toBe(false);
});

test("a list of fewer items than its total says is incomplete, even if every page shows the same total", async () => {
  const list = await collectPages<Item>({
    pageSize: 2,
    keyOf: ({ id }) => id,
    fetchPage: async (pageNum) => ({
      items: pageNum < 3 ? itemsOf(4).slice(2 * pageNum - 2, 2 * pageNum) : [],
      totalCount: 6,
    }),
  });
  expect(list.complete).toBe(false);
});

test("a page that can't be read ends the reading with its error, in its turn", async () => {
  const pages = source({ items: () => itemsOf(50) });
  const fetchPage = pages.fetchPage(10);
  const ids: string[] = [];
  const reading = readPages<Item>({
    pageSize: 10,
    keyOf: ({ id }) => id,
    fetchPage: async (pageNum, signal) => {
      if (pageNum === 3) throw new Error("page 3 is gone");
      return await fetchPage(pageNum, signal);
    },
  });
  await expect(
    (async () => {
      for await (const { id } of reading) ids.push(id);
    })(),
  ).rejects.toThrow("page 3 is gone");
  expect(ids).toHaveLength(20);
});

describe("a list is complete or says that it isn't", () => {
  /** A set of `count` items in pages of at most `maxPageSize`, whose pages say what `totalOf` makes of them. */
  function list(
    count: number,
    totalOf: (all: number, page: number) => number | null,
    { pageSize = 10, maxPageSize = pageSize }: { pageSize?: number; maxPageSize?: number } = {},
  ) {
    const asked: number[] = [];
    const read = collectPages<Item>({
      pageSize,
      keyOf: ({ id }) => id,
      fetchPage: async (pageNum) => {
        asked.push(pageNum);
        const items = itemsOf(count).slice((pageNum - 1) * maxPageSize, pageNum * maxPageSize);
        return { items, totalCount: totalOf(count, items.length) };
      },
    });
    return { read, asked };
  }

  const totals: [string, (all: number, page: number) => number | null][] = [
    ["of the whole set", (all) => all],
    ["absent", () => null],
    ["the page's own", (_, page) => page],
    ["capped below what is there", (all) => Math.min(all, 15)],
    ["zero", () => 0],
  ];

  test.each(totals)("every item of any number of pages is read where the total is %s", async (_, totalOf) => {
    for (const count of [0, 1, 9, 10, 11, 19, 20, 21, 30, 55]) {
      const items = await list(count, totalOf).read;
      expect(items.map(({ id }) => id)).toEqual(itemsOf(count).map(({ id }) => id));
      expect(items.complete).toBe(true);
    }
  });

  test.each([10, 7, 1])(
    "a total that equals a single page may be the page's own, so one more page is asked for: %i of 10",
    async (count) => {
      const { read, asked } = list(count, (all) => all);
      expect(await read).toHaveLength(count);
      expect((await read).complete).toBe(true);
      expect(asked).toEqual([1, 2]);
    },
  );

  test("a first page below the size that servers cut to is whole, but for a total that says more", async () => {
    const read = async (size: number, totalCount: number | null) => {
      let asked = 0;
      await collectPages<Item>({
        pageSize: 100,
        wholeBelow: 2,
        keyOf: ({ id }) => id,
        fetchPage: async () => {
          asked += 1;
          return { items: asked === 1 ? itemsOf(size) : [], totalCount };
        },
      });
      return asked;
    };
    expect(await Promise.all([read(1, null), read(1, 1), read(2, null), read(2, 2)])).toEqual([1, 1, 2, 2]);
  });

  test("a total above the page's size is the whole set's, and costs no further page", async () => {
    const { read, asked } = list(30, (all) => all);
    expect((await read).complete).toBe(true);
    expect(asked).toEqual([1, 2, 3]);
  });

  test("a total of exactly 10,000 may be a cap, so the list is incomplete, and costs no further page", async () => {
    const { read, asked } = list(10_250, (all) => Math.min(all, 10_000), { pageSize: 500 });
    const items = await read;
    expect(items).toHaveLength(10_000);
    expect(items.complete).toBe(false);
    expect(asked).toHaveLength(20);
  });

  test.each([
    ["no total", () => null],
    ["a total of the page", (_all: number, page: number) => page],
  ])(
    "a server that puts fewer on a page than asked for, and says %s, is read to the end",
    async (_, totalOf) => {
      for (const maxPageSize of [1, 3, 7, 10, 20, 24, 37, 50, 64]) {
        const items = await list(120, totalOf, { pageSize: 100, maxPageSize }).read;
        expect(items).toHaveLength(120);
        expect(items.complete).toBe(true);
      }
    },
  );

  test("a total larger than what was read makes the list incomplete", async () => {
    const items = await list(4, () => 6).read;
    expect(items).toHaveLength(4);
    expect(items.complete).toBe(false);
  });

  test("a set that changed while it was read is incomplete", async () => {
    let total = 30;
    const items = await collectPages<Item>({
      pageSize: 10,
      keyOf: ({ id }) => id,
      fetchPage: async (pageNum) => ({
        items: itemsOf(30).slice((pageNum - 1) * 10, pageNum * 10),
        totalCount: total++,
      }),
    });
    expect(items.complete).toBe(false);
  });

  test("records that can't be read are counted by page, fill their page, and make the list incomplete", async () => {
    const asked: number[] = [];
    const items = await collectPages<Item>({
      pageSize: 10,
      keyOf: ({ id }) => id,
      fetchPage: async (pageNum) => {
        asked.push(pageNum);
        const page = itemsOf(25).slice((pageNum - 1) * 10, pageNum * 10);
        return { items: page.slice(pageNum === 2 ? 1 : 0), totalCount: null, skipped: pageNum === 2 ? 1 : 0 };
      },
    });
    expect(asked).toEqual([1, 2, 3, 4]);
    expect(items).toHaveLength(24);
    expect(items).toMatchObject({ complete: false, skipped: [{ page: 2, count: 1 }] });
  });

  test.each([
    ["without a total", null],
    ["with a total of the page", 10],
    ["with a total of more", 1e15],
  ])(
    "a server that gives the same page again ends the list %s, which is then incomplete",
    async (_, total) => {
      let asked = 0;
      const items = await collectPages<Item>({
        pageSize: 10,
        keyOf: ({ id }) => id,
        fetchPage: async () => {
          asked += 1;
          if (asked > 20) throw new Error("it doesn't end");
          return { items: itemsOf(10), totalCount: total };
        },
      });
      expect(items).toHaveLength(10);
      expect(items.complete).toBe(false);
    },
  );

  test("the same answer again is the whole list where the endpoint may know no pages", async () => {
    const items = await collectPages<Item>({
      pageSize: 10,
      mayIgnorePaging: true,
      keyOf: ({ id }) => id,
      fetchPage: async () => ({ items: itemsOf(250), totalCount: 250 }),
    });
    expect(items).toHaveLength(250);
    expect(items.complete).toBe(true);
  });

  test.each([[30], [null]])(
    "a list that is cut after so many pages is incomplete: total %j",
    async (totalCount) => {
      const items = await collectPages<Item>({
        pageSize: 10,
        maxPages: 2,
        keyOf: ({ id }) => id,
        fetchPage: async (pageNum) => ({
          items: itemsOf(30).slice((pageNum - 1) * 10, pageNum * 10),
          totalCount,
        }),
      });
      expect(items).toHaveLength(20);
      expect(items.complete).toBe(false);
    },
  );
});
