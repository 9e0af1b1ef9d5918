import { describe, expect, test } from "vitest";
import { collectPages, type Page } from "../../../../src/incydr/client/read-pages.ts";
import { IncydrError } from "../../../../src/incydr/model/errors.ts";

interface Item {
  readonly id: string;
}

const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from + 1 }, (_, n) => ({ id: `${from + n}` }));

/** A list of pages of 10, or of what each page has; pages beyond them are refused, or empty. */
const list = (
  pages: readonly Page<Item>[],
  { beyond = "refused", ...options }: { beyond?: "refused" | "empty"; mayIgnorePaging?: boolean } = {},
) =>
  collectPages<Item>({
    pageSize: 10,
    keyOf: ({ id }) => id,
    fetchPage: async (pageNum) => {
      const page = pages[pageNum - 1];
      if (page) return page;
      if (beyond === "empty") return { items: [], totalCount: null };
      throw new IncydrError("invalid", "There is no such page.", { sent: "yes" });
    },
    ...options,
  });

describe("a page that Incydr refuses", () => {
  test("is an error if the total promised it", async () => {
    await expect(list([{ items: items(1, 10), totalCount: 25 }])).rejects.toMatchObject({ code: "invalid" });
  });

  test("leaves a list incomplete after a full first page, for the server may show one page only", async () => {
    const read = await list([{ items: items(1, 10), totalCount: null }]);
    expect([read.length, read.complete]).toEqual([10, false]);
  });

  test("leaves a list incomplete after a later page as long as the first", async () => {
    const pages = [items(1, 10), items(11, 20)].map((each) => ({ items: each, totalCount: null }));
    expect((await list(pages)).complete).toBe(false);
  });

  test("is the end of a list after a first page that is shorter than asked for", async () => {
    const read = await list([{ items: items(1, 7), totalCount: null }]);
    expect([read.length, read.complete]).toEqual([7, true]);
  });

  test("is the end of a list of an endpoint without pages, unless its number is as round as a limit", async () => {
    const ofAll = (count: number) =>
      list([{ items: items(1, count), totalCount: null }], { mayIgnorePaging: true });
    expect((await ofAll(137)).complete).toBe(true);
    expect((await ofAll(135)).complete).toBe(false);
  });
});

test("a list without a total in which an item comes twice is incomplete, for another may have moved too", async () => {
  const pages = [items(1, 10), items(10, 19)].map((each) => ({ items: each, totalCount: null }));
  const read = await list(pages, { beyond: "empty" });
  expect([read.length, read.complete]).toEqual([19, false]);
});
