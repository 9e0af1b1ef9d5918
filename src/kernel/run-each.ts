/**
 * Runs `work` on each item in order. After a failure it continues with the next item, and throws the first failure at
 * the end. It throws an outage at once, since the other items would fail in the same way.
 */
export async function runEach<Item>(
  items: Iterable<Item>,
  isOutage: (error: unknown) => boolean,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      if (isOutage(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
