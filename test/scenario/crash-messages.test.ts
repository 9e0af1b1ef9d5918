import { describe, expect, test } from "vitest";
import { startBotProcess } from "../support/bot-process.ts";
import {
  approvedCard,
  askForDeactivation,
  CRASH_WORLD,
  expectDoneOnce,
  pendingCard,
  RECOVERY,
} from "../support/crash-story.ts";
import { deny } from "../support/scenario-requests.ts";
import { startWorld, type World } from "../support/world.ts";

// Slack has no idempotency key: only a channel's history tells what a killed process had posted.
describe.concurrent("kill -9 of the bot", { timeout: 90_000 }, () => {
  test("after the card was posted and before the bot knew of it leaves one card", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    const { posted, letGo } = loseAnswers(world);
    await askForDeactivation(world);
    await posted;
    await killed.kill9();
    letGo();

    await using _restarted = await startBotProcess(world);
    const card = await pendingCard(world);
    await world.slack.as("theo").click("Approve", { message: card });
    await expectDoneOnce(world);
  });

  test("after the card was posted does not leave it pending when it was denied meanwhile", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    const { posted, letGo } = loseAnswers(world);
    await askForDeactivation(world);
    await posted;
    await killed.kill9();
    letGo();

    const theo = world.slack.as("theo");
    const card = await pendingCard(world);
    await using _restarted = await startBotProcess(world);
    await deny(theo, card);
    await theo.waitForMessage("insider-risk-approvals", /CR-1: denied/, RECOVERY);
    expect(theo.current(card)).toMatchObject({ buttons: [], plain: expect.stringContaining("Denied.") });
    expect(world.incydr.writeLog()).toEqual([]);
  });

  test("before the card was posted leaves one card", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    const posting = world.slack.faults.add({ kind: "hang", method: "chat.postMessage" });
    await askForDeactivation(world);
    // The card, and what the audit channel is told.
    await posting.waitForHits(2);
    await killed.kill9();
    posting.release();

    await using _restarted = await startBotProcess(world);
    const card = await pendingCard(world);
    await world.slack.as("theo").click("Approve", { message: card });
    await expectDoneOnce(world);
  });

  test("while the outcome is told leaves one announcement of it, and one of each audit entry", async () => {
    await using world = await startWorld(CRASH_WORLD);
    await using killed = await startBotProcess(world);
    const answer = world.incydr.control.hold("POST /v1/users/*/deactivate", { when: "after" });
    await approvedCard(world);
    await answer.arrived;
    const theo = world.slack.as("theo");
    await theo.waitForMessage("insider-risk-approvals", /CR-1: approved/);
    await theo.waitForMessage("insider-risk-audit", /target\.executing/);
    const { posted, letGo } = loseAnswers(world);
    answer.release();
    await posted;
    await killed.kill9();
    letGo();

    await using _restarted = await startBotProcess(world);
    await expectDoneOnce(world);
  });
});

/**
 * Lets the next two messages (one for the people, one for the audit channel) be posted without an answer, and
 * holds every look into a channel's history until let go. `posted` resolves when they are.
 */
function loseAnswers({ slack }: World): { posted: Promise<void>; letGo: () => void } {
  const lost = slack.faults.add({ kind: "answer_lost", method: "chat.postMessage", times: 2 });
  const asked = slack.faults.add({ kind: "hang", method: /^conversations\.(history|replies)$/ });
  return { posted: lost.waitForHits(2), letGo: () => asked.release() };
}
