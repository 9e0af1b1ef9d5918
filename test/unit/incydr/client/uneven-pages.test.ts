import { describe, expect, test } from "vitest";
import { collectPages } from "../../../../src/incydr/client/read-pages.ts";
import { IncydrError } from "../../../../src/incydr/model/errors.ts";

interface Item {
  readonly id: string;
}

const itemsOf = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: `${n + 1}` }));

describe("where no total of the whole set is told, a page that is shorter than the first is not the end", () => {
  const totals: readonly (readonly [string, (size: number, first: number) => number | null])[] = [
    ["no total", () => null],
    ["the total of each page", (size) => size],
    ["the total of the first page", (_, first) => first],
  ];
  const sizes = [10, 7, 9, 1, 10, 4];
  const pageAt = (index: number) => {
    const from = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
    return itemsOf(41).slice(from, from + (sizes[index] ?? 0));
  };
  const list = (totalOf: (size: number, first: number) => number | null, beyond: () => Item[]) =>
    collectPages<Item>({
      pageSize: 10,
      keyOf: ({ id }) => id,
      fetchPage: async (pageNum) => {
        const items = pageNum > sizes.length ? beyond() : pageAt(pageNum - 1);
        return { items, totalCount: totalOf(items.length, 10) };
      },
    });

  test.each(totals)("%s", async (_, totalOf) => {
    const ends: (() => Item[])[] = [
      () => [],
      () => pageAt(sizes.length - 1),
      () => {
        throw new IncydrError("invalid", "There is no such page.", { sent: "yes" });
      },
    ];
    for (const beyond of ends) {
      const items = await list(totalOf, beyond);
      expect(items).toHaveLength(41);
      expect(items.complete).toBe(true);
    }
  });
});
