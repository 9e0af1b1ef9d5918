import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { emailOf, makeRequest, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("a card that may be shown nowhere any more is taken from the subject's eyes, and doesn't stay pending", async () => {
  const { slack, incydr } = world();
  const [theo, nadia] = [slack.as("theo"), slack.as("nadia")];
  const { card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Alert Emails`,
    in: "inc-4711",
  });
  // A guest in the restricted channel: it can't be used.
  await slack.admin.addToChannel("insider-risk-restricted", "gil");
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(15_001);
  await theo.click("Approve", { message: card });
  await expect.poll(() => incydr.writeLog().length).toBe(1);
  try {
    await expect.poll(() => theo.current(card)?.plain).not.toContain("Pending.");
    expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
  } finally {
    await slack.admin.removeFromChannel("insider-risk-restricted", "gil");
    await slack.admin.removeFromChannel("inc-4711", "nadia");
    await advance(15_001);
  }
});

test("a request waits while a subject without a Slack account can't be excluded, and its requester is told what to set", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  const command = `/incydr roles ${emailOf("annette.karlsson")} add Alert Emails`;
  await maya.command(command, { in: "inc-4711" });
  await maya.waitForModal(({ submit }) => submit === "Request approval");
  await maya.fill({ Reason: "A test" });
  // He is in the incident channel and in the restricted one.
  await slack.admin.confirmEmail("theo", false);
  await advance(16 * 60_000);
  expect((await maya.submit()).closed).toBe(true);
  const id = await newestRequest(world());
  try {
    const told = await maya.waitForMessage("inc-4711", `CR-${id} is waiting: its card can't be posted now.`);
    expect(told.plain).toMatch(/OPERATOR_MAP.*RESTRICTED_CHANNEL/);
    expect(slack.as("jonas").transcript("inc-4711")).not.toContain(`CR-${id}`);
  } finally {
    await slack.admin.confirmEmail("theo", true);
    await advance(16 * 60_000);
  }
  await untilQuiet(world());
  await waitForCard(world(), { id, in: "inc-4711", shows: "Pending." });
});

test("the requester is told when their request can be shown to nobody", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  await maya.command(`/incydr roles ${NADIA} add Watchlist Manager`, { in: "inc-4711" });
  await maya.waitForModal(({ submit }) => submit === "Request approval");
  await maya.fill({ Reason: "A test" });
  await slack.admin.addToChannel("insider-risk-restricted", "gil");
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(15_001);
  const told = maya.sees("inc-4711").length;
  const { closed } = await maya.submit();
  expect(closed).toBe(true);
  try {
    await expect.poll(() => maya.sees("inc-4711").length).toBeGreaterThan(told);
  } finally {
    await slack.admin.removeFromChannel("insider-risk-restricted", "gil");
    await slack.admin.removeFromChannel("inc-4711", "nadia");
  }
});
