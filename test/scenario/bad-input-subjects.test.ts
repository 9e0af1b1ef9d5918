import { expect, test } from "vitest";
import {
  answerToClick,
  expectNoEffect,
  formAskingAgain,
  refusedCommand,
  refusedForm,
} from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const NADIA = emailOf("nadia.petrov");
const world = useWorld();

test("the look-up of an unknown user tells the typed name back", async () => {
  const answer = await refusedCommand(world(), `/incydr user ${emailOf("nobody")}`, {
    by: "maya",
    audited: [
      { kind: "attempt.rejected", by: "U0MAYA", details: { action: "lookup", fault: "subject_not_found" } },
      { kind: "users.listed", by: "U0MAYA", details: { asked: "nobody", count: 0 } },
    ],
  });
  expect(answer.plain).toBe(
    "Incydr has no user “nobody@harborlight.example”.\nCheck the spelling, or use the user id. To search by a part of the name, use /incydr users.\nYou typed /incydr user nobody@harborlight.example",
  );
});

test("a change of an unknown user asks for another user, and gives the command back", async () => {
  const rejected = { action: "request", change: "deactivate", fault: "subject_not_found" };
  const audited = [
    { kind: "attempt.rejected", by: "U0MAYA", details: rejected },
    { kind: "users.listed", by: "U0MAYA", details: { asked: "nobody", count: 0 } },
  ];
  const command = `/incydr deactivate ${emailOf("nobody")}`;
  const { plain, fields } = await formAskingAgain(world(), command, { by: "maya", audited });
  expect(plain).toContain("Incydr has no user “nobody@harborlight.example”.");
  expect(plain).toContain("You typed /incydr deactivate nobody@harborlight.example");
  const change = fields.find(({ label }) => label === "Change");
  expect(change?.value).toMatchObject({ selected_option: { value: "deactivate" } });
});

test("a change of an ambiguous name offers the users, chooses none, and goes on with the chosen one", async () => {
  const maya = world().slack.as("maya");
  await maya.command("/incydr add-role ann Alert Emails", { in: APPROVALS });
  const asked = await maya.waitForModal(/You typed/);
  expect(asked.plain).toContain("“ann” matches");
  expect(asked.plain).toContain("You typed /incydr add-role ann Alert Emails");
  const annette = emailOf("annette.karlsson");
  await maya.fill({ "Did you mean one of these?": annette });
  await maya.submit();
  await maya.waitForModal(({ plain }) => plain.includes(annette) && plain.includes("Roles to add"));
  await maya.close();
});

test("an unknown user id is told back as typed", async () => {
  const answer = await refusedCommand(world(), "/incydr user 123456789012345678", {
    by: "maya",
    rejected: { asked: "123456789012345678", fault: "subject_not_found" },
  });
  expect(answer.plain).toContain("Incydr has no user “123456789012345678”.");
});

test("an ambiguous prefix names the users that begin so, and guesses none", async () => {
  const audited = [
    { kind: "attempt.rejected", by: "U0MAYA", details: { asked: "ann", fault: "ambiguous_subject" } },
  ];
  const answer = await refusedCommand(world(), "/incydr user ann", { by: "maya", audited });
  expect(answer.plain).toContain("“ann” matches");
  expect(answer.plain).toContain("Did you mean one of these?");
  expect(answer.plain).toContain(`[${emailOf("annette.karlsson")}]`);
  const shown = await answerToClick(world().slack.as("maya"), emailOf("ann.karlsson"), answer);
  expect(shown.plain).toContain(`Username ${emailOf("ann.karlsson")}`);
});

test("/incydr user without a user asks for one", async () => {
  const maya = world().slack.as("maya");
  const audited = [{ kind: "attempt.rejected", details: { action: "lookup", fault: "no_subject_named" } }];
  const answer = await refusedCommand(world(), "/incydr user", { by: "maya", audited });
  expect(answer.plain).toBe(
    "Name the user: a part of the name, a username (e-mail), an Incydr user id or an @mention.",
  );
  expect(maya.modal()).toBeUndefined();
});

test.for([
  ["deactivate", "deactivate"],
  ["emergency", "emergency"],
  ["move", "move"],
])(
  "/incydr %s without a user opens the form that asks for one, with its change",
  async ([command, change]) => {
    const maya = world().slack.as("maya");
    await maya.command(`/incydr ${command}`, { in: APPROVALS });
    const form = await maya.waitForModal(({ submit }) => submit === "Continue");
    const chosen = { selected_option: { value: change } };
    expect(form.fields.find(({ label }) => label === "Change")?.value).toMatchObject(chosen);
    await maya.close({ all: true });
  },
);

test("a user who is inactive already can't be deactivated again", async () => {
  const { plain } = await refusedForm(world(), `/incydr deactivate ${emailOf("ivy.morton")}`, {
    by: "maya",
    rejected: { change: "deactivate", fault: "nothing_to_do" },
  });
  expect(plain).toContain("ivy.morton@harborlight.example is already inactive. Nothing was requested.");
});

