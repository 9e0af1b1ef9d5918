import type { Pool } from "pg";

/**
 * Runs work while no other replica holds the lock of this name. `assertHeld` throws when the lock was
 * lost in between.
 */
export type WithLock = <T>(name: string, work: (assertHeld: () => Promise<void>) => Promise<T>) => Promise<T>;

/** Runs work unless another replica holds the lock of this name; resolves to whether it ran. */
export type TryWithLock = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** Locks by name that nobody waits for, each held by a connection of its own as long as the work lasts. */
export function createTryWithLock(pool: Pool): TryWithLock {
  return async (name, work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      const { rows } = await client.query("select pg_try_advisory_lock(hashtextextended($1, 0)) as got", [
        name,
      ]);
      if (!rows[0]?.got) return false;
      try {
        await work();
      } finally {
        await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch(onError);
      }
      return true;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  };
}

/**
 * Locks by name, each held by a connection of its own as long as the work lasts: when the process or the
 * connection dies the lock is free.
 */
export function createWithLock(pool: Pool): WithLock {
  return async (name, work) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]);
      const assertHeld = async () => {
        if (broken) throw broken;
        await client.query("select 1");
      };
      return await work(assertHeld);
    } finally {
      await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch(onError);
      client.off("error", onError);
      client.release(broken);
    }
  };
}
