import { expect, test } from "vitest";
import { auditEntries, auditKindsOf } from "../support/scenario-audit.ts";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { answerToClick, answerToCommand, refusedClick } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  carryOut,
  emailOf,
  makeRequest,
  newestRequest,
  openForm,
  untilForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
// Longer than the policies permit.
const world = useWorld({ clock, env: { GRANT_DURATIONS: "1h,8h,1d,7d,60d" } });
const person = (name: string) => world().slack.as(name);
const HOUR_MS = 3_600_000;

const rolesOf = (name: string) => [...world().incydr.tenant.rolesOf(emailOf(name))];
const rolesWritten = () =>
  world()
    .incydr.writeLog()
    .filter(({ kind }) => kind === "set_roles").length;
const threadOf = (id: number) =>
  person("theo")
    .sees(APPROVALS)
    .filter(({ threadTs, plain }) => threadTs && plain.startsWith(`CR-${id}`))
    .map(({ plain }) => plain);

/** Maya asks for a role for some time, Theo approves, and the card shows until when the user has it, or what `shows` says. */
async function grant(options: { to: string; role: string; for: string; shows?: string }) {
  const made = await makeRequest(world(), {
    command: `/incydr roles ${emailOf(options.to)} add ${options.role}`,
    fields: { "For how long": options.for },
  });
  return { ...made, card: await approveAndWait(world(), made, { shows: options.shows ?? "Until " }) };
}

/** Moves the clock forward, and waits until all due work is done. */
async function pass(ms: number): Promise<void> {
  await advance(ms);
  await untilQuiet(world());
}

test("a role for eight hours is warned of before its end and removed eight hours after the execution", async () => {
  const before = rolesOf("nadia.petrov");
  const made = await makeRequest(world(), {
    command: `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`,
    fields: { "For how long": "8 hours" },
  });
  const { id, name, card } = made;
  expect(card.plain).toContain(`${name} · Add roles for 8 hours: Alert Emails`);
  expect(card.plain).toContain("Temporary: 8 hours, starting when the change is made");
  await advance(5 * HOUR_MS);
  const given = await approveAndWait(world(), { id, card }, { shows: "Until " });
  expect(given.plain).toContain("Done and verified. ");
  expect(given.buttons).toEqual(["Extend…", "Revoke now", "Undo…"]);
  await untilQuiet(world());
  expect(threadOf(id).at(-1)).toMatch(/verified: .* Until /);

  await pass(5 * HOUR_MS);
  expect(threadOf(id).join()).not.toContain("temporary roles end soon");
  await pass(2 * HOUR_MS);
  await pass(0);
  expect(threadOf(id).filter((said) => said.includes("temporary roles end soon"))).toHaveLength(1);
  expect(rolesOf("nadia.petrov")).toContain("alert-emails");
  await pass(HOUR_MS);
  const over = await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(over.buttons).toEqual([]);
  const [, now, then] = over.plain.split("\n");
  expect(now).toContain("↩️ Removed ");
  expect(then).toContain(`Done and verified. ${emailOf("nadia.petrov")} had`);
  expect(rolesOf("nadia.petrov").sort()).toEqual(before.sort());
  await untilQuiet(world());
  const warned = person("theo")
    .sees(APPROVALS)
    .find(({ plain }) => plain.startsWith(`${name}: this warning about temporary roles no longer applies.`));
  expect(warned?.buttons).toEqual([]);
  expect(threadOf(id).at(-1)).toContain(
    `${name}: temporary roles removed and verified. ${emailOf("nadia.petrov")} no longer has Alert Emails.`,
  );
  expect((await auditKindsOf(world(), name)).slice(-5)).toEqual([
    "grant.active",
    "request.done",
    "grant.warned",
    "grant.revoking",
    "grant.revoked",
  ]);
});

