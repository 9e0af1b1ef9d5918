import type { Pool, PoolClient } from "pg";
import { AppError, messageOf } from "../kernel/errors.ts";
import { faultOf, type TimedQuery } from "./database-client.ts";
import { databaseErrorCode } from "./database-errors.ts";

/** Runs work while no other replica holds the lock of this name. `assertHeld` throws if the lock was lost. */
export type WithLock = <T>(name: string, work: (assertHeld: () => Promise<void>) => Promise<T>) => Promise<T>;

/** Runs work unless another replica holds the lock of this name; resolves to whether the work ran. */
export type TryWithLock = (name: string, work: () => Promise<void>) => Promise<boolean>;

/** The lock ended with its connection, or is held on a server that is no longer the database. */
class LockLostError extends AppError<"lock_lost"> {
  constructor(name: string, cause: unknown) {
    super("lock_lost", `The lock "${name}" was lost: ${messageOf(cause)}`, { cause });
  }
}

/** How long the database may take to answer a statement that does not wait, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/** SQLSTATE `lock_not_available`: the wait took longer than `lock_timeout`. */
const LOCK_NOT_AVAILABLE = "55P03";

/** Creates the function that takes a lock only if it is free. Each held lock has its own connection. */
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

/** Creates the function that waits for a lock. Each lock has its own connection, and ends with it or the process. */
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
        // If the server became read-only during the wait, its locks protect nothing.
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
      // Each wait ends after `lock_timeout`, so that a vanished database is noticed. Then the loop waits again.
      if (databaseErrorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
      assertUsable(client, name);
    }
  }
}

function assertUsable(client: PoolClient, name: string): void {
  const fault = faultOf(client);
  if (fault) throw new LockLostError(name, fault);
}

/** Borrows a connection. The pool gets it back only if it is usable. `unlock` never fails. */
async function withConnection<T>(
  pool: Pool,
  work: (client: PoolClient, unlock: (name: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client, async (name) => {
      const query = timed("select pg_advisory_unlock(hashtextextended($1, 0))", [name]);
      // If unlocking fails, closing the connection ends the lock.
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
