import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BotProcess, startBotProcess } from "../support/bot-process.ts";
import {
  askForDeactivation,
  CRASH_WORLD,
  expectDoneOnce,
  expireHeartbeats,
  RECOVERY,
} from "../support/crash-recovery.ts";
import { employees, makeBulk } from "../support/scenario-bulks.ts";
import { APPROVALS, approveAndWait, deny, emailOf, waitForCard } from "../support/scenario-requests.ts";
import { startWorld, type World } from "../support/world.ts";

const [NADIA, ANN, SAM, ANNETTE] = ["nadia.petrov", "ann.karlsson", "sam.ortega", "annette.karlsson"].map(
  emailOf,
) as [string, string, string, string];

// Slack has no idempotency key. Only a channel's history shows which messages a killed process had posted.
describe("a kill -9 of the bot", () => {
  const opened = new AsyncDisposableStack();
  let world: World;
  let restarted: BotProcess;
  beforeAll(async () => {
    world = opened.use(await startWorld(CRASH_WORLD));
  });
  afterAll(() => opened.disposeAsync());
  const start = async () => opened.use(await startBotProcess(world));

  test("a kill right after a card was posted leaves one card, and none pending that was denied meanwhile", async () => {
    const killed = await start();
    // Both cards, and the first message of the audit channel.
    const { posted, letGo } = loseAnswers(world, 3);
    await askForDeactivation(world, NADIA);
    await askForDeactivation(world, ANN);
    await posted;
    await killed.kill9();
    await expireHeartbeats(world);
    letGo();

    const theo = world.slack.as("theo");
    const [approved, denied] = [await waitForCard(world, { id: 1 }), await waitForCard(world, { id: 2 })];
    restarted = await start();
    await deny(theo, denied);
    await theo.waitForMessage(APPROVALS, /CR-2 denied/, RECOVERY);
    expect(theo.current(denied)).toMatchObject({ buttons: [], plain: expect.stringContaining("Denied.") });
    await theo.click("Approve", { message: approved });
    await expectDoneOnce(world, { id: 1, username: NADIA });
    expect(world.incydr.writeLog()).toHaveLength(1);
  });

  test("a kill before a card is posted and while an outcome is told leaves one card, one announcement, and one message of each audit entry", async () => {
    const { slack, incydr } = world;
    const theo = slack.as("theo");
    const answer = incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
    await askForDeactivation(world, SAM);
    await theo.click("Approve", { message: await waitForCard(world, { id: 3 }) });
    await answer.arrived;
    await theo.waitForMessage(APPROVALS, /CR-3 approved/);
    await theo.waitForMessage(
      "insider-risk-audit",
      ({ plain }) => plain.includes("target.executing") && plain.includes("CR-3"),
    );
    // The outcome, and the message about it in the audit channel.
    const { posted, letGo } = loseAnswers(world, 2);
    answer.release();
    await posted;
    const posting = slack.faults.add({ kind: "hang", method: "chat.postMessage" });
    await askForDeactivation(world, ANNETTE);
    await posting.waitForHits(1);
    await restarted.kill9();
    await expireHeartbeats(world);
    posting.release();
    letGo();

    restarted = await start();
    await theo.click("Approve", { message: await waitForCard(world, { id: 4, ...RECOVERY }) });
    await expectDoneOnce(world, { id: 3, username: SAM });
    await expectDoneOnce(world, { id: 4, username: ANNETTE });
  });

  test("a bulk goes on after a kill where it was, and changes nobody twice", async () => {
    const { slack, incydr } = world;
    const before = incydr.writeLog().length;
    const users = employees(world).slice(0, 12);
    const input = { "Or pasted lines": users.join("\n") };
    const { id, name, card } = await makeBulk(world, { command: "/incydr bulk deactivate", input });
    // The bot works on six targets at the same time. When the bot is killed, these six writes have taken effect, and
    // the bot has read back none of them.
    const answers = users.slice(4, 10).map((user) => {
      const { userId } = incydr.tenant.user(user);
      return incydr.control.hold(`POST /v1/users/${userId}/deactivate`, { when: "after" });
    });
    await approveAndWait(world, { id, card }, { shows: "1 of 2 given" });
    await slack.as("priya").click("Approve", { message: card });
    await Promise.all(answers.map(({ arrived }) => arrived));
    await restarted.kill9();
    await expireHeartbeats(world);
    for (const answer of answers) answer.release();
    const { rows } = await world.db.query<{ state: string }>(
      "select state from targets where request_id = $1 order by position",
      [id],
    );
    expect(rows.map(({ state }) => state)).toEqual([
      ...Array(4).fill("verified"),
      ...Array(6).fill("executing"),
      ...Array(2).fill("waiting"),
    ]);

    await start();
    const done = await waitForCard(world, { id, shows: "Done and verified.", timeoutMs: 40_000 });
    expect(done.plain).toContain("12 of 12");
    const { files } = await slack.as("maya").waitForMessage("dm", `${name} finished`, { timeoutMs: 40_000 });
    expect(files[0]?.content.match(/,verified,/g)).toHaveLength(12);
    const writes = incydr.writeLog().slice(before);
    expect(writes.map(({ applied }) => applied)).toEqual(Array(12).fill(true));
    expect(new Set(writes.map(({ userId }) => userId)).size).toBe(12);
    expect(users.filter((user) => incydr.tenant.user(user).active)).toEqual([]);
  });
});

/**
 * The next messages are posted, but Slack's answers are lost. Each reading of a channel's history waits until the
 * release. `posted` resolves when the messages are posted.
 */
function loseAnswers({ slack }: World, times: number): { posted: Promise<void>; letGo: () => void } {
  const lost = slack.faults.add({ kind: "answer_lost", method: "chat.postMessage", times });
  const asked = slack.faults.add({ kind: "hang", method: /^conversations\.(history|replies)$/ });
  return { posted: lost.waitForHits(times), letGo: () => asked.release() };
}
