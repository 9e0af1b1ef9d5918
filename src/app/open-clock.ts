import type { Pool } from "pg";
import type { Health, Logger, Metrics } from "../observability/index.ts";
import {
  createDatabaseClock,
  createInstantReader,
  type DatabaseClock,
  keepMeasuring,
} from "../persistence/index.ts";

/** From this offset on, `/readyz` calls the machine's clock wrong. In milliseconds. */
const WRONG_FROM_MS = 60_000;

/** The replica's clock, which measures again and again until it is disposed of. */
export type RunningClock = DatabaseClock & AsyncDisposable;

/**
 * Opens the replica's clock on a migrated database, and measures once. Each measurement is reported to `health` and
 * shown in the metric `clock_offset_seconds`.
 * @throws if the database does not return its time.
 */
export async function openClock(options: {
  pool: Pool;
  health: Pick<Health, "ok" | "failing">;
  metrics: Pick<Metrics, "showClockOffset">;
  logger: Logger;
}): Promise<RunningClock> {
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
        logger.warn({ error }, "The database's time could not be measured; the last offset is kept.");
      isFailing = true;
    },
  });
  return { ...clock, [Symbol.asyncDispose]: () => measuring[Symbol.asyncDispose]() };
}

/** Reports to `health` whether the machine's clock agrees with the database's. */
export function reportClockOffset(health: Pick<Health, "ok" | "failing">, offsetMs: number): void {
  if (Math.abs(offsetMs) < WRONG_FROM_MS) {
    health.ok("clock");
    return;
  }
  const [code, side] = offsetMs > 0 ? ["clock_ahead", "ahead of"] : ["clock_behind", "behind"];
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const message = `The machine's clock is ${seconds} s ${side} the database's clock. Set it, for example by NTP.`;
  health.failing("clock", code, message);
}
