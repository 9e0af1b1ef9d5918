import { setImmediate } from "node:timers/promises";

/** The number of characters to read before other work runs. Reading them takes some milliseconds. */
const SLICE = 50_000;
/** The cost of an item in addition to its characters. */
const EACH = 100;

/** Yields the items in order, and lets other work run after each slice; `sizeOf`: how many characters an item has. */
export async function* inSlices<T>(items: Iterable<T>, sizeOf: (item: T) => number): AsyncGenerator<T> {
  let work = 0;
  for (const item of items) {
    yield item;
    work += sizeOf(item) + EACH;
    if (work < SLICE) continue;
    work = 0;
    await setImmediate();
  }
}
