import { expect, test } from "vitest";
import { expectAuditTold } from "../support/scenario-audit.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const world = useWorld();

test("somebody without any rights can't stop the audit channel by typing a lot", async () => {
  const { slack } = world();
  const sam = slack.as("sam");
  const outage = slack.faults.add({ method: "chat.postMessage", kind: "http_error", status: 503 });
  // 600 characters of each are told; in JSON a quotation mark takes two.
  for (let index = 0; index < 10; index += 1) {
    await sam.command(`/incydr user ${'"'.repeat(900)}${index}`, { in: "watercooler" });
  }
  await outage.waitForHits(1);
  outage.release();
  // The entries are told within a few retries, or never.
  await expect
    .poll(() => slack.as("theo").transcript("insider-risk-audit").match(/• #\d+ attempt/g)?.length ?? 0, {
      timeout: 8_000,
    })
    .toBe(10);
  console.log(slack.apiCalls.filter(({ method }) => method === "chat.postMessage").map((c) => JSON.stringify(c).length));
  console.log(slack.as("theo").sees("insider-risk-audit").map(({ blocks, plain }) => [JSON.stringify(blocks).length, plain.slice(0, 300)]));
  await untilQuiet(world());
  await expectAuditTold(world());
});
