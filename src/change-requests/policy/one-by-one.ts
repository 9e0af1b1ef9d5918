import { setImmediate } from "node:timers/promises";

/** The subjects of a change one after the other: a thousand take seconds, in which others want an answer. */
export async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [index, item] of items.entries()) {
    if (index > 0) await setImmediate();
    yield item;
  }
}
