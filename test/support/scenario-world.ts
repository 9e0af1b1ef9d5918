import type { Pool } from "pg";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { HARBORLIGHT } from "../../sandbox/slack/harborlight.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

/**
 * One world for all tests of a file or block, because its start takes longer than most tests. Each test uses other
 * subjects. After each test, checks that the bot has broken no rule of Slack, switches faults off, and closes forms.
 */
export function useWorld(options: WorldOptions = {}): () => World {
  let started: World | null = null;
  const world = () => {
    if (!started) throw new Error("The world has not been started.");
    return started;
  };
  beforeAll(async () => {
    started = await startWorld(options);
  });
  afterEach(async () => {
    const { slack, incydr } = world();
    incydr.control.release();
    incydr.control.clearFaults();
    slack.faults.clear();
    for (const { key } of HARBORLIGHT.people)
      if (slack.as(key).modal()) await slack.as(key).close({ all: true });
    try {
      slack.violations.assertNone();
    } finally {
      slack.violations.clear();
    }
  });
  afterAll(async () => {
    await started?.[Symbol.asyncDispose]();
  });
  return world;
}

/**
 * Waits until the bot has no work: no delivery of Slack, and no job that is due or delayed after a failure. Makes
 * failed jobs due at once, because the queue's pause depends on the length of the fault.
 */
export async function untilQuiet({ slack, db }: World): Promise<void> {
  await slack.idle();
  const due = async () => {
    const { rows } = await db.query<{ job: string }>(
      `select concat_ws(' ', name, state, 'tried', retry_count, 'since', started_on) as job from pgboss.job
       where state = 'retry' or state = 'active' or (state = 'created' and start_after <= pgboss.job_now())`,
    );
    return rows.map(({ job }) => job);
  };
  const check = async () => {
    const jobs = await due();
    if (jobs.length > 0) await makeDueNow(db, "state = 'retry' and start_after > pgboss.job_now()");
    expect(jobs).toEqual([]);
  };
  await vi.waitFor(check, { timeout: 90_000, interval: 25 });
}

const PUT_OFF = "state = 'created' and start_after > pgboss.job_now() and name in ('execute', 'settle')";

/** Waits until the bot has delayed an execution or a read-back. */
async function untilPutOff({ db }: World): Promise<void> {
  const count = async () => (await db.query(`select from pgboss.job where ${PUT_OFF}`)).rowCount;
  await expect.poll(count, { interval: 15 }).toBeGreaterThan(0);
}

/** Waits until the bot has delayed an execution or a read-back, and makes it due at once. */
export async function runPutOff(world: World): Promise<void> {
  await untilPutOff(world);
  await world.db.query("update change_requests set wake_at = null, settle_at = null");
  await makeDueNow(world.db, PUT_OFF);
}

/** Makes these jobs due at once. The bot finds them within 250 ms. */
export async function makeDueNow(db: Pool, jobs: string): Promise<void> {
  await db.query(`update pgboss.job set start_after = pgboss.job_now() where ${jobs}`);
}
