import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { emailOf, makeRequest } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

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

test("the requester is told when their request can be shown to nobody", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  await maya.command(`/incydr roles ${NADIA} add Watchlist Manager`, { in: "inc-4711" });
  await maya.waitForModal(({ submit }) => submit === "Ask for approval");
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
