import { expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { auditEntries, auditKindsOf, expectAuditTold } from "../support/scenario-audit.ts";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();
const person = (name: string) => world().slack.as(name);
const ask = (by = "maya") => makeRequest(world(), { command: `/incydr deactivate ${NADIA}`, by });

/** Sends a form as if it had been opened for this. */
const withMetadata =
  (private_metadata: string): Tamper =>
  (payload) => ({ ...payload, view: { ...(payload.view as object), private_metadata } }); // a submission has a view

const as =
  (id: string): Tamper =>
  (payload) => ({ ...payload, user: { ...(payload.user as object), id } }); // an interaction names its user

test("a denial takes a reason, which the card, the thread and the audit log show as it was typed", async () => {
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

test("a denial without a reason is not accepted, also when Slack's own check is gone round", async () => {
  const theo = person("theo");
  const { card } = await ask();
  await expectNoEffect(world(), { by: "theo", audited: [] }, async () => {
    await theo.click("Deny", { message: card });
    await theo.waitForModal(({ submit }) => submit === "Deny");
    await theo.fill({ Reason: "  \n " });
    const { closed } = await theo.submit({ skipClientChecks: true });
    expect(closed).toBe(false);
    expect(theo.modal()?.plain).toContain("Enter a reason for the requester and the audit log.");
    await theo.close();
  });
});

test("a denial that is sent in somebody else's name is refused as their click would be", async () => {
  const theo = person("theo");
  const { name, card } = await ask();
  const audited = [{ kind: "attempt.forbidden", by: "U0MAYA", request: name, details: { action: "deny" } }];
  await expectNoEffect(world(), { by: "maya", audited }, async () => {
    await theo.click("Deny", { message: card });
    await theo.waitForModal(({ submit }) => submit === "Deny");
    await theo.fill({ Reason: "Forged" });
    await theo.submit({ tamper: as("U0MAYA") });
  });
});

test.for(["", "{}", '{"requestId":"1","shownSnapshot":"","place":null}'])(
  "a form that says it was opened for %j denies nothing",
  async (metadata) => {
    const theo = person("theo");
    const { card } = await ask();
    const audited = [{ kind: "attempt.rejected", by: "U0THEO", details: { fault: "forged" } }];
    await expectNoEffect(world(), { by: "theo", audited }, async () => {
      await theo.click("Deny", { message: card });
      await theo.waitForModal(({ submit }) => submit === "Deny");
      await theo.fill({ Reason: "Forged" });
      await theo.submit({ tamper: withMetadata(metadata) });
      expect(theo.modal()?.plain).toContain("Nothing was done.");
      await theo.close({ all: true });
    });
  },
);

test("of a denial and an approval while its reason was typed, the first one counts and the second is told so", async () => {
  const theo = person("theo");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("ann.karlsson")} add Alert Emails`,
  });
  await theo.click("Deny", { message: card });
  await theo.waitForModal(({ submit }) => submit === "Deny");
  await theo.fill({ Reason: "Too late" });
  await person("priya").click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "Done and verified." });
  await untilQuiet(world());
  const audited = [{ kind: "attempt.rejected", by: "U0THEO", details: { fault: "already_decided" } }];
  await expectNoEffect(world(), { by: "theo", audited }, async () => {
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
  await answerTo(theo, APPROVALS, () => theo.command("/incydr freeze", { in: APPROVALS }));
  const { id, card } = await ask();
  await theo.click("Approve", { message: card });
  const approved = await waitForCard(world(), { id, shows: "Approved, not executed yet." });
  expect(approved.buttons).toEqual(["Cancel request"]);
  await maya.click("Cancel request", { message: approved });
  await waitForCard(world(), { id, shows: "Cancelled by @Maya Lindqvist on " });
  const writes = incydr.writeLog().length;
  await answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS }));
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(writes);
});

test("a request can't be cancelled by whom no policy lets", async () => {
  const { card, name } = await ask();
  const theo = person("theo");
  const audited = [{ kind: "attempt.forbidden", by: "U0SAM", request: name, details: { action: "cancel" } }];
  await expectNoEffect(world(), { by: "sam", audited }, () =>
    theo.click("Cancel request", { message: card, tamper: as("U0SAM") }),
  );
});

test("a request that is over can't be cancelled, and whoever tries is told", async () => {
  const maya = person("maya");
  const { id, name, card } = await ask();
  await deny(person("theo"), card);
  await waitForCard(world(), { id, shows: "Denied." });
  await untilQuiet(world());
  const audited = [{ kind: "attempt.rejected", by: "U0MAYA", details: { fault: "already_decided" } }];
  await expectNoEffect(world(), { by: "maya", audited }, async () => {
    const { plain } = await answerTo(maya, APPROVALS, () =>
      maya.click("Cancel request", { message: card, stale: true }),
    );
    expect(plain).toContain(`${name} is already denied`);
  });
  await expectAuditTold(world());
});
