import { expect, test } from "vitest";
import { startWorld } from "../support/world.ts";

const NADIA = "nadia.petrov@harborlight.example";

test("a deactivation is asked for, approved, written once, read back and told in the card's thread", async () => {
  await using world = await startWorld();
  const { slack, incydr } = world;
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];

  expect(await maya.command(`/incydr deactivate ${NADIA}`, { in: "insider-risk-approvals" })).toMatchObject({
    acked: true,
  });
  await maya.waitForModal(/Warnings/);
  await maya.fill({ Reason: "Exfiltration alert 4711", Ticket: "INC-4711" });
  expect(await maya.submit()).toMatchObject({ acked: true, closed: true });

  const card = await theo.waitForMessage("insider-risk-approvals", /Pending/);
  await theo.click("Approve", { message: card });
  const done = await theo.waitForMessage(
    "insider-risk-approvals",
    (message) => message.ts === card.ts && message.plain.includes("Done and verified."),
  );
  expect(done.plain).toContain("Exfiltration alert 4711");
  const told = await maya.waitForMessage("insider-risk-approvals", /CR-1 done and verified/);
  expect(told.threadTs).toBe(card.ts);

  expect(incydr.writeLog().map(({ kind, applied }) => ({ kind, applied }))).toEqual([
    { kind: "deactivate", applied: true },
  ]);
  await theo.waitForMessage("insider-risk-audit", /request\.done/);
  slack.violations.assertNone();
});
