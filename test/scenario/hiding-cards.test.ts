import { afterEach, expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import {
  approveAndWait,
  emailOf,
  makeRequest,
  newestRequest,
  openForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const RESTRICTED = "insider-risk-restricted";
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });
/** After this time the bot reads the members of channels and their Incydr users again. */
const MEMBER_AGE_MS = 16 * 60_000;
afterEach(restore);

/** Restores the channels and their members. */
async function restore(): Promise<void> {
  const { admin } = world().slack;
  await admin.removeFromChannel("inc-4711", "nadia");
  await admin.removeFromChannel(RESTRICTED, "gil");
  await admin.confirmEmail("theo", true);
  await advance(MEMBER_AGE_MS);
}

/** The subject joins the incident channel, and a guest the restricted one: no card about Nadia can be posted. */
async function leaveNoChannel(): Promise<void> {
  await world().slack.admin.addToChannel(RESTRICTED, "gil");
  await world().slack.admin.addToChannel("inc-4711", "nadia");
  await advance(60_000);
}

test("a card that has to move is hidden from its subject, also if Slack fails to hide it at first", async () => {
  const { slack } = world();
  const nadia = slack.as("nadia");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Alert Emails`,
    in: "inc-4711",
  });
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(60_000);
  slack.faults.add({ method: "chat.update", kind: "rate_limited", retryAfterSeconds: 1, times: 1 });
  await approveAndWait(world(), { id, card }, { in: RESTRICTED });
  await untilQuiet(world());
  expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
});

test("an invited approver who can't follow a card that moves is told directly", async () => {
  const { slack } = world();
  const lena = slack.as("lena");
  await slack.admin.addToChannel("inc-4711", "lena");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Org Admin`,
    in: "inc-4711",
    fields: { "Notify approvers": ["lena", "theo"] },
  });
  await untilQuiet(world());
  expect(lena.sees("dm")).toEqual([]);
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(60_000);
  // The bot does not forget the card either if Slack first refuses the new card.
  slack.faults.add({ method: "chat.postMessage", kind: "refused", error: "internal_error", times: 2 });
  await approveAndWait(world(), { id, card }, { in: RESTRICTED, shows: "Needs 1 more approval" });
  await lena.waitForMessage("dm", `${name} needs your approval: `);
  await untilQuiet(world());
  for (const key of ["theo", "nadia"]) expect(slack.as(key).sees("dm")).toEqual([]);
});

test("a card that may be shown nowhere any more is hidden from its subject, and doesn't stay pending", async () => {
  const { slack, incydr } = world();
  const [theo, nadia] = [slack.as("theo"), slack.as("nadia")];
  const writes = incydr.writeLog().length;
  const { card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Watchlist Manager`,
    in: "inc-4711",
  });
  await leaveNoChannel();
  await theo.click("Approve", { message: card });
  await expect.poll(() => incydr.writeLog().length).toBe(writes + 1);
  await expect.poll(() => theo.current(card)?.plain).not.toContain("Pending.");
  expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
});

test("a request waits while a subject without a Slack account can't be excluded, and its requester is told what to set", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  await openForm(maya, `/incydr roles ${emailOf("annette.karlsson")} add Alert Emails`, "inc-4711");
  await maya.fill({ Reason: "A test" });
  // Theo is in the incident channel and in the restricted channel. Without a confirmed e-mail, he is no known Incydr
  // user.
  await slack.admin.confirmEmail("theo", false);
  await advance(MEMBER_AGE_MS);
  expect((await maya.submit()).closed).toBe(true);
  const id = await newestRequest(world());
  const told = await maya.waitForMessage("inc-4711", `CR-${id} is waiting: its card can't be posted now.`);
  expect(told.plain).toMatch(/OPERATOR_MAP.*RESTRICTED_CHANNEL/);
  expect(slack.as("jonas").transcript("inc-4711")).not.toContain(`CR-${id}`);
  await restore();
  await untilQuiet(world());
  await waitForCard(world(), { id, in: "inc-4711", shows: "Pending." });
});

test("the requester is told when their request can be shown to nobody", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  await openForm(maya, `/incydr roles ${NADIA} add Insider Risk Read Only`, "inc-4711");
  await maya.fill({ Reason: "A test" });
  await leaveNoChannel();
  const told = maya.sees("inc-4711").length;
  expect((await maya.submit()).closed).toBe(true);
  await expect.poll(() => maya.sees("inc-4711").length).toBeGreaterThan(told);
});

test("a request goes on when its channel is archived, or the bot is removed from it", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  await answerToCommand(theo, "/incydr freeze");
  const one = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("sam.ortega")} add Alert Emails`,
    in: "inc-4711",
  });
  await approveAndWait(world(), one, { in: "inc-4711", shows: "Approved" });
  await untilQuiet(world());
  slack.workspace.channel("inc-4711").memberIds.delete("U0BOT");
  await advance(60_000);
  await answerToCommand(theo, "/incydr unfreeze");
  await waitForCard(world(), { id: one.id, in: RESTRICTED, shows: "Done and verified." });
});
