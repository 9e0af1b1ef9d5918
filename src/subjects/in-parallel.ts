/** Calls on their way at once: the client's limiter says how fast they really go. */
const WIDTH = 8;

/** Does the same for many items, a few at once; the first error ends it. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}
