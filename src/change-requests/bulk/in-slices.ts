import { setImmediate } from "node:timers/promises";

/** Characters that are read in one go: some milliseconds of work. */
const SLICE = 50_000;
/** The cost of an item beside its characters. */
const EACH = 100;

/** The items in their order; other work of the process gets its turn after each slice of them. */
export async function* inSlices<T extends { readonly text: string }>(items: Iterable<T>): AsyncGenerator<T> {
  let work = 0;
  for (const item of items) {
    yield item;
    work += item.text.length + EACH;
    if (work < SLICE) continue;
    work = 0;
    await setImmediate();
  }
}
