import type { Pool, PoolClient } from "pg";

/**
 * Runs work while no other replica holds the lock of this name. `assertHeld` throws when the lock was
 * lost in between.
 */
export type WithLock = <T>(name: string, work: (assertHeld: () => Promise<void>) => Promise<T>) => Promise<T>;

/** Runs work unless another replica holds the lock of this name; resolves to whether it ran. */
export type TryWithLock = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** Locks by name that nobody waits for, each held by a connection of its own as long as the work lasts. */
export function createTryWithLock(pool: Pool): TryWithLock {
  return (name, work) =>
    withConnection(pool, async (client, { unlock }) => {
      const { rows } = await client.query("select pg_try_advisory_lock(hashtextextended($1, 0)) as got", [
        name,
      ]);
      if (!rows[0]?.got) return false;
      await work().finally(() => unlock(name));
      return true;
    });
}

/**
 * Locks by name, each held by a connection of its own as long as the work lasts: when the process or the
 * connection dies the lock is free.
 */
export function createWithLock(pool: Pool): WithLock {
  return (name, work) =>
    withConnection(pool, async (client, { assertUnbroken, unlock }) => {
      const assertHeld = async () => {
        assertUnbroken();
        await client.query("select 1");
      };
      try {
        await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]);
        return await work(assertHeld);
      } finally {
        await unlock(name);
      }
    });
}

interface LockConnection {
  /** @throws what broke the connection. */
  assertUnbroken(): void;
  /** Never fails: what can't be unlocked goes with its connection. */
  unlock(name: string): Promise<void>;
}

/** Lends a connection, which goes back to the pool only if it is sound. */
async function withConnection<T>(
  pool: Pool,
  work: (client: PoolClient, connection: LockConnection) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    return await work(client, {
      assertUnbroken() {
        if (broken) throw broken;
      },
      async unlock(name) {
        await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]).catch(onError);
      },
    });
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
