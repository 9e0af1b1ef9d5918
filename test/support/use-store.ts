import { afterAll, beforeAll, beforeEach } from "vitest";
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

/** A second replica of the bot on such a store. */
export function useReplica(store: TestStore): Replica {
  return useOpened(async () => store.openReplica());
}

/** Opens something before the tests of a file, and closes it after them. Its properties can be read by the tests. */
export function useOpened<T extends AsyncDisposable>(open: () => Promise<T>): T {
  let opened: T;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened[Symbol.asyncDispose]());
  // The file needs it before it is open: each property is looked up when a test reads it.
  return new Proxy({} as T, { get: (_, name) => Reflect.get(opened, name) });
}
