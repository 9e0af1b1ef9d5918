import type { Transaction } from "../../src/change-requests/index.ts";
import { type TestStore, untilBlocked } from "./test-store.ts";

/** Begun work that waits until the test lets it continue. */
export interface HeldWork<T> {
  readonly result: Promise<T>;
  /** Resolves to the result of the work. */
  letGo(): Promise<T>;
}

/** Begins work that stops at its `pause`; resolves when the work has reached the pause. */
export async function hold<T>(work: (pause: () => Promise<void>) => Promise<T>): Promise<HeldWork<T>> {
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const result = work(() => {
    begun.resolve();
    return end.promise;
  });
  await Promise.race([begun.promise, result]);
  return {
    result,
    letGo: () => {
      end.resolve();
      return result;
    },
  };
}

/**
 * Runs `first` in a transaction. When `first` calls `untilOtherWaits`, runs `second` on another replica. Resolves to
 * the result of `second`; fails if `second` doesn't wait for the end of the first transaction.
 */
export async function inTurns<T>(
  store: TestStore,
  first: (tx: Transaction, untilOtherWaits: () => Promise<void>) => Promise<unknown>,
  second: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await using other = store.openReplica();
  let waiting: Promise<T> | undefined;
  await store.uow.run((tx) =>
    first(tx, () => {
      waiting = other.uow.run(second);
      return untilBlocked(store, 1);
    }),
  );
  if (!waiting) throw new Error("The first transaction let nobody wait.");
  return waiting;
}
