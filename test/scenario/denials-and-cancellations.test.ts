import { expect, test } from "vitest";
import { auditEntries, auditKindsOf, expectAuditTold } from "../support/scenario-audit.ts";
import { answerTo, answerToCommand, expectNoEffect, refusedClick } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  makeRequest,
  openDenial,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";
import { sentBy, withMetadata } from "../support/tampers.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();
const person = (name: string) => world().slack.as(name);
const ask = (by = "maya") => makeRequest(world(), { command: `/incydr deactivate ${NADIA}`, by });

test("the card, the thread and the audit log show the reason of a denial as it was typed", async () => {
  const { id, name, card } = await ask();
  const reason = "<!channel> *no* & <https://x.example|here>";
  await deny(person("theo"), card, reason);
  const denied = await waitForCard(world(), { id, shows: "Denied. Nothing was changed." });
  expect(denied.plain).toMatch(
    /Denied by @Theo Okafor on .*\nReason for the denial\W+<!channel> \*no\* & <https:\/\/x\.example\|here>/,
  );
  expect(denied.buttons).toEqual([]);
  const told = await person("maya").waitForMessage(APPROVALS, new RegExp(`${name} denied`));
  expect(told.plain.split("Reason")[1]).toContain(reason);
  await untilQuiet(world());
  const entry = (await auditEntries(world())).find(
    ({ request, kind }) => request === name && kind === "request.denied",
  );
  expect(entry).toMatchObject({ by: "U0THEO", details: { reason } });
  expect(world().incydr.writeLog()).toEqual([]);
});

test("a denial without a reason is refused, also without the check of Slack's client", async () => {
  const theo = person("theo");
  const { card } = await ask();
  await expectNoEffect(world(), { by: "theo", audited: [] }, async () => {
    await openDenial(theo, card);
    await theo.fill({ Reason: "  \n " });
    const { closed } = await theo.submit({ skipClientChecks: true });
    expect(closed).toBe(false);
    expect(theo.modal()?.plain).toContain("Enter a reason for the requester and the audit log.");
  });
});

test("a denial in the name of a person who may not decide is refused", async () => {
  const theo = person("theo");
  const { name, card } = await ask();
  await expectNoEffect(
    world(),
    { by: "maya", forbidden: { action: "deny" }, about: { request: name } },
    async () => {
      await openDenial(theo, card);
      await theo.fill({ Reason: "Forged" });
      await theo.submit({ tamper: sentBy("U0MAYA") });
    },
  );
});

test.for(["", "{}", '{"requestId":"1","shownSnapshot":"","place":null}'])(
  "a denial whose hidden field is %j is refused",
  async (metadata) => {
    const theo = person("theo");
    const { card } = await ask();
    await expectNoEffect(world(), { by: "theo", rejected: { fault: "forged" } }, async () => {
      await openDenial(theo, card);
      await theo.fill({ Reason: "Forged" });
      await theo.submit({ tamper: withMetadata(metadata) });
      expect(theo.modal()?.plain).toContain("Nothing was done.");
    });
  },
);

test("a denial whose hidden field claims an approval by another person denies in the name of its sender", async () => {
  const theo = person("theo");
  const { id, card } = await ask();
  await openDenial(theo, card);
  await theo.fill({ Reason: "Forged" });
  const claims = { verdict: "approval", slackUserId: "U0PRIYA", clickId: "forged" };
  await theo.submit({
    tamper: (payload) => {
      const { private_metadata } = payload.view as { private_metadata: string }; // a submission has a view
      return withMetadata(JSON.stringify({ ...JSON.parse(private_metadata), ...claims }))(payload);
    },
  });
  const denied = await waitForCard(world(), { id, shows: "Denied." });
  expect(denied.plain).toContain("Denied by @Theo Okafor");
});

test("an approval counts before a denial whose reason is still being typed, and the denier is told so", async () => {
  const theo = person("theo");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("ann.karlsson")} add Alert Emails`,
  });
  await openDenial(theo, card);
  await theo.fill({ Reason: "Too late" });
  await approveAndWait(world(), { id, card }, { by: "priya" });
  await untilQuiet(world());
  await expectNoEffect(world(), { by: "theo", rejected: { fault: "already_decided" } }, async () => {
    const { plain } = await answerTo(theo, APPROVALS, () => theo.submit());
    expect(plain).toBe(
      `${name} is already finished. Your click changed nothing. Last decision by @Priya Raman.\nYour reason Too late`,
    );
  });
});

test("a request is cancelled by its requester, and the card and the thread say by whom", async () => {
  const { id, name, card } = await ask();
  const { dialog } = (await person("maya").click("Cancel request", { message: card, confirm: false })) as {
    dialog?: { title: string };
  };
  expect(dialog?.title).toBe(`Cancel ${name}?`);
  await person("maya").click("Cancel request", { message: card });
  const cancelled = await waitForCard(world(), { id, shows: "Cancelled by @Maya Lindqvist on " });
  expect(cancelled.buttons).toEqual([]);
  await person("theo").waitForMessage(APPROVALS, new RegExp(`${name} cancelled by @Maya Lindqvist`));
  await untilQuiet(world());
  expect(await auditKindsOf(world(), name)).toEqual(["request.created", "request.cancelled"]);
});

test("an approved request that wasn't begun is cancelled, and is not carried out afterwards", async () => {
  const { slack, incydr } = world();
  const [maya, theo] = [slack.as("maya"), slack.as("theo")];
  await answerToCommand(theo, "/incydr freeze");
  const { id, card } = await ask();
  const approved = await approveAndWait(world(), { id, card }, { shows: "Approved, not executed yet." });
  expect(approved.buttons).toEqual(["Cancel request"]);
  await maya.click("Cancel request", { message: approved });
  await waitForCard(world(), { id, shows: "Cancelled by @Maya Lindqvist on " });
  const writes = incydr.writeLog().length;
  await answerToCommand(theo, "/incydr unfreeze");
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(writes);
});

test("a person whom no policy lets can't cancel a request", async () => {
  const { card, name } = await ask();
  const theo = person("theo");
  await expectNoEffect(
    world(),
    { by: "sam", forbidden: { action: "cancel" }, about: { request: name } },
    () => theo.click("Cancel request", { message: card, tamper: sentBy("U0SAM") }),
  );
});

test("a request that is over can't be cancelled, and the person is told so", async () => {
  const { id, name, card } = await ask();
  await deny(person("theo"), card);
  await waitForCard(world(), { id, shows: "Denied." });
  await untilQuiet(world());
  const { plain } = await refusedClick(world(), "Cancel request", card, {
    by: "maya",
    rejected: { fault: "already_decided" },
    stale: true,
  });
  expect(plain).toContain(`${name} is already denied`);
  await expectAuditTold(world());
});
