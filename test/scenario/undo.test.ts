import { expect, test } from "vitest";
import { auditEntries } from "../support/scenario-audit.ts";
import { expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, newestRequest, waitForCard } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";

const world = useWorld();

/** Asks for a change, has it approved, and waits for its outcome. */
async function carriedOut(command: string, shows = "Done and verified.", fields = {}) {
  const { id, card } = await makeRequest(world(), { command, fields });
  await world().slack.as("theo").click("Approve", { message: card });
  // A privileged role needs two approvals.
  if (card.plain.includes("Needs 2")) await world().slack.as("priya").click("Approve", { message: card });
  return { id, card: await waitForCard(world(), { id, shows }) };
}

const formFor = (key: string) =>
  world()
    .slack.as(key)
    .waitForModal(({ submit }) => submit === "Request approval");

async function submitAndApprove(key: string) {
  const { slack } = world();
  await slack.as(key).fill({ Reason: "It was a mistake", "Notify approvers": "theo" });
  await slack.as(key).submit();
  const id = await newestRequest(world());
  const card = await waitForCard(world(), { id, shows: "Invited to approve @Theo Okafor" });
  await slack.as("theo").click("Approve", { message: card });
  return { id, card: await waitForCard(world(), { id, shows: "Done and verified." }) };
}

test("a request from the card undoes a deactivation, and says what isn't restored", async () => {
  const { slack, incydr } = world();
  const who = emailOf("nadia.petrov");
  const first = await carriedOut(`/incydr deactivate ${who}`);
  expect(first.card.buttons).toEqual(["Undo…"]);
  await slack.as("noor").click("Undo…", { message: first.card });
  const form = await formFor("noor");
  expect(form.title).toBe(`Undo CR-${first.id}`);
  for (const words of [
    "Change Activate",
    "The user was not monitored while the account was inactive.",
    "The user may no longer be on these watchlists: Departing employees.",
    "Needs approval from 1 other person.",
  ])
    expect(form.plain).toContain(words);
  const undo = await submitAndApprove("noor");
  expect(undo.card.plain).toContain(`Undo of CR-${first.id}`);
  expect(incydr.tenant.user(who).active).toBe(true);
  const undone = await waitForCard(world(), { id: first.id, shows: "Undone by" });
  const [, now, then] = undone.plain.split("\n");
  expect(now).toMatch(
    new RegExp(`^↩️ Undone by CR-${undo.id} on [^.]+\\. Verified at that time: ${who} was active\\.`),
  );
  expect(then).toContain(`Done and verified. ${who} was deactivated at that time.`);
  expect(undone.buttons).toEqual([]);
  const created = (await auditEntries(world())).find(
    ({ kind, request }) => kind === "request.created" && request === `CR-${undo.id}`,
  );
  expect(created?.details).toMatchObject({ change: "activate", undoes: `CR-${first.id}` });
});

test("a request by command undoes a move", async () => {
  const { slack, incydr } = world();
  const who = emailOf("ann.karlsson");
  const { id } = await carriedOut(`/incydr move ${who} Legal`);
  await slack.as("maya").command(`/incydr undo CR-${id}`, { in: APPROVALS });
  expect((await formFor("maya")).plain).toContain("Move to Engineering");
  await submitAndApprove("maya");
  expect(incydr.tenant.orgOf(who).orgName).toBe("Engineering");
});

test("an undo of a change of roles that was done in part undoes only that part", async () => {
  const { slack, incydr } = world();
  const who = emailOf("annette.karlsson");
  incydr.control.edit.setRoles(who, ["Desktop User", "PROe User", "Security Center - Restore"]);
  incydr.control.setReadings({ omittedUnassignableRole: "kept" });
  const fields = { "Roles to remove": ["PROe User", "Security Center - Restore"] };
  const { card } = await carriedOut(`/incydr roles ${who} remove`, "Failed.", fields);
  expect(card.plain).toContain("Done for: PROe User. Not done for: Security Center - Restore.");
  await slack.as("maya").click("Undo…", { message: card });
  expect((await formFor("maya")).plain).toContain("Change Add roles: PROe User");
  await submitAndApprove("maya");
  expect([...incydr.tenant.rolesOf(who)].sort()).toEqual([
    "desktop-user",
    "proe-user",
    "security-center-restore",
  ]);
});

test.each([
  ["CR-1", "The change of CR-1 is no longer in effect", "nothing_to_undo"],
  ["CR-999", "There is no CR-999 that you can see.", "request_not_found"],
])("/incydr undo %s is refused: %s", async (name, words, fault) => {
  const maya = world().slack.as("maya");
  await expectNoEffect(world(), { by: "maya", rejected: { fault } }, async () => {
    await maya.command(`/incydr undo ${name}`, { in: APPROVALS });
    await maya.waitForModal(({ plain }) => plain.includes(words));
  });
});

test("a person who may not request changes can't undo one", async () => {
  const theo = world().slack.as("theo");
  const { card } = await carriedOut(`/incydr deactivate ${emailOf("pär.öberg")}`);
  await expectNoEffect(world(), { by: "theo", forbidden: { action: "request" } }, async () => {
    await theo.click("Undo…", { message: card });
    await theo.waitForModal(({ plain }) => plain.includes("You don't have permission to request changes."));
  });
});
