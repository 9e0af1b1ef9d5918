import { afterAll, beforeAll, expect, test } from "vitest";
import { type BotProcess, startBotProcess } from "../support/bot-process.ts";
import { type DatabaseFaults, faultsOf } from "../support/broken-connections.ts";
import {
  askForDeactivation,
  CRASH_WORLD,
  expectDoneOnce,
  type InterruptedRequest,
} from "../support/crash-recovery.ts";
import { emailOf, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { startWorld, type World } from "../support/world.ts";

/** Connections that are ended, at most, while the bot works. */
const MOST_ENDED = 150;

const opened = new AsyncDisposableStack();
let world: World;
let bot: BotProcess;
let faults: DatabaseFaults;
beforeAll(async () => {
  world = opened.use(await startWorld({ ...CRASH_WORLD, delivery: "http" }));
  bot = opened.use(await startBotProcess(world));
  faults = faultsOf(world.env.DATABASE_URL ?? "");
});
afterAll(() => opened.disposeAsync());

/** Whether the bot's process still runs. No other process is started. */
function isRunning(): boolean {
  try {
    return process.kill(bot.pid, 0);
  } catch {
    return false;
  }
}

async function ask(name: string): Promise<InterruptedRequest> {
  const username = emailOf(name);
  await askForDeactivation(world, username);
  const id = await newestRequest(world);
  await waitForCard(world, { id });
  return { id, username };
}

/** Clicks on Approve until the click is acknowledged, as people do. */
async function approve({ id }: InterruptedRequest): Promise<void> {
  const theo = world.slack.as("theo");
  const click = async () => {
    const card = await waitForCard(world, { id });
    // The button disappears if an earlier click was stored although it was not acknowledged.
    return (await theo.click("Approve", { message: card }).catch(() => ({ acked: true }))).acked;
  };
  await expect.poll(click, { timeout: 20_000 }).toBe(true);
}

async function isOver({ id }: InterruptedRequest): Promise<boolean> {
  const { rowCount } = await world.db.query("select from change_requests where id = $1 and state = 'done'", [
    id,
  ]);
  return rowCount === 1;
}

test("the loss of database connections while the bot works ends no process, and everything is done once", {
  timeout: 120_000,
}, async () => {
  const requests: InterruptedRequest[] = [];
  for (const name of ["nadia.petrov", "rolf.brandt", "sam.ortega"]) requests.push(await ask(name));
  const work = Promise.all(
    requests.map(async (request) => {
      await approve(request);
      await expect.poll(() => isOver(request), { timeout: 60_000 }).toBe(true);
    }),
  );
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let ended = 0;
  for (let round = 0; !isDone && ended < MOST_ENDED; round += 1) {
    const pids = await faults.connections();
    // Ends all connections at the same time, and single connections.
    const chosen = round % 10 === 0 ? pids : pids.filter(() => Math.random() < 0.1);
    await faults.terminate(chosen);
    ended += chosen.length;
  }
  await done;
  expect(ended).toBeGreaterThan(0);
  expect(isRunning()).toBe(true);
  for (const request of requests) await expectDoneOnce(world, request);
});

test("a click while the database is read-only is done once after that, without a restart", {
  timeout: 120_000,
}, async () => {
  const before = await ask("ann.karlsson");
  const errors = bot.log.length;
  await faults.makeReadOnly();
  await faults.terminate();
  // The database is read-only until the bot has met this fault.
  const hasMetIt = () => bot.log.slice(errors).some((line) => /read-only/.test(line));
  const clicking = world.slack.as("theo").click("Approve", { message: await waitForCard(world, before) });
  await clicking.catch(() => undefined);
  await expect.poll(hasMetIt, { timeout: 30_000 }).toBe(true);
  await faults.makeWritable();
  await approve(before);
  await expectDoneOnce(world, before);
  const after = await ask("annette.karlsson");
  await approve(after);
  await expectDoneOnce(world, after);
  expect(isRunning()).toBe(true);
});
