import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

/**
 * Waits until the bot has no due work, and no card is still to be shown; `false` if that takes longer than `timeoutMs`.
 * The bot puts cards off to keep Slack's pace.
 */
export async function untilQuiet(db: pg.Pool, timeoutMs = 60_000): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const { rowCount } = await db.query(
      `select from pgboss.job
       where state in ('retry', 'active') or (state = 'created' and (start_after <= now() or name = 'show_card'))
       limit 1`,
    );
    if (rowCount === 0) return true;
    await delay(50);
  }
  return false;
}
