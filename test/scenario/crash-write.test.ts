import { describe, expect, test } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import { approvedCard, CRASH_WORLD, expectDoneOnce, storedState } from "../support/crash-story.ts";
import { employees, makeBulk } from "../support/scenario-bulks.ts";
import { waitForCard } from "../support/scenario-requests.ts";
import { startWorld, type World } from "../support/world.ts";

const DEACTIVATE = "POST /v1/users/*/deactivate";
const READ = "GET /v1/users/*";
const EXECUTING = { request: "executing", target: "executing" };
/** What the audit log says of a request that was approved and carried out at the first attempt. */
const STORY = [
  "request.created",
  "decision.approved",
  "request.approved",
  "request.executing",
  "target.executing",
  "target.verified",
  "request.done",
];

// Together, because each of them mostly waits: for the deadline of a write, or for the queue to notice.
describe.concurrent("kill -9 of the bot", { timeout: 90_000 }, () => {
  test("after the write took effect and before its answer came writes nothing again", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    const answer = world.incydr.control.hold(DEACTIVATE, { when: "after" });
    await approvedCard(world);
    await answer.arrived;
    await killed.kill9();
    answer.release();
    expect(await storedState(world)).toEqual(EXECUTING);

    await using _restarted = await startBotProcess(world);
    const entries = await expectDoneOnce(world);
    expect(entries.map(({ kind }) => kind)).toEqual(STORY);
    expect(writes(world)).toHaveLength(1);
  });

  test("between the write's answer and the read-back reads, and writes nothing again", async () => {
    await using world = await startWorld(CRASH_WORLD);
    const { control } = world.incydr;
    await using killed = await startBotProcess(world);
    const answer = control.hold(DEACTIVATE, { when: "after" });
    await approvedCard(world);
    await answer.arrived;
    const readBack = control.hold(READ);
    answer.release();
    await readBack.arrived;
    await killed.kill9();
    readBack.release();
    expect(await storedState(world)).toEqual(EXECUTING);

    await using _restarted = await startBotProcess(world);
    const entries = await expectDoneOnce(world);
    expect(entries.map(({ kind }) => kind)).toEqual(STORY);
    expect(writes(world)).toHaveLength(1);
  });

  test("while a write is on its way, which arrives after the restart, writes nothing again", async () => {
    await using world = await startWorld(CRASH_WORLD);
    const { control } = world.incydr;
    await using killed = await startBotProcess(world);
    const write = control.hold(DEACTIVATE);
    await approvedCard(world);
    await write.arrived;
    await killed.kill9();
    expect(writes(world)).toEqual([]);

    // The restarted bot reads that nothing is changed yet, and must not take that for the end of it.
    const read = control.hold(READ, { when: "after" });
    await using _restarted = await startBotProcess(world);
    await read.arrived;
    read.release();
    write.release();
    const entries = await expectDoneOnce(world);
    expect(entries.map(({ kind }) => kind)).toEqual(STORY);
    expect(writes(world)).toHaveLength(1);
  });

  test("while a write is on its way, which never arrives, writes once it can't arrive any more", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    world.incydr.control.addFault({ kind: "hang", on: DEACTIVATE, when: "before", times: 1 });
    await approvedCard(world);
    await expect
      .poll(() => world.incydr.requestLog().filter(({ fault }) => fault === "hang"), { timeout: 30_000 })
      .toHaveLength(1);
    await killed.kill9();

    await using _restarted = await startBotProcess(world);
    const entries = await expectDoneOnce(world);
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...STORY.slice(0, 5),
      "target.waiting",
      "target.executing",
      ...STORY.slice(5),
    ]);
    const [claimed, , again] = entries.slice(4);
    expect(Number(again?.at) - Number(claimed?.at)).toBeGreaterThanOrEqual(20_000);
    expect(writes(world).map(({ applied }) => applied)).toEqual([false, true]);
  });
});

test("kill -9 in the middle of a bulk: it goes on where it was, and nobody is changed twice", {
  timeout: 90_000,
}, async () => {
  await using world = await startWorld(CRASH_WORLD);
  const { slack, incydr } = world;
  await using killed = await startBotProcess(world);
  const users = employees(world).slice(0, 12);
  const input = { "Or pasted lines": users.join("\n") };
  const { id, card } = await makeBulk(world, { command: "/incydr bulk deactivate", input });
  // Six are worked on at once: these have taken effect when the bot dies, and it has read none of them.
  const answers = users.slice(4, 10).map((user) => {
    const { userId } = incydr.tenant.user(user);
    return incydr.control.hold(`POST /v1/users/${userId}/deactivate`, { when: "after" });
  });
  await slack.as("theo").click("Approve", { message: card });
  await waitForCard(world, { id, shows: "1 of 2 given" });
  await slack.as("priya").click("Approve", { message: card });
  await Promise.all(answers.map(({ arrived }) => arrived));
  await killed.kill9();
  for (const answer of answers) answer.release();
  const { rows } = await world.db.query<{ state: string }>("select state from targets order by position");
  expect(rows.map(({ state }) => state)).toEqual([
    ...Array(4).fill("verified"),
    ...Array(6).fill("executing"),
    ...Array(2).fill("waiting"),
  ]);

  await using _restarted = await startBotProcess(world);
  const done = await waitForCard(world, { id, shows: "Verified.", timeoutMs: 40_000 });
  expect(done.plain).toContain("12 of 12");
  const { files } = await slack.as("maya").waitForMessage("dm", /CR-1 is over/, { timeoutMs: 40_000 });
  expect(files[0]?.content.match(/,verified,/g)).toHaveLength(12);
  expect(writes(world).map(({ applied }) => applied)).toEqual(Array(12).fill(true));
  expect(new Set(writes(world).map(({ userId }) => userId)).size).toBe(12);
  expect(users.filter((user) => incydr.tenant.user(user).active)).toEqual([]);
});

function writes({ incydr }: World) {
  return incydr.writeLog();
}
