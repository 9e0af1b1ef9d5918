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

  // What the decision asks first, anew at each click.
  const asked = slack.faults.add({ kind: "hang", method: "users.lookupByEmail" });
  expect(await slack.as("theo").click("Approve", { message: card })).toMatchObject({ acked: true });
  await asked.waitForHits(1);
  await expect
    .poll(async () => (await db.query("select state from pgboss.job where name = 'decide'")).rows, {
      timeout: 30_000,
    })
    .toEqual([{ state: "active" }]);
  await killed.kill9();
  asked.release();
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

    const firstRead = incydr.control.hold("GET /v1/users/*");
    await slack.as("theo").click("Approve", { message: card });
    await firstRead.arrived;
    await killed.kill9();
    firstRead.release();
    expect(await storedState(world)).toEqual({ request: "approved", target: "waiting" });

    await using _restarted = await startBotProcess(world);
    const entries = await expectDoneOnce(world);
    expect(entries.filter(({ kind }) => kind === "target.executing")).toHaveLength(1);
  },
);
