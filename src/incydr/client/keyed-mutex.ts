import { untilAborted } from "../model/until-aborted.ts";

/** Runs work for the same key in sequence, and work for different keys in parallel. */
export function createKeyedMutex() {
  // A key uses memory only while work for it waits or runs.
  const lastOf = new Map<string, Promise<void>>();
  return {
    /** Runs `work` after all earlier work for `key`. If `signal` is aborted before that, rejects with its reason. */
    async runExclusive<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
      const before = lastOf.get(key);
      const ended = Promise.withResolvers<void>();
      // If this work is aborted while it waits, the next work still waits for all earlier work.
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
