/**
 * Runs `work` on each item in order. If it fails for one, the others are still worked on, and the first failure is
 * thrown at the end. A failure that `isOutage` accepts is thrown at once: the others would fail in the same way.
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
