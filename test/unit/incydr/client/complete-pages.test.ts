import { describe, expect, test } from "vitest";
import { collectPages, type Page, type PagesOptions } from "../../../../src/incydr/client/read-pages.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";

interface Item {
  readonly id: string;
  readonly note?: unknown;
}
type PageOf = (pageNum: number) => Page<Item>;
type TotalOf = (all: number, page: number) => number | null;

const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ id: `${from + n}` }));
const idsOf = (list: readonly Item[]) => list.map(({ id }) => id);
const keyless = (count: number, note: unknown = null) =>
  Array.from({ length: count }, () => ({ id: "", note }));

/** Reads a list with pages of 10, and records the requested pages. */
async function collect(pageOf: PageOf, options: Partial<PagesOptions<Item>> = {}) {
  const asked: number[] = [];
  const list = await collectPages<Item>({
    pageSize: 10,
    keyOf: ({ id }) => id || null,
    fetchPage: async (pageNum) => {
      asked.push(pageNum);
      if (asked.length > 150) throw new Error("it doesn't end");
      return pageOf(pageNum);
    },
    ...options,
  });
  return { ids: idsOf(list), complete: list.complete, skipped: list.skipped, asked };
}

/** A set of `count` items on pages of `size`. `totalOf` makes the total of each page. */
const pagesOf =
  (count: number, totalOf: TotalOf, size = 10): PageOf =>
  (pageNum) => {
    const page = items(1, count).slice((pageNum - 1) * size, pageNum * size);
    return { items: page, totalCount: totalOf(count, page.length) };
  };

const noTotal: TotalOf = () => null;
const ofAll: TotalOf = (all) => all;
const ofPage: TotalOf = (_, page) => page;

describe("a list is read whole", () => {
  test.each<[string, TotalOf]>([
    ["counts the whole set", ofAll],
    ["is absent", noTotal],
    ["counts the page alone", ofPage],
    ["is capped below the number of items", (all) => Math.min(all, 15)],
    ["is zero", () => 0],
  ])("if the total %s, on any number of pages", async (_, totalOf) => {
    for (const count of [0, 1, 9, 10, 11, 19, 20, 21, 30, 55]) {
      const list = await collect(pagesOf(count, totalOf));
      expect(list).toMatchObject({ ids: idsOf(items(1, count)), complete: true });
    }
  });

  test.each([
    ["no total", noTotal],
    ["the total of the page", ofPage],
  ])("if the server puts fewer items on a page than asked for, and tells %s", async (_, totalOf) => {
    for (const size of [1, 3, 7, 10, 20, 24, 37, 50, 64]) {
      const list = await collect(pagesOf(120, totalOf, size), { pageSize: 100 });
      expect([list.ids.length, list.complete]).toEqual([120, true]);
    }
  });

  const refused = (): never => {
    throw new IncydrError("invalid", "There is no such page.", { sent: "yes" });
  };
  test.each<[string, TotalOf]>([
    ["no total", noTotal],
    ["the total of each page", ofPage],
    ["the total of the first page", () => 10],
  ])("if a page in its middle is shorter than the first, and the server tells %s", async (_, totalOf) => {
    const sizes = [10, 7, 9, 1, 10, 4];
    const pageAt = (index: number) => {
      const from = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
      return items(1, 41).slice(from, from + (sizes[index] ?? 0));
    };
    for (const beyond of [() => [], () => pageAt(sizes.length - 1), refused]) {
      const list = await collect((pageNum) => {
        const page = pageNum > sizes.length ? beyond() : pageAt(pageNum - 1);
        return { items: page, totalCount: totalOf(41, page.length) };
      });
      expect([list.ids.length, list.complete]).toEqual([41, true]);
    }
  });

  test("if its records have no key and their number is the total", async () => {
    const list = await collect((n) => ({ items: keyless(n === 1 ? 10 : 5, n), totalCount: 15 }));
    expect([list.ids.length, list.complete]).toEqual([15, true]);
  });

  test("if the endpoint may know no pages and gives the same answer again", async () => {
    const list = await collect(() => ({ items: items(1, 250), totalCount: 250 }), { mayIgnorePaging: true });
    expect([list.ids.length, list.complete]).toEqual([250, true]);
  });
});

describe("the number of requests", () => {
  test.each([10, 7, 1])(
    "is one more for a total that equals a single page of %i, which may be the page's own",
    async (count) => {
      expect(await collect(pagesOf(count, ofAll))).toMatchObject({ complete: true, asked: [1, 2] });
    },
  );

  test("is one if the first page is below the size to which servers cut, and its total says no more", async () => {
    const askedFor = async (size: number, totalCount: number | null) => {
      const pageOf: PageOf = (n) => ({ items: n === 1 ? items(1, size) : [], totalCount });
      return (await collect(pageOf, { pageSize: 100, wholeBelow: 2 })).asked.length;
    };
    const counts = [askedFor(1, null), askedFor(1, 1), askedFor(2, null), askedFor(2, 2)];
    expect(await Promise.all(counts)).toEqual([1, 1, 2, 2]);
  });

  test("is that of the full pages if the total is above the page's size, which counts the whole set", async () => {
    expect(await collect(pagesOf(30, ofAll))).toMatchObject({ complete: true, asked: [1, 2, 3] });
  });

  test("isn't raised by a total of exactly 10,000, which may be a cap and leaves the list incomplete", async () => {
    const capped = pagesOf(10_250, (all) => Math.min(all, 10_000), 500);
    const { ids, complete, asked } = await collect(capped, { pageSize: 500 });
    expect([ids.length, complete, asked.length]).toEqual([10_000, false, 20]);
  });
});

