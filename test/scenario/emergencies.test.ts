import { expect, test } from "vitest";
import type { Tamper } from "../../sandbox/slack/driver/client-context.ts";
import { auditEntries, auditKindsOf, expectAuditTold } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToClick, answerToCommand, refusedClick, refusedForm } from "../support/scenario-effects.ts";
import { dispute, makeEmergency } from "../support/scenario-emergencies.ts";
import {
  APPROVALS,
  emailOf,
  newestRequest,
  openChoice,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

// Each test continues the state of the previous test, because a person may have at most two unratified emergencies.
const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });
const person = (name: string) => world().slack.as(name);
const TO_BE_RATIFIED = "Needs ratification from a second person by";
const AUDIT = "insider-risk-audit";

const emergencyAbout = (name: string, shows = TO_BE_RATIFIED) =>
  makeEmergency(world(), { subject: emailOf(name), shows });

/** Adds invited approvers to the submission, although the form has no such field. */
const asking =
  (id: string): Tamper =>
  (payload) => {
    const view = payload.view as { state: { values: object } }; // a submission has a view
    const people_asked = { value: { type: "multi_users_select", selected_users: [id] } };
    return { ...payload, view: { ...view, state: { values: { ...view.state.values, people_asked } } } };
  };

test("an emergency is carried out without approval, announced, and ratified by a second person", async () => {
  const jonas = person("jonas");
  await jonas.command(`/incydr emergency ${emailOf("sam.ortega")}`, { in: APPROVALS });
  const form = await jonas.waitForModal(({ submit }) => submit === "Deactivate now");
  expect(form.title).toBe("🚨 Emergency");
  expect(form.plain).toContain("this runs at once, without approval");
  expect(form.plain).toContain("within 24 hours. After that it is escalated to @insider-risk-leads");
  expect(form.plain).toContain("Deactivation stops Incydr's monitoring of a user");
  expect(form.fields.map(({ label }) => label)).not.toContain("Notify approvers");
  await jonas.fill({ Reason: "Data is leaving now" });
  // An emergency invites nobody, also if a submission says so.
  await jonas.submit({ tamper: asking("U0THEO") });
  const id = await newestRequest(world());
  const name = `CR-${id}`;
  const card = await waitForCard(world(), { id, shows: TO_BE_RATIFIED });
  expect(card.plain).toContain("Done and verified. sam.ortega@harborlight.example is now deactivated.");
  expect(card.plain).toContain("Emergency. @Jonas Weber made this change without prior approval.");
  expect(card.plain).not.toContain("Invited to approve");
  expect(card.buttons).toEqual(["Ratify", "Dispute…", "Undo…"]);
  expect(world().incydr.tenant.user(emailOf("sam.ortega")).active).toBe(false);
  const alarm = await person("theo").waitForMessage(AUDIT, /EMERGENCY CHANGE WITHOUT APPROVAL/);
  expect(alarm.plain).toMatch(/(Requested|Made) by @Jonas Weber/);
  expect(alarm.plain).toMatch(/Reason\s+▎Data is leaving now/);
  expect(alarm.plain).not.toMatch(/channel>|@channel|@here/);

  await person("theo").click("Ratify", { message: card });
  const ratified = await waitForCard(world(), { id, shows: "Ratified by @Theo Okafor on " });
  expect(ratified.buttons).toEqual(["Undo…"]);
  await untilQuiet(world());
  expect(await auditKindsOf(world(), name)).toEqual([
    "request.created",
    "request.executing",
    "target.executing",
    "target.verified",
    "request.done",
    "ratification.awaiting",
    "ratification.ratified",
  ]);
  expect(
    person("theo")
      .sees(APPROVALS)
      .filter(({ threadTs }) => threadTs === card.ts)
      .map(({ plain }) => plain.split(".")[0]),
  ).toEqual([
    `${name} 🚨 emergency change by @Jonas Weber, without waiting for approvals: deactivate sam`,
    expect.stringContaining(`${name} done and verified`),
    expect.stringContaining(`${name} needs ratification from a second person by `),
    `${name} ratified by @Theo Okafor`,
  ]);
});

test.for([
  ["maya", "nadia.petrov", "make emergency changes"],
  ["jonas", "service.backup", "A protected user can't be deactivated without approval"],
  ["jonas", "theo.okafor", "A user with a privileged role can't be deactivated without approval"],
  ["jonas", "jonas.weber", "You can't change your own account."],
  ["jonas", "dario.conti", "legal hold"],
] as const)("an emergency by %s about %s is refused before there is a form", async ([by, subject, why]) => {
  const { plain } = await refusedForm(world(), `/incydr emergency ${emailOf(subject)}`, {
    by,
    forbidden: { action: "emergency" },
  });
  expect(plain).toContain(why);
});

