import { expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { expectNoEffect } from "../support/scenario-effects.ts";
import { approveAndWait, emailOf, makeRequest, openForm, waitForCard } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const SET = "New set of roles";
const world = useWorld();

const formOf = async (who: string) => {
  const maya = world().slack.as("maya");
  return openForm(maya, `/incydr roles ${who} set`);
};

test("an approved request replaces the whole set of roles, and its card shows the gained and lost ones", async () => {
  const { slack, incydr } = world();
  const who = emailOf("nadia.petrov");
  const form = await formOf(who);
  const field = form.fields.find(({ label }) => label === SET);
  expect(field?.shown).toBe("Desktop User, PROe User");
  expect(field?.options).toContain("Alert Emails");
  const maya = slack.as("maya");
  await maya.fill({ [SET]: ["Desktop User", "Alert Emails"], Reason: "Reviews alerts instead" });
  await maya.submit();
  const card = await waitForCard(world(), { id: 1 });
  for (const line of ["Adds Alert Emails", "Removes PROe User"])
    expect(card.plain.split("\n")).toContain(line);
  const done = await approveAndWait(world(), { id: 1, card });
  expect(done.plain).toContain(`${who} now has exactly these roles: Desktop User, Alert Emails.`);
  expect([...incydr.tenant.rolesOf(who)].sort()).toEqual(["alert-emails", "desktop-user"]);
  expect(incydr.writeLog()).toMatchObject([{ kind: "set_roles", applied: true }]);
  expect((await auditEntries(world())).find(({ kind }) => kind === "request.created")?.details).toMatchObject(
    {
      roles: ["Desktop User", "Alert Emails"],
      gained: ["Alert Emails"],
      lost: ["PROe User"],
    },
  );
});

test.each([
  [
    "the roles that are held already",
    ["Desktop User", "PROe User"],
    "The user already has exactly these roles.",
  ],
  ["no role at all", [], "Choose at least one role."],
])("a request for %s is refused next to the field", async (_what, roles, error) => {
  await formOf(emailOf("ann.karlsson"));
  const maya = world().slack.as("maya");
  await maya.fill({ [SET]: roles, Reason: "No reason" });
  await expectNoEffect(world(), { by: "maya", rejected: { fault: "invalid_form" } }, async () => {
    const { errors } = await maya.submit({ skipClientChecks: true });
    expect(JSON.stringify(errors)).toContain(error);
  });
});

test("a replacement by a privileged role needs two approvals, and the card says who is e-mailed", async () => {
  const who = emailOf("ann.karlsson");
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${who} set`,
    fields: { [SET]: ["Desktop User", "PROe User", "Org Admin"] },
  });
  expect(card.plain).toContain("Needs 2 approvals");
  expect(card.plain).toContain("• Privileged roles: Org Admin.");
  expect(card.plain).toContain("Incydr e-mails every Customer Cloud Admin about this privileged role.");
  for (const lead of ["theo", "priya"]) await world().slack.as(lead).click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "Done and verified." });
});

test("a replacement that Incydr does in part has failed, role by role", async () => {
  const { slack, incydr } = world();
  const who = "victor.hale+lab@harborlight.example";
  incydr.control.edit.setRoles(who, ["Desktop User", "PROe User", "Security Center - Restore"]);
  incydr.control.setReadings({ omittedUnassignableRole: "kept" });
  const { id, card } = await makeRequest(world(), {
    command: `/incydr roles ${who} set`,
    fields: { [SET]: ["Desktop User", "Alert Emails"] },
  });
  for (const lead of ["theo", "priya"]) await slack.as(lead).click("Approve", { message: card });
  const failed = await waitForCard(world(), { id, shows: "Failed." });
  expect(failed.plain).toContain(
    "Done for: Alert Emails, PROe User. Not done for: Security Center - Restore.",
  );
  expect([...incydr.tenant.rolesOf(who)].sort()).toEqual([
    "alert-emails",
    "desktop-user",
    "security-center-restore",
  ]);
});
