import type { Pool } from "pg";

/**
 * Sets the clock of a test's database this number of milliseconds ahead of the server's clock. Jobs also become due by
 * this clock.
 */
export async function setDatabaseClock(pool: Pool, aheadMs: number): Promise<void> {
  await replaceClock(pool, `pg_catalog.now() + interval '${aheadMs} milliseconds'`);
}

/** Stops the clock of a test's database at a moment. */
export async function stopDatabaseClock(pool: Pool, at: Date): Promise<void> {
  await replaceClock(pool, `timestamptz '${at.toISOString()}'`);
}

async function replaceClock(pool: Pool, expression: string): Promise<void> {
  const redefine = (name: string, body: string) =>
    `create or replace function ${name}() returns timestamptz language sql stable as $$ select ${body} $$`;
  // pg-boss reads the time from a separate function, and does not replace an existing one at its start.
  await pool.query(
    `${redefine("current_instant", expression)}; ${redefine("pgboss.job_now", "current_instant()")}`,
  );
}
