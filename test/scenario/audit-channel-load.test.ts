import { expect, test } from "vitest";
import { auditLength, expectAuditTold } from "../support/scenario-audit.ts";
import { makeDueNow, useWorld } from "../support/scenario-world.ts";

const COMMANDS = 24;
const world = useWorld();

test("a person without rights can't stop the audit channel by many long commands", async () => {
  const { slack } = world();
  const sam = slack.as("sam");
  // Slack accepts no posts for a while. The entries accumulate, and are then posted eight at a time.
  const outage = slack.faults.add({ method: "chat.postMessage", kind: "http_error", status: 503 });
  // The message shows 600 characters of the typed text. In JSON, a quotation mark takes two characters.
  for (let index = 0; index < COMMANDS; index += 1) {
    await sam.command(`/incydr user ${'"'.repeat(900)}${index}`, { in: "watercooler" });
  }
  await expect.poll(() => auditLength(world())).toBe(COMMANDS);
  outage.release();
  const toldLines = async () => {
    // The time of the queue's next try depends on the length of the outage.
    await makeDueNow(world().db, "name = 'publish_audit' and state = 'retry'");
    return slack
      .as("theo")
      .transcript("insider-risk-audit")
      .match(/• #\d+ attempt/g)?.length;
  };
  await expect.poll(toldLines).toBe(COMMANDS);
  await expectAuditTold(world());
});

test("a person without rights can't use up the look-ups of addresses that approvals need", async () => {
  const { slack } = world();
  const sam = slack.as("sam");
  const before = await auditLength(world());
  slack.limits.enabled = true;
  for (let index = 0; index < 60; index += 1) {
    await sam.command(`/incydr user nobody${index}@elsewhere.example`, { in: "watercooler" });
  }
  await expect.poll(() => auditLength(world())).toBe(before + 60);
  await slack.idle();
  slack.limits.enabled = false;
  expect(slack.limits.refused.get("users.lookupByEmail") ?? 0).toBe(0);
});