test("more time for a role is a request with its own approval, and the role ends with its last grant", async () => {
  const { id, name } = await grant({ to: "sam.ortega", role: "Alert Emails", for: "8 hours" });
  await pass(6.5 * HOUR_MS);
  const warning = await person("maya").waitForMessage(APPROVALS, `${name}: temporary roles end soon`);
  expect(warning.buttons).toEqual(["Extend…", "Revoke now"]);
  await person("maya").click("Extend…", { message: warning });
  const form = await untilForm(person("maya"));
  expect(form.plain).toContain("Temporary roles. To extend one, choose it again.");
  expect(form.plain).toContain("Roles to add: [Alert Emails]");
  expect(form.plain).toContain("For how long: [8 hours]");
  const offered = form.fields.find(({ label }) => label === "For how long")?.options;
  expect(offered).toEqual(["Permanently", "1 hour", "8 hours", "1 day", "7 days"]);
  await person("maya").fill({ Reason: "Not done yet", "For how long": "1 day", "Notify approvers": "theo" });
  await person("maya").submit();
  const more = await newestRequest(world());
  const writes = rolesWritten();
  const pending = await waitForCard(world(), { id: more, shows: "Pending" });
  expect(pending.plain).toContain("Invited to approve @Theo Okafor");
  await approveAndWait(world(), { id: more, card: pending }, { shows: "Until " });
  expect(rolesWritten()).toBe(writes);

  await pass(2 * HOUR_MS);
  const first = await waitForCard(world(), { id, shows: "This request removes nothing" });
  expect(first.plain).toContain(`CR-${more} gives the role until`);
  expect(rolesOf("sam.ortega")).toContain("alert-emails");
  await pass(24 * HOUR_MS);
  await waitForCard(world(), { id: more, shows: "↩️ Removed " });
  expect(rolesOf("sam.ortega")).not.toContain("alert-emails");
  expect(rolesWritten()).toBe(writes + 1);
});

test("a role that was held before, was given for good since or is gone already is not removed", async () => {
  const { incydr } = world();
  const user = emailOf("ann.karlsson");
  const role = "Insider Risk Read Only";
  // Another person gives the role in the console before the request is executed.
  const held = await makeRequest(world(), {
    command: `/incydr roles ${user} add Alert Emails`,
    fields: { "For how long": "1 hour" },
  });
  incydr.control.edit.setRoles(user, ["Desktop User", "PROe User", "Alert Emails"]);
  const kept = await approveAndWait(world(), held, { shows: "Kept at the end" });
  expect(kept.plain).toContain("No change needed.");

  // Given permanently, while the user has the role for an hour.
  const { id } = await grant({ to: "ann.karlsson", role, for: "1 hour" });
  const forGood = await grant({ to: "ann.karlsson", role, for: "Permanently", shows: "" });
  const card = await waitForCard(world(), { id, shows: `${forGood.name} gave the role for good` });
  expect(card.buttons).not.toContain("Revoke now");

  // An administrator removes the role in the console.
  const gone = await grant({ to: "ann.karlsson", role: "Watchlist Manager", for: "1 hour" });
  incydr.control.edit.setRoles(user, ["Desktop User", "PROe User", "Alert Emails", role]);
  const writes = rolesWritten();
  await pass(2 * HOUR_MS);
  await waitForCard(world(), { id: gone.id, shows: "somebody else took it away" });
  expect(rolesWritten()).toBe(writes);
  expect(rolesOf("ann.karlsson")).toEqual(expect.arrayContaining(["alert-emails", "insider-risk-read-only"]));
});

test("a freeze delays the end of a temporary role", async () => {
  const { id } = await grant({ to: "annette.karlsson", role: "Alert Emails", for: "1 hour" });
  const theo = person("theo");
  await answerToCommand(theo, "/incydr freeze");
  await pass(2 * HOUR_MS);
  await waitForCard(world(), {
    id,
    shows: "Not confirmed yet. Waiting: all changes are frozen.",
  });
  expect(rolesOf("annette.karlsson")).toContain("alert-emails");
  await answerToCommand(theo, "/incydr unfreeze");
  await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(rolesOf("annette.karlsson")).not.toContain("alert-emails");
});

test("a removal that Incydr refuses is tried again, escalated in the digest, and succeeds later", async () => {
  const { incydr } = world();
  const { id, name } = await grant({ to: "rolf.brandt", role: "Alert Emails", for: "1 hour" });
  incydr.control.addFault({ kind: "status", status: 403, problem: "FORBIDDEN", on: "PUT /v1/users/**" });
  await pass(HOUR_MS + 1_000);
  await waitForCard(world(), { id, shows: "1 attempt failed" });
  await pass(16 * 60_000);
  const digest = await person("theo").waitForMessage(
    APPROVALS,
    /Temporary roles could not be removed at their end/,
  );
  expect(digest.plain).toContain(name);
  expect(digest.plain).toContain("@insider-risk-leads");
  expect(digest.plain).not.toContain("rolf.brandt");
  await untilQuiet(world());
  expect(threadOf(id).filter((said) => said.includes("roles could not be removed yet"))).toHaveLength(1);
  incydr.control.clearFaults();
  // The time passes only until the next attempt, and not until the leads are notified again.
  await pass(60_000);
  await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(rolesOf("rolf.brandt")).not.toContain("alert-emails");
  const kinds = await auditKindsOf(world(), name);
  expect(kinds.filter((kind) => kind === "grant.attempt_failed").length).toBeGreaterThan(1);
  expect(kinds.filter((kind) => kind === "grant.escalated")).toHaveLength(1);
  expect(kinds.at(-1)).toBe("grant.revoked");
});

