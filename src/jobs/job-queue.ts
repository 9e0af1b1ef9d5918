import type { Pool } from "pg";
import { systemClock as bossClock, type Db, fromKysely, PgBoss, type Queue } from "pg-boss";
import { JOB_KINDS, type Job } from "../change-requests/index.ts";
import { type Clock, steadyClock, systemClock } from "../kernel/clock.ts";
import { correlationId, isCorrelationId, withAnyCorrelation } from "../kernel/correlation.ts";
import { storable } from "../kernel/storable-text.ts";
import { createConnectionPool, type JobSink, type ServerGeneration } from "../persistence/index.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/** The deadline of pg-boss's statements that create tables and indexes, in milliseconds. */
const SCHEMA_TIMEOUT_MS = 3_600_000;
const CHANGES_SCHEMA = /\b(?:create|alter|drop|reindex)\b/i;

/** A job survives crashes and outages: it is retried for weeks, with pauses of at most a minute. */
const QUEUE: Omit<Queue, "name"> = {
  retryLimit: 50_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  // Reading a bulk may take this long at Incydr's rate limit.
  expireInSeconds: 2 * 3600,
  // The queue notices a dead worker after this time.
  heartbeatSeconds: 10,
  retentionSeconds: 90 * 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
};

const NEXT_DUE = `select min(start_after) as due from pgboss.job
  where name = $1 and case when jsonb_typeof(data) = 'object' then data - 'correlationId' else data end = $2::jsonb and state in ('created', 'retry')`;

export interface DurableQueue extends JobSink {
  readonly boss: PgBoss;
  /**
   * Registers the one listener of this process, which wakes its workers for jobs that the process enqueued. If the
   * process dies or is busy, other processes find the jobs within a second.
   */
  onWake(listener: JobSink["wake"]): void;
  /** Enqueues a job. It runs at `startAfter` at the earliest; default at once. */
  enqueue(
    db: Parameters<JobSink["enqueueWithin"]>[0],
    job: Job,
    options?: { startAfter?: Date },
  ): Promise<void>;
  /** Creates the queue's tables and queues, and starts its supervision. */
  start(): Promise<void>;
  /** Waits for running jobs, for at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

/**
 * Creates the queue. `log` receives faults of its maintenance. `connections` limits the queue's own connections,
 * default 3: each of its statements takes about a millisecond, and handlers use other connections. `generation` is that
 * of the `Database`, so that both close their connections after a failover.
 */
export function createDurableQueue(options: {
  connectionString: string;
  connections?: number;
  generation: ServerGeneration;
  log: (error: Error) => void;
}): DurableQueue {
  const { connectionString, connections = 3, generation, log } = options;
  const pool = createConnectionPool({
    connectionString,
    max: connections,
    generation,
    // This is faster. If the server crashes, it may lose the end of a job. The job then runs again, which is safe.
    settings: { synchronous_commit: "off" },
    onError: log,
  });
  const queueDatabase = createQueueDatabase(pool, { clock: systemClock });
  const boss = new PgBoss({
    db: queueDatabase,
    // Both are needed to notice a dead worker soon: a supervision pass skips queues that were monitored recently.
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    schedule: false,
    // pg-boss only measures durations with it; `pgboss.job_now()` decides which jobs are due. With the machine's clock, a
    // worker would sleep too long after the clock was set back.
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
        // Earlier versions created queues with `notify`.
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
 * A job as the queue stores it. The correlation id of the work that enqueued it is not part of the job: jobs that differ
 * only in it are equal. Earlier versions stored no id.
 */
export type StoredJob = Job & { readonly correlationId?: string };

/** Adds the current correlation id, if there is one. */
function toStored(job: Job): StoredJob {
  const id = correlationId();
  return { ...storable(job), ...(id === null ? {} : { correlationId: id }) };
}

/** Separates a job from its stored correlation id, which is `null` if there is none. */
export function fromStored(stored: StoredJob): { job: Job; correlationId: string | null } {
  const { correlationId: id, ...job } = stored;
  return { job, correlationId: isCorrelationId(id) ? id : null };
}

/** pg-boss's access to the database over one of our pools. */
interface QueueDatabase extends Db {
  /** Ends retries, and closes the pool when its connections are free. Later calls do nothing. */
  close(): Promise<void>;
}

/**
 * Runs pg-boss's statements over a pool that closes its connections after a failover.
 *
 * Repeats writing statements in an outage: if pg-boss cannot store that a job is done, the job stays `active` until its
 * heartbeat expires. Repeating is safe, because each statement names the attempt that it concerns. A reading statement
 * fails at once, and its caller repeats it.
 */
export function createQueueDatabase(pool: Pool, { clock }: { clock: Clock }): QueueDatabase {
  const ending = new AbortController();
  let closed: Promise<void> | undefined;
  let sessionStatements: readonly string[] = [];
  pool.on("connect", (client) => {
    // pg runs the statements of a connection in order, so these run before the borrower's.
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

/** Adds a deadline to a statement; pg's types lack this option. */
function withTimeout(text: string, timeoutMs: number): { text: string } {
  const query = { text, query_timeout: timeoutMs };
  return query;
}
