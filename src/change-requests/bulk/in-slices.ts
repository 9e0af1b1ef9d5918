import { setImmediate } from "node:timers/promises";

/** Characters that are read in one go: some milliseconds of work. */
const SLICE = 50_000;
/** The cost of an item beside its characters. */
const EACH = 100;

/**
 * The items in their order; other work of the process gets its turn after each slice of them. `sizeOf` is the number
 * of characters that the work on an item reads.
 */
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
