import { expect } from "vitest";
import type { Job, UnitOfWork } from "../../src/change-requests/index.ts";
import { createDurableQueue, type DurableQueue } from "../../src/jobs/index.ts";
import {
  createServerGeneration,
  createUnitOfWork,
  createWithLock,
  type Database,
  type JobSink,
  NO_JOBS,
  openDatabase,
  type WithLock,
} from "../../src/persistence/index.ts";
import { createTestDatabase } from "./database.ts";

/** The database as one replica of the bot uses it, with its own connections. */
export interface Replica extends AsyncDisposable {
  readonly database: Database;
  readonly uow: UnitOfWork;
  readonly withLock: WithLock;
}

/** A database of the tests with one replica. Tests can open more replicas. */
export interface TestStore extends Replica {
  readonly connectionString: string;
  openReplica(): Replica;
  /** Advisory locks of this database: how many are held, and how many are waited for. */
  locks(): Promise<{ held: number; waitedFor: number }>;
  /** Waits until this number of callers (default one) wait for a lock; fails after ten seconds. */
  untilWaitedFor(count?: number): Promise<void>;
}

/** A store with the real queue. Jobs run only if the test runs them. */
export interface QueueStore extends TestStore {
  readonly boss: DurableQueue;
  /** Jobs that wait in the queue, oldest first, without their correlation ids. */
  waiting(): Promise<readonly Job[]>;
  /** Deletes every request with all its rows. */
  empty(): Promise<void>;
}

const OF_REQUESTS = [
  ...[
    "change_requests",
    "ratifications",
    "reminders",
    "digests",
    "grants",
    "snapshots",
    "targets",
    "decisions",
  ],
  ...["drafts", "bulk_drafts", "write_freeze", "audit_entries", "pgboss.job"],
];

/** Opens a migrated database. Its transactions drop their jobs. */
export async function openTestStore(): Promise<TestStore> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const openReplica = () => openReplicaOf(connectionString, NO_JOBS);
  const first = openReplica();
  return {
    ...first,
    ...lockWatch(first),
    connectionString,
    openReplica,
    [Symbol.asyncDispose]: async () => {
      await first[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** As `openTestStore`, with the real queue. */
export async function openQueueStore(): Promise<QueueStore> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const boss = createDurableQueue({ connectionString, generation: createServerGeneration(), log: () => {} });
  await boss.start();
  const openReplica = () => openReplicaOf(connectionString, boss);
  const first = openReplica();
  return {
    ...first,
    ...lockWatch(first),
    connectionString,
    openReplica,
    boss,
    waiting: async () => {
      const { rows } = await first.database.lockPool.query(
        "select data - 'correlationId' as data from pgboss.job where state in ('created', 'retry') order by created_on, name, id",
      );
      return rows.map(({ data }) => data);
    },
    empty: async () => {
      // Deletes in a session like a replica's, without the triggers that refuse to delete audit entries. Truncating
      // would take thirty times as long, because it makes every table and index anew.
      const deletions = OF_REQUESTS.map((table) => `delete from ${table};`).join(" ");
      await first.database.lockPool.query(
        `set session_replication_role = replica; ${deletions} set session_replication_role = origin`,
      );
    },
    [Symbol.asyncDispose]: async () => {
      await boss.stop(1_000);
      await first[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

function openReplicaOf(connectionString: string, sink: JobSink): Replica {
  const database = openDatabase({ connectionString, log: () => {} });
  return {
    database,
    uow: createUnitOfWork(database.db, sink),
    withLock: createWithLock(database.lockPool),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function lockWatch({ database }: Replica): Pick<TestStore, "locks" | "untilWaitedFor"> {
  const locks: TestStore["locks"] = async () => {
    const { rows } = await database.lockPool.query(
      `select granted from pg_locks where locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
    );
    const held = rows.filter(({ granted }) => granted).length;
    return { held, waitedFor: rows.length - held };
  };
  return {
    locks,
    untilWaitedFor: async (count = 1) => {
      const waitedFor = async () => (await locks()).waitedFor;
      await expect.poll(waitedFor, { interval: 10 }).toBe(count);
    },
  };
}

/** Waits until this number of connections wait for a lock of a row. */
export async function untilBlocked({ database }: Replica, count: number): Promise<void> {
  const blocked = async () => {
    const { rowCount } = await database.lockPool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rowCount;
  };
  await expect.poll(blocked, { interval: 10 }).toBe(count);
}
