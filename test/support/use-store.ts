import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import {
  openQueueStore,
  openTestStore,
  type QueueStore,
  type Replica,
  type TestStore,
} from "./test-store.ts";

/** One store with a queue for the tests of a file, emptied before each. */
export function useQueueStore(): QueueStore {
  const store = useOpened(openQueueStore);
  beforeEach(() => store.empty());
  return store;
}

/** One store without a queue for the tests of a file, which see the rows of the tests before them. */
export function useTestStore(): TestStore {
  return useOpened(openTestStore);
}

/** A new store without a queue for each test. */
export function useNewStores(): TestStore {
  return useOpened(openTestStore, { each: true });
}

/** A second replica of the bot on such a store. */
export function useReplica(store: TestStore): Replica {
  return useOpened(async () => store.openReplica());
}

/**
 * Opens something before the tests of a file, or before each of them, and closes it afterwards. Its properties can be
 * read in the tests.
 */
export function useOpened<T extends AsyncDisposable>(open: () => Promise<T>, { each = false } = {}): T {
  let opened: T;
  (each ? beforeEach : beforeAll)(async () => {
    opened = await open();
  });
  (each ? afterEach : afterAll)(() => opened[Symbol.asyncDispose]());
  // A file uses the object before it is open. So each property is looked up only when a test reads it.
  return new Proxy({} as T, { get: (_, name) => Reflect.get(opened, name) });
}