test("an unknown role is told back with names that resemble it", async () => {
  const { plain: notice } = await refusedForm(world(), `/incydr roles ${NADIA} add Alert Mails`, {
    by: "maya",
    rejected: { change: "add_roles", role: "Alert Mails", fault: "unknown_role" },
  });
  expect(notice).toContain("There is no role “Alert Mails”.\nDid you mean Alert Emails?");
});

test("a role that the API client may not assign is refused by its name", async () => {
  const role = "Security Center - Restore";
  const { plain: notice } = await refusedForm(world(), `/incydr roles ${NADIA} add ${role}`, {
    by: "maya",
    rejected: { role, fault: "role_not_assignable" },
  });
  expect(notice).toContain("The bot's API client can't assign the role “Security Center - Restore”.");
});

test.for([
  [
    "add Desktop User",
    "nadia.petrov@harborlight.example already has the role “Desktop User”. Nothing was requested.",
  ],
  [
    "remove Alert Emails",
    "nadia.petrov@harborlight.example doesn't have the role “Alert Emails”. Nothing was requested.",
  ],
])(
  "a role that the user holds already, or doesn't hold, is told from one that can't be assigned: %s",
  async ([typed, told]) => {
    const { plain } = await refusedForm(world(), `/incydr roles ${NADIA} ${typed}`, {
      by: "maya",
      rejected: { fault: "nothing_to_do" },
    });
    expect(plain).toContain(told);
  },
);

test("a role that turns unassignable after the approval fails by its name, and the others are read back", async () => {
  const { slack, incydr } = world();
  const subject = emailOf("pär.öberg");
  const { id, name, card } = await makeRequest(world(), {
    command: `/incydr roles ${subject} add`,
    fields: { "Roles to add": ["Alert Emails", "Watchlist Manager"] },
  });
  const put = incydr.control.hold("PUT /v1/users/*/roles");
  await slack.as("theo").click("Approve", { message: card });
  await put.arrived;
  incydr.control.edit.setRoleAssignable("Watchlist Manager", false);
  put.release();

  const failed = await waitForCard(world(), { id, shows: "Failed." });
  expect(failed.plain).toContain("Watchlist Manager");
  expect(failed.plain).toContain("Not done for: Watchlist Manager.");
  const told = await slack.as("maya").waitForMessage(APPROVALS, new RegExp(`${name} failed`));
  expect(told.plain).toContain("Watchlist Manager");
  await untilQuiet(world());
  expect(incydr.tenant.rolesOf(subject)).toContain("alert-emails");
  expect(incydr.tenant.rolesOf(subject)).not.toContain("watchlist-manager");
  incydr.control.edit.setRoleAssignable("Watchlist Manager", true);
});

test("nobody can request the deactivation of a user under legal hold", async () => {
  const { plain: notice } = await refusedForm(world(), `/incydr deactivate ${emailOf("dario.conti")}`, {
    by: "maya",
    forbidden: { action: "request", policies: ["no-deactivation-under-legal-hold"] },
    about: { subject: emailOf("dario.conti") },
  });
  expect(notice).toContain("This user is under legal hold");
  expect(notice).toContain("Ask Legal to release the hold first");
});

test("an unreadable legal hold is warned of, must be confirmed in the form, and needs two approvals", async () => {
  const { slack, incydr } = world();
  const [maya, theo, priya] = [slack.as("maya"), slack.as("theo"), slack.as("priya")];
  incydr.control.makeLegalHoldUnreadable();
  const subject = emailOf("rolf.brandt");
  const audited = [
    { kind: "subject.looked_up", subject },
    { kind: "attempt.rejected", details: { fault: "invalid_form", fields: ["legal_hold"] } },
  ];
  await expectNoEffect(world(), { by: "maya", audited }, async () => {
    await maya.command(`/incydr deactivate ${subject}`, { in: APPROVALS });
    const form = await maya.waitForModal(/Legal hold is unknown: it could not be read\./);
    expect(form.plain).toContain("Needs approval from 2 other people.");
    await maya.fill({ Reason: "Leaves today" });
    expect(await maya.submit({ skipClientChecks: true })).toMatchObject({
      closed: false,
      errors: {
        "Legal hold unknown": "The bot can't check for a legal hold. Ask Legal, then check this box.",
      },
    });
  });
  await maya.fill({ "Legal hold unknown": ["I have confirmed with Legal that there is no hold"] });
  expect(await maya.submit()).toMatchObject({ closed: true });

  const card = await theo.waitForMessage(APPROVALS, /rolf\.brandt[\s\S]*Needs 2 approvals/);
  expect(card.plain).toContain("Legal hold is unknown: it could not be read.");
  await theo.click("Approve", { message: card });
  await untilQuiet(world());
  expect(theo.current(card)?.plain).toContain("Needs 1 more approval ");
  expect(incydr.tenant.user(subject).active).toBe(true);
  await priya.click("Approve", { message: card });
  await priya.waitForMessage(
    APPROVALS,
    ({ ts, plain }) => ts === card.ts && plain.includes("Done and verified."),
  );
  expect(incydr.tenant.user(subject).active).toBe(false);
});
