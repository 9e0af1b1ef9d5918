import type { Pool } from "pg";
import { systemClock as bossClock, type Db, fromKysely, PgBoss, type Queue } from "pg-boss";
import { JOB_KINDS, type Job } from "../change-requests/index.ts";
import { type Clock, steadyClock, systemClock } from "../kernel/clock.ts";
import { correlationId, isCorrelationId, withAnyCorrelation } from "../kernel/correlation.ts";
import { storable } from "../kernel/storable-text.ts";
import {
  createConnectionPool,
  createServerGeneration,
  type JobSink,
  type ServerGeneration,
} from "../persistence/index.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/** For the statements with which pg-boss makes tables and indexes; in milliseconds. */
const SCHEMA_TIMEOUT_MS = 3_600_000;
const CHANGES_SCHEMA = /\b(?:create|alter|drop|reindex)\b/i;

/** How a job is carried over crashes and outages: retried for weeks, at most a minute apart. */
const QUEUE: Omit<Queue, "name"> = {
  retryLimit: 50_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  // Reading a bulk takes as long as the limit of Incydr says.
  expireInSeconds: 2 * 3600,
  // A worker that died is noticed after this long.
  heartbeatSeconds: 10,
  retentionSeconds: 90 * 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
};

const NEXT_DUE = `select min(start_after) as due from pgboss.job
  where name = $1 and case when jsonb_typeof(data) = 'object' then data - 'correlationId' else data end = $2::jsonb and state in ('created', 'retry')`;

/** The durable queue in the product's own database. */
export interface DurableQueue extends JobSink {
  readonly boss: PgBoss;
  /**
   * Registers the one listener of this process, which wakes its workers for the jobs that the process enqueued.
   * Who leaves a job also does it, unless it dies or is busy: others find it within a second.
   */
  onWake(listener: JobSink["wake"]): void;
  /** Leaves a job by itself, not before `startAfter` (default at once). */
  enqueue(
    db: Parameters<JobSink["enqueueWithin"]>[0],
    job: Job,
    options?: { startAfter?: Date },
  ): Promise<void>;
  /** Creates the queue's tables and queues, and begins to supervise them. */
  start(): Promise<void>;
  /** Lets running jobs end, for at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

/**
 * Makes the queue; `log` hears of faults in its own upkeep.
 *
 * `connections` is the most that the queue opens for itself, default 3: each of its statements takes about a
 * millisecond, and the handlers have connections of their own. `generation` is the one of the `Database`, so that both
 * give up their connections after a failover.
 */
export function createDurableQueue(options: {
  connectionString: string;
  connections?: number;
  generation?: ServerGeneration;
  log: (error: Error) => void;
}): DurableQueue {
  const { connectionString, connections = 3, generation = createServerGeneration(), log } = options;
  const pool = createConnectionPool({
    connectionString,
    max: connections,
    generation,
    // Of its own work nothing is lost that matters: a job that a crash lets begin again may run twice.
    settings: { synchronous_commit: "off" },
    onError: log,
  });
  const queueDatabase = createQueueDatabase(pool, { clock: systemClock });
  const boss = new PgBoss({
    db: queueDatabase,
    // Both, or a worker that died is noticed after a minute only: a pass looks at queues whose turn it is.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    schedule: false,
    // Measures durations only: what is due, pg-boss asks `pgboss.job_now()`. If the machine's clock were set back, a
    // worker that measured by it would sleep for as long.
    clock: { ...bossClock, now: () => steadyClock.now().getTime() },
  });
  boss.on("error", log);
  let listener: JobSink["wake"] = () => {};
  const durableQueue: DurableQueue = {
    boss,
    wake: (jobs) => listener(jobs),

    async nextDue(db, job) {
      const { rows } = await fromKysely(db).executeSql(NEXT_DUE, [job.kind, JSON.stringify(job)]);
      return rows[0]?.due ?? null;
    },

    onWake(replacement) {
      listener = replacement;
    },

    async enqueueWithin(db, jobs) {
      const byKind = Map.groupBy(jobs, ({ job }) => job.kind);
      for (const [kind, ofKind] of byKind) {
        const inserts = ofKind.map(({ job, startAfter }) => ({
          data: toStored(job),
          ...(startAfter ? { startAfter } : {}),
        }));
        await boss.insert(kind, inserts, { db: fromKysely(db) });
      }
    },

    async enqueue(db, job, options) {
      const enqueued = [{ job, ...options }];
      await withAnyCorrelation(() => durableQueue.enqueueWithin(db, enqueued));
      durableQueue.wake(enqueued);
    },

    async start() {
      await boss.start();
      const known = new Map((await boss.getQueues([...JOB_KINDS])).map((queue) => [queue.name, queue]));
      for (const kind of JOB_KINDS) {
        const queue = known.get(kind);
        if (!queue) await boss.createQueue(kind, QUEUE);
        // As it was once created.
        else if (queue.notify) await boss.updateQueue(kind, { notify: false });
      }
    },

    async stop(timeoutMs) {
      await boss.stop({ graceful: true, timeout: timeoutMs }).finally(() => queueDatabase.close());
    },
  };
  return durableQueue;
}

/**
 * A job as the queue stores it. The id of the work that enqueued it is no part of the job: two jobs that differ only in
 * their ids are the same work. Earlier versions stored none.
 */
export type StoredJob = Job & { readonly correlationId?: string };

/** Makes of a job what is stored; it carries the current id, if there is one. */
function toStored(job: Job): StoredJob {
  const id = correlationId();
  return { ...storable(job), ...(id === null ? {} : { correlationId: id }) };
}

/** Separates a job from the id with which it was stored; `null` if it has none. */
export function fromStored(stored: StoredJob): { job: Job; correlationId: string | null } {
  const { correlationId: id, ...job } = stored;
  return { job, correlationId: isCorrelationId(id) ? id : null };
}

/** pg-boss's access to the database, over a pool of ours. */
interface QueueDatabase extends Db {
  /** Ends retries, and closes the pool once its connections are free; may be called again. */
  close(): Promise<void>;
}

/**
 * Runs pg-boss's statements over a pool that gives up connections after a failover.
 *
 * A statement that writes is repeated in an outage: if pg-boss can't store that a job is done, the job stays `active`
 * until its heartbeat expires. pg-boss's statements are safe to repeat: each names the attempt that it is about. One
 * that only reads fails at once, and is sent again by its caller.
 */
export function createQueueDatabase(pool: Pool, { clock }: { clock: Clock }): QueueDatabase {
  const ending = new AbortController();
  let closed: Promise<void> | undefined;
  let sessionStatements: readonly string[] = [];
  pool.on("connect", (client) => {
    // pg runs the statements of a connection in order, so these precede those of the borrower.
    for (const text of sessionStatements) client.query(text).catch(() => undefined);
  });
  return {
    executeSql(text, values = []) {
      if (values.length === 0)
        return CHANGES_SCHEMA.test(text)
          ? pool.query(withTimeout(text, SCHEMA_TIMEOUT_MS))
          : pool.query(text);
      if (/^\s*select/i.test(text)) return pool.query(text, values);
      return retryInOutage(() => pool.query(text, values), { clock, ending: ending.signal });
    },

    async setSessionStatements(statements) {
      sessionStatements = statements;
    },

    close() {
      ending.abort();
      closed ??= pool.end();
      return closed;
    },
  };
}

/** The types of pg don't know the option. */
function withTimeout(text: string, timeoutMs: number): { text: string } {
  const query = { text, query_timeout: timeoutMs };
  return query;
}
