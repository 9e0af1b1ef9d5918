import { afterEach, expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const RESTRICTED = "insider-risk-restricted";
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("a card that has to move is hidden from its subject also when Slack fails to hide it at first", async () => {
  const { slack } = world();
  const [theo, nadia] = [slack.as("theo"), slack.as("nadia")];
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${NADIA} add Alert Emails`,
    in: "inc-4711",
  });
  await slack.admin.addToChannel("inc-4711", "nadia");
  await advance(60_000);
  slack.faults.add({ method: "chat.update", kind: "rate_limited", retryAfterSeconds: 1, times: 1 });
  await theo.click("Approve", { message: card });
  await waitForCard(world(), { id, in: RESTRICTED, shows: "Done and verified." });
  await untilQuiet(world());
  expect(nadia.transcript("inc-4711")).not.toContain("nadia.petrov");
});

test("when a card moves while it waits, whoever it asks by name and can't follow it is told directly", async () => {
  const { slack } = world();
  const [theo, lena] = [slack.as("theo"), slack.as("lena")];
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
  // Nor is it forgotten when Slack doesn't take the card at first.
  slack.faults.add({ method: "chat.postMessage", kind: "refused", error: "internal_error", times: 2 });
  await theo.click("Approve", { message: card });
  await waitForCard(world(), { id, in: RESTRICTED, shows: "Needs 1 approval" });
  await lena.waitForMessage("dm", `${name} needs your approval: `);
  await untilQuiet(world());
  for (const key of ["theo", "nadia"]) expect(slack.as(key).sees("dm")).toEqual([]);
});

afterEach(async () => {
  await world().slack.admin.removeFromChannel("inc-4711", "nadia");
  await advance(60_000);
});

test("a request goes on when its channel is archived, or the bot is removed from it", async () => {
  const { slack } = world();
  const theo = slack.as("theo");
  await answerTo(theo, "insider-risk-approvals", () =>
    theo.command("/incydr freeze", { in: "insider-risk-approvals" }),
  );
  const one = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("sam.ortega")} add Alert Emails`,
    in: "inc-4711",
  });
  await theo.click("Approve", { message: one.card });
  await waitForCard(world(), { id: one.id, in: "inc-4711", shows: "Approved" });
  await untilQuiet(world());
  slack.workspace.channel("inc-4711").memberIds.delete("U0BOT");
  await advance(60_000);
  await answerTo(theo, "insider-risk-approvals", () =>
    theo.command("/incydr unfreeze", { in: "insider-risk-approvals" }),
  );
  await waitForCard(world(), { id: one.id, in: RESTRICTED, shows: "Done and verified." });
});
