import { untilAborted } from "../model/until-aborted.ts";

/** Runs work for the same key one after another, and work for different keys at once. */
export interface KeyedMutex {
  /** The result of `work`, begun when all earlier work for `key` has ended; rejects with the signal's reason before. */
  runExclusive<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** A mutex for each key. A key takes memory only while work for it waits or runs. */
export function createKeyedMutex(): KeyedMutex {
  const lastOf = new Map<string, Promise<void>>();
  return {
    runExclusive: async (key, signal, work) => {
      const before = lastOf.get(key);
      const ended = Promise.withResolvers<void>();
      // Work that gives up while it waits must not let the next one overtake the earlier ones.
      const last = before ? before.then(() => ended.promise) : ended.promise;
      lastOf.set(key, last);
      last.then(() => {
        if (lastOf.get(key) === last) lastOf.delete(key);
      });
      try {
        if (before) await untilAborted(before, signal);
        return await work();
      } finally {
        ended.resolve();
      }
    },
  };
}
