import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { acceptPolicies } from "../../src/cli/program.ts";
import { type AuditedEntry, auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerTo, expectNoEffect } from "../support/scenario-effects.ts";
import { APPROVALS, deny, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { runPutOff, untilQuiet, useWorld } from "../support/scenario-world.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "incydr-chatops-policies-"));
cpSync("policies", FOLDER, { recursive: true });
afterAll(() => rmSync(FOLDER, { recursive: true }));

const EXECUTE = join(FOLDER, "50-execute.cedar");
const world = useWorld({ env: { POLICIES_DIR: FOLDER } });
let after = 0;
beforeEach(async () => {
  after = await auditLength(world());
});

/** Changes a policy file, and waits until the audit log has an entry of this kind. */
async function change(file: string, edit: (text: string) => string, kind: string): Promise<AuditedEntry> {
  await writeFile(file, edit(await readFile(file, "utf8")));
  return audited(kind);
}

async function audited(kind: string): Promise<AuditedEntry> {
  const entries = async () => (await auditEntries(world(), { after })).filter((entry) => entry.kind === kind);
  await expect.poll(async () => (await entries()).length, { interval: 20 }).toBe(1);
  const [entry] = await entries();
  if (!entry) throw new Error("There is no entry.");
  return entry;
}

test("a changed policy file decides without a restart, and a waiting request needs the stricter of both", async () => {
  const { slack } = world();
  const command = `/incydr roles ${emailOf("nadia.petrov")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  await change(
    EXECUTE,
    (text) => text.replace("context.approvals < 1", "context.approvals < 2"),
    "policies.recorded",
  );
  await slack.as("theo").click("Approve", { message: card });
  const waiting = await waitForCard(world(), { id, shows: /1 of 2|Needs 1|2 approvals/ });
  await untilQuiet(world());
  expect(world().incydr.writeLog()).toEqual([]);
  await slack.as("priya").click("Approve", { message: waiting });
  await waitForCard(world(), { id, shows: "Done and verified" });
});

test("a policy file broken while a request waits is refused with file and line, audited and logged; the last good ones decide on", async () => {
  const command = `/incydr roles ${emailOf("pär.öberg")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  after = await auditLength(world());
  const refused = await change(EXECUTE, (text) => `${text}\nforbid (broken`, "policies.refused");
  expect(refused.details).toEqual({ faults: [expect.stringMatching(/^50-execute\.cedar:\d+: .+/)] });
  expect(
    world().log.some((line) =>
      line.includes("Changed policies were refused. The policies in `kept` stay in force."),
    ),
  ).toBe(true);
  for (const lead of ["theo", "priya"]) {
    await world().slack.as(lead).click("Approve", { message: card });
    await untilQuiet(world());
  }
  await waitForCard(world(), { id, shows: "Done and verified" });
  await change(EXECUTE, (text) => text.replace("\nforbid (broken", "\n// mended"), "policies.recorded");
});

test("a second request about one user says that the first is open, and is refused where a policy says so", async () => {
  const { slack } = world();
  const maya = slack.as("maya");
  const about = (role: string) => `/incydr roles ${emailOf("ann.karlsson")} add ${role}`;
  const first = await makeRequest(world(), { command: about("Alert Emails") });
  await maya.command(about("Watchlist Manager"), { in: APPROVALS });
  const form = await maya.waitForModal(({ submit }) => submit === "Request approval");
  expect(form.plain).toContain(`Other open requests for this user: ${first.name}.`);
  await maya.fill({ Reason: "Asked by a test" });
  await maya.submit();
  const second = await waitForCard(world(), { id: first.id + 1 });
  expect(second.plain).toContain(`Other open requests at that time ${first.name}`);
  expect(first.card.plain).not.toContain("Other open requests");
  const created = (await auditEntries(world(), { after })).filter(({ kind }) => kind === "request.created");
  expect(created.map(({ details }) => details.othersOpen)).toEqual([undefined, [first.name]]);

  const alone = `
    @id("one-at-a-time") @reason("Something else is open about this user.")
    forbid (principal, action == Incydr::Action::"request", resource) when { context.othersOpen > 0 };`;
  await change(EXECUTE, (text) => `${text}${alone}`, "policies.recorded");
  await maya.command(about("Insider Risk Analyst"), { in: APPROVALS });
  await maya.waitForModal(/Something else is open about this user\./);
  await maya.close();
  await untilQuiet(world());
  after = await auditLength(world());
  await change(EXECUTE, (text) => text.replace(alone, "\n// Any number."), "policies.recorded");
});

test("the policies are told where it is, whenever something is requested, decided or carried out", async () => {
  const { slack } = world();
  const told = `
    @id("told-where") @reason("It isn't known where this is.")
    forbid (principal, action in [${["request", "approve", "deny", "execute", "cancel"].map((action) => `Incydr::Action::"${action}"`).join()}], resource)
    unless { context has channel && context.channel.private && !context.channel.shared && context.channel.allowed };`;
  await change(EXECUTE, (text) => `${text}${told}`, "policies.recorded");
  const ask = (who: string) =>
    makeRequest(world(), { command: `/incydr roles ${emailOf(who)} add Alert Emails` });
  const { id } = await ask("victor.hale+lab");
  for (const lead of ["theo", "priya"]) {
    await slack.as(lead).click("Approve", { message: await waitForCard(world(), { id }) });
    await untilQuiet(world());
  }
  await waitForCard(world(), { id, shows: "Done and verified" });
  const [denied, cancelled] = [await ask("sam.ortega"), await ask("rolf.brandt")];
  await deny(slack.as("theo"), denied.card);
  await waitForCard(world(), { id: denied.id, shows: "Denied." });
  await slack.as("priya").click("Cancel request", { message: cancelled.card });
  await waitForCard(world(), { id: cancelled.id, shows: "Cancelled by @Priya Raman on " });
  after = await auditLength(world());
  await change(EXECUTE, (text) => text.replace(told, "\n// It is known."), "policies.recorded");
});

test("a folder that has lost a whole file, as one that is being copied, is refused; the last good ones decide on", async () => {
  const { slack } = world();
  const text = await readFile(EXECUTE, "utf8");
  await rm(EXECUTE);
  const refused = await audited("policies.refused");
  expect(refused.details).toEqual({
    faults: [expect.stringMatching(/^50-execute\.cedar: the file is missing, .*policy accept/)],
  });
  const command = `/incydr roles ${emailOf("rolf.brandt")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  expect(card.plain).toContain("Needs 2 approvals");
  await slack.as("theo").click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "Needs 1 approval " });
  await writeFile(EXECUTE, text);
});

test("a rule that forbade something when it was requested binds it also after it was taken back", async () => {
  const { slack } = world();
  const notTheo = `
    @id("not-theo") @reason("Theo is on leave.")
    forbid (principal == Incydr::Person::"U0THEO", action == Incydr::Action::"approve", resource);`;
  await change(EXECUTE, (text) => `${text}${notTheo}`, "policies.recorded");
  const command = `/incydr roles ${emailOf("dario.conti")} add Alert Emails`;
  const { id, name, card } = await makeRequest(world(), { command });
  after = await auditLength(world());
  await change(EXECUTE, (text) => text.replace(notTheo, "\n// Theo is back."), "policies.recorded");
  const theo = slack.as("theo");
  const audit = [
    { kind: "attempt.forbidden", by: "U0THEO", request: name, details: { policies: ["not-theo"] } },
  ];
  await expectNoEffect(world(), { by: "theo", audited: audit }, async () => {
    const { plain } = await answerTo(theo, APPROVALS, () => theo.click("Approve", { message: card }));
    expect(plain).toContain("Theo is on leave.");
    expect(plain).toContain("that still binds it");
  });
  await deny(theo, card);
  await waitForCard(world(), { id, shows: "Denied." });
});

test("a replica whose policies were superseded keeps clicks, takes no request and carries nothing out until they decide again", async () => {
  const { slack, db, incydr } = world();
  const [maya, jonas] = [slack.as("maya"), slack.as("jonas")];
  const written = incydr.writeLog().length;
  const ask = (who: string) =>
    makeRequest(world(), { command: `/incydr roles ${emailOf(who)} add Alert Emails` });
  const approved = await ask("annette.karlsson");
  await answerTo(jonas, APPROVALS, () => jonas.command("/incydr freeze", { in: APPROVALS }));
  for (const lead of ["theo", "priya"]) {
    const card = await waitForCard(world(), { id: approved.id });
    await slack.as(lead).click("Approve", { message: card });
    await untilQuiet(world());
  }
  await waitForCard(world(), { id: approved.id, shows: "Waiting: all changes are frozen." });
  const pending = await ask("dario.conti");
  await world().stopBot();
  await db.query("delete from write_freeze");
  await db.query("insert into policy_versions (hash, recorded_at) values ('another', now())");
  await world().startBot();

  await waitForCard(world(), { id: approved.id, shows: "Waiting: the bot's policies are being updated" });
  const theo = slack.as("theo");
  const { plain } = await answerTo(theo, APPROVALS, () => theo.click("Approve", { message: pending.card }));
  expect(plain).toContain("Your click is saved");
  const refused = await answerTo(maya, APPROVALS, () =>
    maya.command(`/incydr deactivate ${emailOf("rolf.brandt")}`, { in: APPROVALS }),
  );
  expect(refused.plain).toContain("The bot's policies are being updated. Nothing was done.");
  expect((await waitForCard(world(), { id: pending.id })).plain).toContain("Needs 2 approvals");
  expect(incydr.writeLog()).toHaveLength(written);

  after = await auditLength(world());
  const { ok } = await acceptPolicies(FOLDER, world().env.DATABASE_URL ?? "");
  expect(ok).toBe(true);
  expect((await audited("policies.recorded")).by).toMatch(/^cli:/);
  await runPutOff(world());
  await waitForCard(world(), { id: approved.id, shows: "Done and verified" });
  await waitForCard(world(), { id: pending.id, shows: "Needs 1 approval " });
});

test("what was checked under policies that were changed meanwhile is checked anew before it is written", async () => {
  const { slack, incydr } = world();
  const command = `/incydr roles ${emailOf("ann.karlsson")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  const written = incydr.writeLog().length;
  await slack.as("theo").click("Approve", { message: card });
  // Before the write Maya, Theo and then Priya are looked for: while Priya is, Theo has been judged.
  let held = incydr.control.hold("GET /v1/users");
  await slack.as("priya").click("Approve", { message: card });
  for (let judged = 0; judged < 2; judged += 1) {
    await held.arrived;
    const next = incydr.control.hold("GET /v1/users");
    held.release();
    held = next;
  }
  await held.arrived;
  const withoutTheo = `
    @id("not-theo") @reason("Theo is on leave.")
    forbid (principal == Incydr::Person::"U0THEO", action == Incydr::Action::"approve", resource);`;
  await change(EXECUTE, (text) => `${text}${withoutTheo}`, "policies.recorded");
  held.release();
  await waitForCard(world(), { id, shows: "(no longer counts)" });
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(written);
});
