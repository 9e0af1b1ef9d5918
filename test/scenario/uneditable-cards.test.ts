import { afterEach, expect, test } from "vitest";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  makeRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const world = useWorld();
afterEach(() => {
  const { admin } = world().slack;
  admin.closeEditWindow(null);
  admin.restrictPosting(APPROVALS, null);
});

/** Asks for a deactivation by maya. */
const ask = (name: string) => makeRequest(world(), { command: `/incydr deactivate ${emailOf(name)}` });
/** The cards of a request that theo sees in the approvals channel. */
const cardsOf = (name: string) =>
  world()
    .slack.as("theo")
    .sees(APPROVALS)
    .filter(({ plain, threadTs }) => threadTs === undefined && plain.startsWith(`${name} ·`));

test("a decided request gets a new card if nobody may edit messages any more, and its outcome is told", async () => {
  const { slack, incydr } = world();
  const { id, name, card } = await ask("ann.karlsson");
  slack.admin.closeEditWindow(0);
  const done = await approveAndWait(world(), { id, card }, { shows: "erified" });
  await untilQuiet(world());
  expect(done.ts).not.toBe(card.ts);
  expect(cardsOf(name)).toHaveLength(1);
  expect(incydr.tenant.user(emailOf("ann.karlsson")).active).toBe(false);
  const replies = slack.as("maya").sees(APPROVALS);
  expect(replies.filter(({ threadTs, plain }) => threadTs && plain.includes(`${name} `))).not.toEqual([]);
});

test("the requester is told the outcome directly while the channel is read-only, and the card is updated later", async () => {
  const { slack } = world();
  const { id, name, card } = await ask("mei.kim");
  slack.admin.restrictPosting(APPROVALS, "restricted_action_read_only_channel");
  await slack.as("theo").click("Approve", { message: card });
  await slack.as("maya").waitForMessage("dm", ({ plain }) => plain.includes(name), { timeoutMs: 20_000 });
  expect(world().incydr.tenant.user(emailOf("mei.kim")).active).toBe(false);
  slack.admin.restrictPosting(APPROVALS, null);
  await untilQuiet(world());
  await waitForCard(world(), { id, shows: "erified" });
  expect(cardsOf(name)).toHaveLength(1);
  const told = slack.as("maya").sees("dm");
  expect(told.filter(({ plain }) => plain.includes(name))).toHaveLength(1);
});
