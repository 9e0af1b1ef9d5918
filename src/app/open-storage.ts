import type { Pool } from "pg";
import type { JobQueue } from "../change-requests/index.ts";
import type { Config } from "../config/index.ts";
import { createDurableQueue } from "../jobs/index.ts";
import { type Clock, steadyClock } from "../kernel/clock.ts";
import type { Health, Logger, Metrics } from "../observability/index.ts";
import {
  assertDatabaseWritable,
  checkDatabase,
  createDatabaseClock,
  createInstantReader,
  createPostedMessages,
  createTryWithLock,
  createUnitOfWork,
  createWithLock,
  type DatabaseClock,
  keepMeasuring,
  migrate,
  openDatabase,
} from "../persistence/index.ts";

/** From this offset on, `/readyz` calls the machine's clock wrong. */
const WRONG_FROM_MS = 60_000;

/** The time limit for running jobs when the service stops. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Opens the database, and the job queue that the database holds. Disposal waits for running jobs, and closes both.
 * @throws an outage of the database, after which a later call can succeed; any other error is permanent
 */
export async function openStorage(options: {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** The time for the whole service; `undefined` takes the database's time. */
  readonly clock: Clock | undefined;
  readonly onQueueFault: (error: unknown) => void;
}) {
  const { config, logger, metrics, health, onQueueFault } = options;
  const connectionString = config.secrets.databaseUrl;
  await using opened = new AsyncDisposableStack();

  const database = opened.use(
    openDatabase({
      connectionString,
      connections: config.databaseConnections,
      log: (error) =>
        logger.warn({ error }, "A connection to the database was lost. The bot opens another one."),
    }),
  );
  for (const { message, ...finding } of await checkDatabase(database)) logger.warn(finding, message);
  await assertDatabaseWritable(database);
  await migrate(database);
  health.ok("database");
  const clock =
    options.clock ?? opened.use(await openClock({ pool: database.pool, health, metrics, logger }));
  if (options.clock) health.ok("clock");

  const durableQueue = createDurableQueue({
    connectionString,
    connections: database.connections.queue,
    generation: database.generation,
    log: onQueueFault,
  });
  // Deferred before the start, which may fail with open connections.
  opened.defer(() => durableQueue.stop(STOP_TIMEOUT_MS));
  await durableQueue.start();

  const withLock = createWithLock(database.lockPool);
  /** Enqueues a job outside of a transaction. */
  const jobs: Pick<JobQueue, "enqueue"> = {
    enqueue: (job, options) => durableQueue.enqueue(database.db, job, options),
  };
  const running = opened.move();
  return {
    ...{ database, durableQueue, jobs, withLock, clock },
    /** Measures the age of a reading. A failover can set back the database's time, but not this clock. */
    ages: options.clock ?? steadyClock,
    uow: createUnitOfWork(database.db, durableQueue),
    tryWithLock: createTryWithLock(database.lockPool),
    postedMessages: createPostedMessages(database.db, withLock),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * Opens the replica's clock on a migrated database, and measures it until disposal. `health` and the metric
 * `clock_offset_seconds` show each measurement.
 * @throws if the database does not return its time
 */
export async function openClock(options: {
  pool: Pool;
  health: Pick<Health, "ok" | "failing">;
  metrics: Pick<Metrics, "showClockOffset">;
  logger: Logger;
}): Promise<DatabaseClock & AsyncDisposable> {
  const { pool, health, metrics, logger } = options;
  const clock = createDatabaseClock({ readInstantMs: createInstantReader(pool) });
  await clock.measure();
  let isFailing = false;
  const onMeasured = (offsetMs: number) => {
    isFailing = false;
    metrics.showClockOffset(offsetMs);
    reportClockOffset(health, offsetMs);
  };
  onMeasured(clock.offsetMs() ?? 0);
  const measuring = keepMeasuring({
    clock,
    onMeasured,
    onFailed(error) {
      if (!isFailing)
        logger.warn(
          { error },
          "The bot could not read the database's time. It keeps the last measured clock offset.",
        );
      isFailing = true;
    },
  });
  return { ...clock, [Symbol.asyncDispose]: () => measuring[Symbol.asyncDispose]() };
}

export function reportClockOffset(health: Pick<Health, "ok" | "failing">, offsetMs: number): void {
  if (Math.abs(offsetMs) < WRONG_FROM_MS) {
    health.ok("clock");
    return;
  }
  const [code, side] = offsetMs > 0 ? ["clock_ahead", "ahead of"] : ["clock_behind", "behind"];
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const message = `The machine's clock is ${seconds} s ${side} the database's clock. Synchronize it, for example with NTP.`;
  health.failing("clock", code, message);
}