test("a removal whose answer is lost is found by reading, and sent once", async () => {
  const { incydr } = world();
  const { id } = await grant({ to: "rolf.brandt", role: "Watchlist Manager", for: "1 hour" });
  const writes = rolesWritten();
  incydr.control.loseAnswers("PUT /v1/users/**");
  await pass(2 * HOUR_MS);
  await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(rolesWritten()).toBe(writes + 1);
});

test("only a person whom the policies let ends a temporary role early, and once", async () => {
  const { id, name, card } = await grant({ to: "nadia.petrov", role: "Watchlist Manager", for: "7 days" });
  await person("maya").command(`/incydr grants ${emailOf("nadia.petrov")}`, { in: APPROVALS });
  await person("maya").waitForMessage(APPROVALS, new RegExp(`Watchlist Manager, ${name}, until`));
  await world().slack.admin.removeFromGroup("insider-risk-analysts", "noor");
  await advance(31_000);
  const list = await answerToCommand(person("noor"), "/incydr grants");
  expect(list.plain).not.toContain("nadia.petrov");
  await refusedClick(world(), "Revoke now", card, {
    by: "noor",
    forbidden: { action: "revoke" },
    about: { request: name },
  });

  await person("jonas").click("Revoke now", { message: card });
  const over = await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(over.plain).toContain("↩️ Removed early by @Jonas Weber");
  expect(rolesOf("nadia.petrov")).not.toContain("watchlist-manager");
  const { plain } = await answerToClick(person("theo"), "Revoke now", card, { stale: true });
  expect(plain).toBe(`${name} has no temporary role left. Your click changed nothing.`);
  expect(await auditEntries(world())).toContainEqual(
    expect.objectContaining({ kind: "grant.revoking", by: "U0JONAS" }),
  );
});

test("the requester who can't see the thread is warned of the end by direct message, and never the subject", async () => {
  const restricted = "insider-risk-restricted";
  const command = `/incydr roles ${emailOf("lena.fischer")} add Alert Emails`;
  const fields = { "For how long": "8 hours" };
  // Lena is a member of the approvals channel, so the card is not there.
  const { id, name, card } = await makeRequest(world(), { command, fields, cardIn: restricted });
  await approveAndWait(world(), { id, card }, { in: restricted, shows: "Until " });
  await pass(7 * HOUR_MS);
  const warning = await person("maya").waitForMessage("dm", `${name}: temporary roles end soon`);
  await person("maya").click("Extend…", { message: warning });
  const form = await untilForm(person("maya"));
  expect(form.plain).toContain("Roles to add: [Alert Emails]");
  await person("maya").close({ all: true });
  await person("maya").click("Revoke now", { message: warning });
  await person("maya").waitForMessage("dm", `${name}: temporary roles removed and verified`);
  expect(rolesOf("lena.fischer")).not.toContain("alert-emails");
  for (const place of [APPROVALS, restricted, "dm", "general"])
    expect(person("lena").transcript(place)).not.toContain(name);
});

test("a replacement that keeps a temporary role leaves it its end, and no undo gives it for good", async () => {
  const maya = person("maya");
  const who = emailOf("sam.ortega");
  const { id, name } = await grant({ to: "sam.ortega", role: "Alert Emails", for: "1 hour" });
  const form = await openForm(maya, `/incydr roles ${who} set`);
  expect(form.plain).toContain("If you keep one in the list, it is still removed at its end.");
  expect(form.plain).toContain(`Alert Emails, ${name}, until`);
  await maya.fill({ "New set of roles": ["Alert Emails", "Watchlist Manager"], Reason: "Moves on" });
  await maya.submit();
  const replacement = await newestRequest(world());
  const card = await waitForCard(world(), { id: replacement });
  expect(card.plain).toContain(`Still temporary Alert Emails: ${name} will remove it on`);
  await approveAndWait(world(), { id: replacement, card });
  await pass(2 * HOUR_MS);
  await waitForCard(world(), { id, shows: "↩️ Removed " });
  expect(rolesOf("sam.ortega")).toEqual(["watchlist-manager"]);

  await grant({ to: "sam.ortega", role: "Alert Emails", for: "8 hours" });
  const removal = await carryOut(world(), { command: `/incydr roles ${who} remove Alert Emails` });
  await maya.command(`/incydr undo ${removal.name}`, { in: APPROVALS });
  await maya.waitForModal(({ plain }) => plain.includes("Make a new request for them."));
});
