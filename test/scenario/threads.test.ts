import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });
const LEADS = "insider-risk-leads";

test("what is said of a card in the restricted channel stands in its thread", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  const { id, name } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("jonas.weber")} add Alert Emails`,
    in: "inc-4711",
    cardIn: "insider-risk-restricted",
  });
  const card = await waitForCard(world(), { id, in: "insider-risk-restricted" });
  await theo.click("Approve", { message: card });
  const said = await theo.waitForMessage("insider-risk-restricted", `${name} done and verified`);
  expect(said.threadTs).toBe(card.ts);
});

test("a second approval, after the first approver lost their rights, is announced as well", async () => {
  const { slack } = world();
  const [theo, priya] = [slack.as("theo"), slack.as("priya")];
  const freezer = slack.as("jonas");
  await freezer.command("/incydr freeze", { in: APPROVALS });
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Watchlist Manager`,
  });
  await theo.click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "Waiting: all changes are frozen." });
  await untilQuiet(world());
  await slack.admin.removeFromGroup(LEADS, "theo");
  await advance(30_001);
  await priya.command("/incydr unfreeze", { in: APPROVALS });
  await waitForCard(world(), { id, shows: "no longer counts" });
  await untilQuiet(world());
  await slack.admin.addToGroup(LEADS, "theo");
  await priya.click("Approve", { message: await waitForCard(world(), { id }) });
  await waitForCard(world(), { id, shows: "Done and verified." });
  await untilQuiet(world());
  const thread = theo
    .sees(APPROVALS)
    .filter(({ threadTs }) => threadTs === card.ts)
    .map(({ plain }) => plain);
  expect(thread.filter((line) => line.startsWith(`${name} approved`))).toHaveLength(2);
});
