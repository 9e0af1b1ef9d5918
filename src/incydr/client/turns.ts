import { untilAborted } from "../model/until-aborted.ts";

/** Runs works of the same key one after another, and those of different keys at once. */
export interface Turns {
  /** The result of `work`, begun when all earlier works of `key` have ended; rejects with the signal's reason before. */
  inTurn<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Turns without any work. A key takes memory only while one of its works waits or runs. */
export function createTurns(): Turns {
  const lastOf = new Map<string, Promise<void>>();
  return {
    inTurn: async (key, signal, work) => {
      const before = lastOf.get(key);
      const ended = Promise.withResolvers<void>();
      // A work that gives up while it waits must not let the next one overtake those before it.
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
