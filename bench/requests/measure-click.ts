import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Metric, percentile } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { untilQuiet } from "../until-quiet.ts";
import { addFinishedRequests } from "./add-finished-requests.ts";
import { askForDeactivation } from "./ask-for-deactivation.ts";

const CLICKS = 41;
/** Clicks before the measured ones. */
const WARMING = 40;
const FINISHED = 100_000;
/** More than this bench uses. */
const REQUESTS_PER_MINUTE = 60_000;

/** Measures the time from the approving click to the write's arrival at Incydr, with an empty and a full database. */
export async function measureClick(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: REQUESTS_PER_MINUTE });
  const subjects = plainUsers(world)
    .filter((username) => !username.startsWith("ann"))
    .slice(-2 * CLICKS - 2 * WARMING);
  // The first clicks open connections, fill caches and compile code.
  const cold = await timesOf(world, subjects.splice(0, WARMING));
  const empty = await timesOf(world, subjects.splice(0, CLICKS));
  await addFinishedRequests(world.db, FINISHED);
  await timesOf(world, subjects.splice(0, WARMING));
  const full = await timesOf(world, subjects.splice(0, CLICKS));

  const of = (times: readonly number[]) => `of ${times.length} clicks, ${times.map(Math.round).join(" ")} ms`;
  const [emptyMs, fullMs] = [percentile(50, empty), percentile(50, full)];
  const ratio = fullMs / emptyMs;
  return [
    {
      name: "click to write, the first clicks of a bot that has just been started, p50 in ms",
      value: percentile(50, cold),
      formula: of(cold),
      wanted: null,
      isMet: true,
    },
    atMost(60, "click to write, no finished requests, p50 in ms", emptyMs, of(empty)),
    { name: "… p95 in ms", value: percentile(95, empty), formula: of(empty), wanted: null, isMet: true },
    {
      name: `… ${FINISHED} finished requests, p50 in ms`,
      value: fullMs,
      formula: of(full),
      wanted: null,
      isMet: true,
    },
    { name: "… p95 in ms", value: percentile(95, full), formula: of(full), wanted: null, isMet: true },
    atMost(1.2, "p50 with them / p50 without", ratio, `${fullMs.toFixed(1)} ms / ${emptyMs.toFixed(1)} ms`),
  ];
}

/**
 * Requests and approves the deactivation of each user, one after the other. Resolves to the milliseconds from click to
 * write.
 */
async function timesOf(world: BenchWorld, usernames: readonly string[]): Promise<number[]> {
  const { sandbox, db } = world;
  const { slack, incydr } = sandbox;
  const theo = slack.as("theo");
  const times: number[] = [];
  for (const username of usernames) {
    const card = await askForDeactivation(world, username);
    const writes = incydr.writeLog().length;
    const clickedAt = Date.now();
    const clicking = theo.click("Approve", { message: card });
    const deadline = clickedAt + 20_000;
    while (incydr.writeLog().length === writes && Date.now() < deadline) await delay(1);
    const write = incydr.writeLog()[writes];
    if (!write) throw new Error(`Nothing was written for ${username} within 20 s of the click.`);
    times.push(write.at - clickedAt);
    await clicking;
    await untilQuiet(db);
  }
  return times;
}
