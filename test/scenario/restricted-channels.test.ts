import { beforeEach, expect, test } from "vitest";
import { readBulk } from "../support/scenario-bulks.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToCommand } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  newestRequest,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

// Theo and Priya, both leads, are in the audit channel and the first restricted one; Lena, a lead, is in the second.

const AUDIT = "insider-risk-audit";
const FIRST = "insider-risk-restricted";
const SECOND = "insider-risk-sealed";
const PRIYA = emailOf("priya.raman");
const CHANNEL_AGE_MS = 15_000;
const { clock, advance } = createOffsetClock();
const world = useWorld({
  clock,
  env: {
    RESTRICTED_CHANNEL: "C0RESTRICT,C0RESTRICT2",
    ACCEPT_UNMAPPED_SUBJECTS: "true",
    // No channel has this name, so the setting allows no channel of these tests.
    ALLOW_PUBLIC_CHANNELS: "open-to-all",
  },
});

/** The messages of the audit channel and the first restricted one that Priya could read before. */
let earlier: ReadonlySet<string>;
beforeEach(async () => {
  await untilQuiet(world());
  earlier = new Set(seenByPriya().map(({ ts }) => ts));
});

function seenByPriya() {
  const priya = world().slack.as("priya");
  return [...priya.sees(AUDIT), ...priya.sees(FIRST)];
}

/** The messages of this test that Priya reads. */
async function toldToPriya(): Promise<string> {
  await untilQuiet(world());
  const told = seenByPriya().filter(({ ts }) => !earlier.has(ts));
  expect(told).not.toEqual([]);
  return told.map(({ plain }) => plain).join("\n");
}

test("a request about a lead of the first restricted channel is decided on in the second", async () => {
  const { slack } = world();
  const lena = slack.as("lena");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${PRIYA} add Alert Emails`,
    fields: { Reason: "The secret" },
    ...{ cardIn: SECOND, seenBy: "lena" },
  });
  await approveAndWait(world(), { id, card }, { by: "lena", in: SECOND, seenBy: "lena" });
  const told = await toldToPriya();
  expect(told).toContain("withheld");
  for (const text of [PRIYA, `CR-${id}`, "The secret", "Alert Emails"]) expect(told).not.toContain(text);
  expect(lena.transcript(SECOND)).toMatch(/request.created CR-\d+ .*The secret/);
});

test("the log says at the start what ACCEPT_UNMAPPED_SUBJECTS and ALLOW_PUBLIC_CHANNELS give away", async () => {
  const log = world().log.join("\n");
  expect(log).toContain("ACCEPT_UNMAPPED_SUBJECTS is true. A channel member whom the bot can't match");
  expect(log).toContain(
    "ALLOW_PUBLIC_CHANNELS lets the bot post cards to public channels. Everybody in the workspace",
  );
});

test("no entry about a bulk tells a member of the audit channel that they are a target", async () => {
  const { slack } = world();
  const [maya, jonas, lena] = [slack.as("maya"), slack.as("jonas"), slack.as("lena")];
  const lines = `${emailOf("ann.karlsson")}\n${PRIYA}`;
  await readBulk(world(), { command: "/incydr bulk deactivate", input: { "Or pasted lines": lines } });
  await maya.fill({ Reason: "Asked by a test" });
  expect((await maya.submit()).closed).toBe(true);
  const id = await newestRequest(world());
  const name = `CR-${id}`;
  // Priya is in the first restricted channel.
  const card = await waitForCard(world(), { id, in: SECOND, seenBy: "lena" });
  // A responder may not approve, and his attempt is audited.
  await jonas.click("Approve", { message: card });
  await jonas.waitForMessage(SECOND, `attempt.forbidden ${name}`);
  await deny(lena, card, "The secret");
  await lena.waitForMessage(SECOND, "The secret");
  const told = await toldToPriya();
  for (const text of [PRIYA, name, "The secret", "Asked by a test"]) expect(told).not.toContain(text);
});

test("an entry about a user whose e-mail changed is not shown to the account of that time", async () => {
  const { slack } = world();
  const noor = slack.as("noor");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("noor.haddad")} add Alert Emails`,
    ...{ in: "inc-4711" },
  });
  await slack.admin.changeEmail("noor", "another@harborlight.example");
  await slack.admin.addToChannel(AUDIT, "noor");
  await advance(CHANNEL_AGE_MS + 1);
  await deny(slack.as("theo"), card, "The secret");
  await untilQuiet(world());
  expect(noor.transcript(AUDIT)).not.toContain(`request.denied CR-${id}`);
  expect(slack.as("theo").transcript(FIRST)).toContain(`request.denied CR-${id}`);
  await slack.admin.removeFromChannel(AUDIT, "noor");
  await slack.admin.changeEmail("noor", emailOf("noor.haddad"));
});

test("only a restricted channel shows the reason of a freeze and the typed role of a rejected form", async () => {
  const { slack } = world();
  const [jonas, theo, maya] = [slack.as("jonas"), slack.as("theo"), slack.as("maya")];
  await answerToCommand(jonas, "/incydr freeze Looking at Ben");
  await theo.waitForMessage(FIRST, "reason: “Looking at Ben”");
  await maya.command(`/incydr roles ${emailOf("ben.adeyemi")} add Spy on Ben`, { in: APPROVALS });
  await maya.waitForModal("There is no role");
  await maya.close();
  await theo.waitForMessage(FIRST, "role: “Spy on Ben”");
  await untilQuiet(world());
  for (const text of ["Looking at Ben", "Spy on Ben"]) expect(theo.transcript(AUDIT)).not.toContain(text);
  await answerToCommand(theo, "/incydr unfreeze");
});
