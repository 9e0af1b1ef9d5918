import fc from "fast-check";
import { expect, test } from "vitest";
import { type Page, readPages } from "../../../../src/incydr/client/read-pages.ts";

interface Item {
  readonly id: string;
}

/** Reads a set of `count` items on pages of at most `maxPageSize`, and records the requested pages. */
function startReading({ count = 300, pageSize = 10, maxPageSize = 10, lostPage = 0 }) {
  const ids = Array.from({ length: count }, (_, n) => `${n + 1}`);
  const asked: number[] = [];
  const signals: AbortSignal[] = [];
  const size = Math.min(pageSize, maxPageSize);
  const fetchPage = async (pageNum: number, signal: AbortSignal): Promise<Page<Item>> => {
    asked.push(pageNum);
    signals.push(signal);
    await new Promise((resolve) => setImmediate(resolve));
    if (pageNum === lostPage) throw new Error(`page ${pageNum} is gone`);
    const items = ids.slice((pageNum - 1) * size, pageNum * size).map((id) => ({ id }));
    return { items, totalCount: count };
  };
  return { ids, asked, signals, pages: readPages<Item>({ fetchPage, pageSize, keyOf: ({ id }) => id }) };
}

test("every item comes once, in order, with the fewest requests, however the set divides into pages", async () => {
  const upTo = (max: number) => fc.integer({ min: 1, max });
  await fc.assert(
    fc.asyncProperty(fc.nat(60), upTo(20), upTo(25), async (count, pageSize, maxPageSize) => {
      const { ids, asked, pages } = startReading({ count, pageSize, maxPageSize });
      const read: string[] = [];
      for await (const { id } of pages) read.push(id);
      expect(read).toEqual(ids);
      const size = Math.min(pageSize, maxPageSize);
      // A total that equals a single page may be the page's own.
      const mayBeOwn = count > 0 && count <= size ? 1 : 0;
      expect(asked).toHaveLength(Math.max(1, Math.ceil(count / size) + mayBeOwn));
    }),
  );
});

test("pages are fetched ahead, and never more than eight are held", async () => {
  const { asked, pages } = startReading({});
  for (let n = 0; n < 10; n += 1) await pages.next();
  expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await pages.return();
});

test("if the consumer stops, nothing more is fetched and the pages on their way are given up", async () => {
  const { asked, signals, pages } = startReading({});
  for await (const { id } of pages) if (id === "15") break;
  const askedThen = asked.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toHaveLength(askedThen);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

test("a page that can't be read ends the reading with its error after the items of the pages before it", async () => {
  const { ids, pages } = startReading({ count: 50, lostPage: 3 });
  const read: string[] = [];
  const reading = (async () => {
    for await (const { id } of pages) read.push(id);
  })();
  await expect(reading).rejects.toThrow("page 3 is gone");
  expect(read).toEqual(ids.slice(0, 20));
});
