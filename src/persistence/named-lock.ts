import type { Pool, PoolClient } from "pg";
import { AppError, messageOf } from "../kernel/errors.ts";
import { faultOf, type TimedQuery } from "./database-client.ts";
import { databaseErrorCode } from "./database-errors.ts";

/**
 * Runs work while no other replica holds the lock of this name. `assertHeld` throws when the lock was
 * lost in between.
 */
export type WithLock = <T>(name: string, work: (assertHeld: () => Promise<void>) => Promise<T>) => Promise<T>;

/** Runs work unless another replica holds the lock of this name; resolves to whether it ran. */
export type TryWithLock = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** A lock went with its connection, or is held on a server that is no longer the database. */
class LockLostError extends AppError<"lock_lost"> {
  constructor(name: string, cause: unknown) {
    super("lock_lost", `The lock "${name}" was lost: ${messageOf(cause)}`, { cause });
  }
}

/** How long a lock's connection may take to answer a statement that waits for nothing, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/** SQLSTATE `lock_not_available`: the wait for a lock took longer than `lock_timeout`. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Locks by name that nobody waits for, each held by a connection of its own as long as the work lasts. */
export function createTryWithLock(pool: Pool): TryWithLock {
  return (name, work) =>
    withConnection(pool, async (client, unlock) => {
      const { rows } = await client.query("select pg_try_advisory_lock(hashtextextended($1, 0)) as got", [
        name,
      ]);
      if (!rows[0]?.got) return false;
      try {
        assertUsable(client, name);
        await work();
      } finally {
        await unlock(name);
      }
      return true;
    });
}

/**
 * Locks by name, each held by a connection of its own as long as the work lasts: when the process or the
 * connection dies the lock is free.
 */
export function createWithLock(pool: Pool): WithLock {
  return (name, work) =>
    withConnection(pool, async (client, unlock) => {
      const assertHeld = async () => {
        assertUsable(client, name);
        await client.query(timed("select 1")).catch((error: unknown) => {
          throw new LockLostError(name, error);
        });
        assertUsable(client, name);
      };
      try {
        await waitForLock(client, name);
        // The server may have turned out to be read-only during the wait; its locks count for nothing then.
        assertUsable(client, name);
        return await work(assertHeld);
      } finally {
        await unlock(name);
      }
    });
}

async function waitForLock(client: PoolClient, name: string): Promise<void> {
  for (;;) {
    try {
      await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]);
      return;
    } catch (error) {
      // Each wait is bounded, so that a database that vanished is noticed; a lock that is held is asked for again.
      if (databaseErrorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
      assertUsable(client, name);
    }
  }
}

function assertUsable(client: PoolClient, name: string): void {
  const fault = faultOf(client);
  if (fault) throw new LockLostError(name, fault);
}

/** Checks a connection out. It goes back to the pool only if it is usable. `unlock` never fails. */
async function withConnection<T>(
  pool: Pool,
  work: (client: PoolClient, unlock: (name: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client, async (name) => {
      const query = timed("select pg_advisory_unlock(hashtextextended($1, 0))", [name]);
      // A lock that can't be unlocked goes with its connection.
      await client.query(query).catch((error: Error) => {
        broken = error;
      });
    });
  } finally {
    client.release(broken);
  }
}

function timed(text: string, values: unknown[] = []): TimedQuery {
  return { text, values, query_timeout: ANSWER_TIMEOUT_MS };
}