test("neither its requester nor a person who is no lead can ratify an emergency, and a lead can dispute it", async () => {
  const { slack } = world();
  const { id, name, card } = await emergencyAbout("nadia.petrov");
  await slack.admin.addToGroup("insider-risk-leads", "jonas");
  await untilQuiet(world());
  await advance(11 * 60_000);
  for (const by of ["jonas", "maya"]) {
    await refusedClick(world(), "Ratify", card, {
      by,
      forbidden: { action: "ratify" },
      about: { request: name },
    });
  }
  await slack.admin.removeFromGroup("insider-risk-leads", "jonas");

  await dispute(world(), "priya", card, "She was on <!channel> leave");
  const disputed = await waitForCard(world(), { id, shows: "Disputed by @Priya Raman on " });
  expect(disputed.plain).toContain("She was on <!channel> leave");
  await person("theo").waitForMessage(AUDIT, /EMERGENCY DISPUTED: CR-\d+[\s\S]*She was on <!channel> leave/);
  await untilQuiet(world());
  expect((await auditEntries(world())).at(-1)).toMatchObject({
    kind: "ratification.disputed",
    by: "U0PRIYA",
    details: { reason: "She was on <!channel> leave" },
  });
  // The answer to a later click names the first person.
  const { plain } = await answerToClick(person("theo"), "Ratify", card, { stale: true });
  expect(plain).toBe(`${name} is already disputed. Your click changed nothing. Decided by @Priya Raman.`);

  await person("maya").click("Undo…", { message: disputed });
  const form = await untilForm(person("maya"));
  expect(form.title).toBe(`Undo ${name}`);
  expect(form.plain).toContain(emailOf("nadia.petrov"));
});

test("an emergency that nobody ratifies in time is escalated once, and can still be ratified", async () => {
  const { id, name } = await emergencyAbout("ann.karlsson");
  await advance(24 * 3_600_000 - 60_000);
  await untilQuiet(world());
  await advance(120_000);
  const overdue = await waitForCard(world(), { id, shows: "Ratification overdue." });
  const theo = person("theo");
  await theo.waitForMessage(AUDIT, new RegExp(`NOT RATIFIED IN TIME: ${name}[\\s\\S]*@insider-risk-leads`));
  await world().db.query("update pgboss.job set state = 'created' where name = 'ratification_due'");
  await untilQuiet(world());
  const kinds = await auditKindsOf(world(), name);
  expect(kinds.filter((kind) => kind === "ratification.overdue")).toHaveLength(1);
  await theo.click("Ratify", { message: overdue });
  await waitForCard(world(), { id, shows: "Ratified by @Theo Okafor" });
});

test("an emergency is authorized again right before its write, and a third is refused while two aren't ratified", async () => {
  const { slack, incydr } = world();
  const [jonas, theo] = [person("jonas"), person("theo")];
  await answerToCommand(theo, "/incydr freeze");
  const writes = incydr.writeLog().length;
  const first = await emergencyAbout("annette.karlsson", "Waiting: all changes are frozen.");
  const second = await emergencyAbout("rolf.brandt", "Waiting: all changes are frozen.");
  await jonas.command("/incydr emergency victor.hale+lab@harborlight.example", { in: APPROVALS });
  const notice = await jonas.waitForModal(({ plain }) => !plain.includes("Looking up"));
  expect(notice.plain).toContain("Two of your emergency changes still need ratification");
  await jonas.close();
  await untilQuiet(world());
  await slack.admin.removeFromGroup("incident-responders", "jonas");
  await advance(30_001);
  await answerToCommand(theo, "/incydr unfreeze");
  for (const { id } of [first, second]) {
    const card = await waitForCard(world(), {
      id,
      shows: "Cancelled. Nothing was changed. The requester is no longer entitled",
    });
    expect(card.plain).not.toContain("Needs ratification");
  }
  expect(incydr.writeLog()).toHaveLength(writes);
  await slack.admin.addToGroup("incident-responders", "jonas");
});

test("an emergency that begins at a message about an inactive user leaves nothing to ratify", async () => {
  const jonas = person("jonas");
  const message = jonas.post("inc-4711", `Alert about ${emailOf("noor.haddad")}`);
  await openChoice(jonas, message);
  await jonas.fill({ Change: "🚨 Emergency: deactivate at once, without approval" });
  await jonas.submit();
  await jonas.waitForModal(({ submit }) => submit === "Deactivate now");
  await jonas.fill({ Reason: "Data is leaving now" });
  world().incydr.control.edit.setActive(emailOf("noor.haddad"), false);
  await jonas.submit();
  const id = await newestRequest(world());
  const card = await waitForCard(world(), { id, in: "inc-4711", shows: "No change needed." });
  expect(card.buttons).toEqual([]);
  expect(card.threadTs).toBe(message.ts);
  await untilQuiet(world());
  expect((await auditKindsOf(world(), `CR-${id}`)).at(-1)).toBe("request.done");
  await expectAuditTold(world());
});
