import { expect, test } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import {
  askForDeactivation,
  CRASH_WORLD,
  expectDoneOnce,
  pendingCard,
  storedState,
} from "../support/crash-story.ts";
import { startWorld } from "../support/world.ts";

// The recovery of a job that a killed process had in hand takes the queue ten seconds and some.
const TIMEOUT_MS = 90_000;

test.concurrent("a click that was acked is decided after a kill -9 before the decision commits", {
  timeout: TIMEOUT_MS,
}, async () => {
  await using world = await startWorld(CRASH_WORLD);
  const { slack, db } = world;
  await using killed = await startBotProcess(world);
  await askForDeactivation(world);
  const card = await pendingCard(world);

  // The decision stands in front of the request's row when the bot is killed.
  const holder = await db.connect();
  await holder.query("begin");
  await holder.query("select 1 from change_requests for update");
  expect(await slack.as("theo").click("Approve", { message: card })).toMatchObject({ acked: true });
  const waiting =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await expect.poll(async () => (await db.query(waiting)).rowCount, { timeout: 30_000 }).toBeGreaterThan(0);
  expect((await db.query("select state from pgboss.job where name = 'decide'")).rows).toEqual([
    { state: "active" },
  ]);
  await killed.kill9();
  await holder.query("rollback");
  holder.release();
  expect(await storedState(world)).toEqual({ request: "pending", target: "waiting" });

  await using _restarted = await startBotProcess(world);
  const entries = await expectDoneOnce(world);
  expect(entries.map(({ kind }) => kind)).toEqual([
    "request.created",
    "decision.approved",
    "request.approved",
    "request.executing",
    "target.executing",
    "target.verified",
    "request.done",
  ]);
});

test.concurrent.for(["http", "socket"] as const)(
  "a decision that is stored is carried out after a kill -9 before Incydr was asked anything, over %s",
  { timeout: TIMEOUT_MS },
  async (delivery) => {
    await using world = await startWorld({ ...CRASH_WORLD, delivery });
    const { slack, incydr } = world;
    await using killed = await startBotProcess(world);
    await askForDeactivation(world);
    const card = await pendingCard(world);

    // The click itself waits for Incydr a little, and is then decided without it.
    const reads = incydr.control.hold("GET /v1/users/*", { times: 100 });
    await slack.as("theo").click("Approve", { message: card });
    await reads.arrived;
    const decided = { request: "approved", target: "waiting" };
    await expect.poll(() => storedState(world), { timeout: 30_000 }).toEqual(decided);
    await killed.kill9();
    reads.release();
    expect(await storedState(world)).toEqual(decided);

    await using _restarted = await startBotProcess(world);
    const entries = await expectDoneOnce(world);
    expect(entries.filter(({ kind }) => kind === "target.executing")).toHaveLength(1);
  },
);