describe("a page that Incydr refuses", () => {
  const refusals = [
    new IncydrError("invalid", "There is no such page.", { sent: "yes" }),
    new IncydrError("unexpected_answer", "404", { sent: "yes", status: 404, serverCode: "NOT_FOUND" }),
  ];
  const withoutPages = { mayIgnorePaging: true };

  test.each<[string, number[], Partial<PagesOptions<Item>>, boolean]>([
    ["a full first page leaves the list incomplete", [10], {}, false],
    ["a later page as long as the first leaves the list incomplete", [10, 10], {}, false],
    ["a first page shorter than asked for ends a complete list", [7], {}, true],
    ["137 items of an endpoint without pages ends a complete list", [137], withoutPages, true],
    ["135 items, which may be a limit, leaves the list incomplete", [135], withoutPages, false],
  ])("after %s", async (_, sizes, options, complete) => {
    for (const refusal of refusals) {
      for (const totalOf of [noTotal, ofPage]) {
        const pageOf: PageOf = (pageNum) => {
          const size = sizes[pageNum - 1];
          if (size === undefined) throw refusal;
          return { items: items(pageNum * 10 - 9, pageNum * 10 - 10 + size), totalCount: totalOf(0, size) };
        };
        const list = await collect(pageOf, options);
        expect(list.ids).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
        expect(list.complete).toBe(complete);
      }
    }
  });

  test("is an error if the total promised it", async () => {
    for (const refusal of refusals) {
      const pageOf: PageOf = (pageNum) => {
        if (pageNum > 1) throw refusal;
        return { items: items(1, 10), totalCount: 25 };
      };
      await expect(collect(pageOf)).rejects.toBe(refusal);
    }
  });
});

describe("a list is incomplete", () => {
  const shifted = [{ id: "new" }, ...items(1, 30)];
  test.each<[string, PageOf, Item[]]>([
    [
      "an item moved to a later page while it was read",
      (n) => ({
        items: n === 1 ? items(1, 10) : shifted.slice(n * 10 - 10, n * 10),
        totalCount: n === 1 ? 30 : 31,
      }),
      items(1, 30),
    ],
    [
      "its set shrank and grew again, though its last page shows the first total",
      (n) => {
        if (n === 3) return { items: [...items(22, 30), { id: "new" }], totalCount: 30 };
        return n === 1 ? { items: items(1, 10), totalCount: 30 } : { items: items(12, 21), totalCount: 29 };
      },
      [...items(1, 10), ...items(12, 30), { id: "new" }],
    ],
    [
      "an item came twice and there is no total, for another item may have moved too",
      (n) => ({ items: [items(1, 10), items(10, 19)][n - 1] ?? [], totalCount: null }),
      items(1, 19),
    ],
    [
      "its total grew while it was read",
      (n) => ({ items: items(1, 30).slice(n * 10 - 10, n * 10), totalCount: 29 + n }),
      items(1, 30),
    ],
    ["its total is above the number of its items on one page", pagesOf(4, () => 6), items(1, 4)],
    ["its total is above the number of its items on several pages", pagesOf(20, () => 25), items(1, 20)],
  ])("if %s", async (_, pageOf, expected) => {
    expect(await collect(pageOf)).toMatchObject({ ids: idsOf(expected), complete: false });
  });

  test("if records can't be read, which are counted by page and fill their page", async () => {
    const list = await collect((n) => {
      const page = items(1, 25).slice(n * 10 - 10, n * 10);
      return { items: page.slice(n === 2 ? 1 : 0), totalCount: null, skipped: n === 2 ? 1 : 0 };
    });
    expect(list).toMatchObject({ complete: false, skipped: [{ page: 2, count: 1 }], asked: [1, 2, 3, 4] });
    expect(list.ids).toHaveLength(24);
  });

  test.each([
    ["a total", ofAll],
    ["no total", noTotal],
  ])("if it is cut after its largest number of pages, with %s", async (_, totalOf) => {
    const list = await collect(pagesOf(30, totalOf), { maxPages: 2 });
    expect(list).toMatchObject({ ids: idsOf(items(1, 20)), complete: false });
  });
});

describe("a server that ignores the page", () => {
  const all: PageOf = () => ({ items: items(1, 12), totalCount: null });
  const again =
    (totalCount: number | null): PageOf =>
    () => ({ items: items(1, 10), totalCount });
  const sameKeyless =
    (totalCount: number | null): PageOf =>
    () => ({ items: keyless(10), totalCount });
  const otherKeyless =
    (totalCount: number | null): PageOf =>
    (n) => ({ items: keyless(10, n), totalCount });

  test.each<[string, PageOf, boolean, number?]>([
    ["the whole set of more than asked for", all, true, 12],
    ["the same page without a total", again(null), false, 10],
    ["the same page with its own total", again(10), false, 10],
    ["the same page with an endless total", again(1e15), false, 10],
    ["the same records without a key and a total", sameKeyless(null), false, 10],
    ["the same records without a key and a total above the page", sameKeyless(15), false],
    ["other records without a key and a total above the page", otherKeyless(15), false],
    ["other records without a key and a total", otherKeyless(null), false],
    ["other records without a key and an endless total", otherKeyless(1e15), false],
    ["unreadable records", () => ({ items: [], skipped: 5, totalCount: null }), false],
    ["one readable record of many", () => ({ items: items(1, 1), skipped: 5, totalCount: null }), false, 1],
    [
      "one record without a key",
      (n) => ({ items: [...items(1, 9), ...keyless(1, n)], totalCount: null }),
      false,
    ],
  ])("ends the list, which is complete only if it was whole: %s", async (_, pageOf, complete, count) => {
    const list = await collect(pageOf);
    expect(list.asked.length).toBeLessThanOrEqual(20);
    expect(list.complete).toBe(complete);
    if (count !== undefined) expect(list.ids).toHaveLength(count);
  });
});
