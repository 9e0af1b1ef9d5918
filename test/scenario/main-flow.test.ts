import { describe, expect, test } from "vitest";
import { auditEntries, expectAuditTold } from "../support/scenario-audit.ts";
import { answerToCommand, seenByOthers } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  emailOf,
  openChoice,
  openForm,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const INCIDENT = "inc-4711";

// For each delivery, each test continues the state of the previous test.
describe.each(["http", "socket"] as const)("the main job over %s", (delivery) => {
  const world = useWorld({ delivery });

  const writes = () =>
    world()
      .incydr.writeLog()
      .map(({ kind, body, applied }) => ({ kind, body, applied }));
  const rolesOfNadia = () => [...world().incydr.tenant.rolesOf(NADIA)].sort();

  test("an analyst looks a user up, and nobody else sees it", async () => {
    const maya = world().slack.as("maya");
    const others = seenByOthers(world(), "maya");
    const card = await answerToCommand(maya, `/incydr user ${NADIA}`);
    expect(card).toMatchObject({
      ephemeral: true,
      buttons: ["Add roles…", "Remove roles…", "Replace roles…", "Move…", "Deactivate…"],
    });
    const { userId } = world().incydr.tenant.user(NADIA);
    const [first, second] = world().incydr.tenant.devicesOf(NADIA);
    for (const line of [
      "Nadia Petrov",
      `Username ${NADIA}`,
      `User id ${userId}`,
      "Status active",
      "Organization Research",
      "Roles Desktop User, PROe User",
      `Devices ${first?.name}, ${second?.name}`,
      "Legal hold no",
      "Watchlists Departing employees",
      "• On watchlists: Departing employees.",
    ])
      expect(card.plain.split("\n")).toContain(line);
    await untilQuiet(world());
    expect(seenByOthers(world(), "maya")).toEqual(others);
    expect(writes()).toEqual([]);
  });

  test("the analyst requests a role, a lead approves on the card, and the role is read back", async () => {
    const { slack } = world();
    const [maya, theo, noor] = [slack.as("maya"), slack.as("theo"), slack.as("noor")];
    const lookedUp = await answerToCommand(maya, "/incydr user @nadia");
    await maya.click("Add roles…", { message: lookedUp });
    const form = await untilForm(maya);
    expect(form.plain).toContain("Nadia Petrov (nadia.petrov@harborlight.example)");
    expect(form.fields[0]?.options).toContain("Alert Emails");
    expect(form.fields[0]?.options).not.toContain("Desktop User");
    expect(form.fields[0]?.options).not.toContain("Security Center - Restore");
    await maya.fill({
      "Roles to add": ["Alert Emails"],
      Reason: "Reviews alerts from now on",
      Ticket: "INC-1",
    });
    const others = seenByOthers(world(), "maya");
    expect(noor.modal()).toBeUndefined();
    expect(await maya.submit()).toMatchObject({ acked: true, closed: true });

    const card = await waitForCard(world(), { id: 1 });
    expect(others["theo in C0APPROVE"]).not.toContain("CR-1");
    expect(card).toMatchObject({
      ephemeral: false,
      threadTs: undefined,
      buttons: ["Approve", "Deny", "Cancel request"],
    });
    for (const line of [
      "CR-1 · Add roles: Alert Emails · nadia.petrov@harborlight.example",
      "User Nadia Petrov, Research, active",
      "▎Reviews alerts from now on",
      "Ticket INC-1",
    ])
      expect(card.plain.split("\n")).toContain(line);
    expect(writes()).toEqual([]);

    const result = await theo.click("Approve", { message: card });
    expect(result).toMatchObject({
      dispatched: true,
      dialog: { title: "Approve CR-1?", confirm: "Approve", deny: "Back" },
    });
    const done = await waitForCard(world(), { id: 1, shows: "Done and verified." });
    expect(done.ts).toBe(card.ts);
    expect(done.buttons).toEqual(["Undo…"]);
    expect(done.plain).toContain("Done and verified. nadia.petrov@harborlight.example now has Alert Emails.");
    expect(done.plain).toContain("Approved by @Theo Okafor");
    await untilQuiet(world());
    const thread = noor.sees(APPROVALS).filter(({ threadTs }) => threadTs === card.ts);
    expect(thread.map(({ plain }) => plain)).toEqual([
      "CR-1 approved by @Theo Okafor: add Alert Emails to nadia.petrov@harborlight.example.",
      "CR-1 done and verified: nadia.petrov@harborlight.example now has Alert Emails. @Maya Lindqvist",
    ]);
    expect(rolesOfNadia()).toEqual(["alert-emails", "desktop-user", "proe-user"]);
    expect(writes()).toMatchObject([{ kind: "set_roles", applied: true }]);
  });

  test("an approved request by command removes a role", async () => {
    const { slack } = world();
    const noor = slack.as("noor");
    const form = await openForm(noor, `/incydr roles ${NADIA} remove alert emails`);
    expect(form.fields[0]).toMatchObject({
      shown: "Alert Emails",
      options: ["Alert Emails", "Desktop User", "PROe User"],
    });
    await noor.fill({ Reason: "No longer reviews alerts" });
    await noor.submit();
    const card = await waitForCard(world(), { id: 2, seenBy: "priya" });
    const done = await approveAndWait(world(), { id: 2, card }, { by: "priya" });
    expect(done.plain).toContain("nadia.petrov@harborlight.example no longer has Alert Emails.");
    await untilQuiet(world());
    expect(rolesOfNadia()).toEqual(["desktop-user", "proe-user"]);
    expect(writes().map(({ kind }) => kind)).toEqual(["set_roles", "set_roles"]);
  });

  test("a responder turns an alert into a deactivation in the alert's thread", async () => {
    const { slack, incydr } = world();
    const [jonas, maya] = [slack.as("jonas"), slack.as("maya")];
    const alert = jonas.post(
      INCIDENT,
      `:rotating_light: *Exfiltration* by <mailto:${NADIA}|${NADIA}>, severity high`,
      {
        asBot: "Alerts",
      },
    );
    const choice = await openChoice(jonas, alert);
    expect(choice.fields.find(({ label }) => label === "User named in the message")?.shown).toBe(NADIA);
    await jonas.fill({ Change: "Deactivate" });
    await jonas.submit();
    const form = await untilForm(jonas);
    for (const warning of [
      "Deactivation stops Incydr's monitoring of a user",
      "Agents still reporting:",
      "On watchlists: Departing employees.",
    ])
      expect(form.plain).toContain(warning);
    await jonas.fill({ Reason: "Copied the archive", Ticket: "INC-4711" });
    expect(await jonas.submit()).toMatchObject({ acked: true, closed: true });

    const card = await waitForCard(world(), { id: 3, in: INCIDENT });
    expect(card.threadTs).toBe(alert.ts);
    await approveAndWait(world(), { id: 3, card }, { in: INCIDENT });
    await untilQuiet(world());
    const seen = maya.sees(INCIDENT).filter(({ isBot }) => isBot);
    expect(seen.every(({ threadTs, ephemeral }) => threadTs === alert.ts && !ephemeral)).toBe(true);
    expect(seen.map(({ plain }) => plain.split("\n")[0])).toEqual([
      "CR-3 · Deactivate · nadia.petrov@harborlight.example",
      "CR-3 approved by @Theo Okafor: deactivate nadia.petrov@harborlight.example.",
      "CR-3 done and verified: nadia.petrov@harborlight.example is now deactivated. @Jonas Weber",
    ]);
    expect(incydr.tenant.user(NADIA).active).toBe(false);
    expect(writes()).toMatchObject([
      { kind: "set_roles" },
      { kind: "set_roles" },
      { kind: "deactivate", applied: true },
    ]);
  });

  test("the audit log and the audit channel have every step", async () => {
    await expectAuditTold(world());
    const entries = await auditEntries(world());
    expect(entries.map(({ kind, by, request, subject }) => [kind, by, request, subject])).toEqual([
      ["subject.looked_up", "U0MAYA", null, NADIA],
      ["subject.looked_up", "U0MAYA", null, NADIA],
      ...stepsOf("CR-1", "U0MAYA", "U0THEO"),
      ...stepsOf("CR-2", "U0NOOR", "U0PRIYA"),
      ...stepsOf("CR-3", "U0JONAS", "U0THEO"),
    ]);
    expect(entries.find(({ request }) => request === "CR-3")?.details).toMatchObject({
      change: "deactivate",
      reason: "Copied the archive",
      ticket: "INC-4711",
      approvalsNeeded: 1,
      legalHold: "no",
    });
  });

  test("the subject sees none of these messages", () => {
    const { slack } = world();
    const nadia = slack.as("nadia");
    for (const channel of ["general", "dm"]) expect(nadia.sees(channel)).toEqual([]);
    expect(nadia.modal()).toBeUndefined();
    expect(slack.pings.filter(({ target }) => target === "U0NADIA")).toEqual([]);
  });
});

function stepsOf(request: string, requester: string, approver: string) {
  const form = ["subject.looked_up", requester, null, NADIA];
  const steps = [
    ["request.created", requester],
    ["decision.approved", approver],
    ["request.approved", approver],
    ["request.executing", null],
    ["target.executing", null],
    ["target.verified", null],
    ["request.done", null],
  ].map(([kind, by]) => [kind, by, request, NADIA]);
  return [form, ...steps];
}
