import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { acceptPolicies } from "../../src/cli/program.ts";
import { type AuditedEntry, auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerToClick, answerToCommand, refusedClick } from "../support/scenario-effects.ts";
import {
  APPROVALS,
  approveAndWait,
  deny,
  emailOf,
  type MadeRequest,
  makeRequest,
  openForm,
  waitForCard,
} from "../support/scenario-requests.ts";
import { runPutOff, untilQuiet, useWorld } from "../support/scenario-world.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "incydr-chatops-policies-"));
cpSync("policies", FOLDER, { recursive: true });
afterAll(() => rmSync(FOLDER, { recursive: true }));

const EXECUTE = join(FOLDER, "50-execute.cedar");
const world = useWorld({ env: { POLICIES_DIR: FOLDER } });
const ask = (who: string) =>
  makeRequest(world(), { command: `/incydr roles ${emailOf(who)} add Alert Emails` });

/** Does something to the policy file, and waits until the audit log has an entry of this kind about it. */
async function whenAudited(kind: string, act: () => Promise<unknown>): Promise<AuditedEntry> {
  const after = await auditLength(world());
  await act();
  const entries = async () => (await auditEntries(world(), { after })).filter((entry) => entry.kind === kind);
  await expect.poll(async () => (await entries()).length, { interval: 20 }).toBe(1);
  const [entry] = await entries();
  if (!entry) throw new Error("There is no entry.");
  return entry;
}

/** Changes the policy file, and waits until its audit entry. */
function change(edit: (text: string) => string, kind = "policies.recorded"): Promise<AuditedEntry> {
  return whenAudited(kind, async () => writeFile(EXECUTE, edit(await readFile(EXECUTE, "utf8"))));
}
const add = (rule: string) => change((text) => `${text}${rule}`);
/** Replaces a rule by a comment, because restoring the earlier text would give superseded policies. */
const takeBack = (rule: string, comment: string) => change((text) => text.replace(rule, `\n// ${comment}`));

/** Both leads approve a request, one after the other. */
async function bothApprove({ id }: Pick<MadeRequest, "id">): Promise<void> {
  for (const lead of ["theo", "priya"]) {
    await world()
      .slack.as(lead)
      .click("Approve", { message: await waitForCard(world(), { id }) });
    await untilQuiet(world());
  }
}

const NOT_THEO = `
    @id("not-theo") @reason("Theo is on leave.")
    forbid (principal == Incydr::Person::"U0THEO", action == Incydr::Action::"approve", resource);`;

test("a changed policy file decides without a restart, and a waiting request needs the stricter of both", async () => {
  const { id, card } = await ask("nadia.petrov");
  await change((text) => text.replace("context.approvals < 1", "context.approvals < 2"));
  const waiting = await approveAndWait(world(), { id, card }, { shows: /1 of 2|Needs 1|2 approvals/ });
  await untilQuiet(world());
  expect(world().incydr.writeLog()).toEqual([]);
  await approveAndWait(world(), { id, card: waiting }, { by: "priya", shows: "Done and verified" });
});

test("a policy file broken while a request waits is refused with file and line, audited and logged; the last good ones decide on", async () => {
  const { id } = await ask("pär.öberg");
  const refused = await change((text) => `${text}\nforbid (broken`, "policies.refused");
  expect(refused.details).toEqual({ faults: [expect.stringMatching(/^50-execute\.cedar:\d+: .+/)] });
  expect(
    world().log.some((line) =>
      line.includes("Changed policies were refused. This replica keeps the policies in `kept`."),
    ),
  ).toBe(true);
  await bothApprove({ id });
  await waitForCard(world(), { id, shows: "Done and verified" });
  await change((text) => text.replace("\nforbid (broken", "\n// mended"));
});

test("a second request about one user says that the first is open, and is refused where a policy says so", async () => {
  const maya = world().slack.as("maya");
  const after = await auditLength(world());
  const about = (role: string) => `/incydr roles ${emailOf("ann.karlsson")} add ${role}`;
  const first = await makeRequest(world(), { command: about("Alert Emails") });
  const form = await openForm(maya, about("Watchlist Manager"));
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
  await add(alone);
  await maya.command(about("Insider Risk Analyst"), { in: APPROVALS });
  await maya.waitForModal(/Something else is open about this user\./);
  await maya.close();
  await untilQuiet(world());
  await takeBack(alone, "Any number.");
});

test("the policies are told the channel whenever something is requested, decided or carried out", async () => {
  const { slack } = world();
  const told = `
    @id("told-where") @reason("It isn't known where this is.")
    forbid (principal, action in [${["request", "approve", "deny", "execute", "cancel"].map((action) => `Incydr::Action::"${action}"`).join()}], resource)
    unless { context has channel && context.channel.private && !context.channel.shared && context.channel.allowed };`;
  await add(told);
  const { id } = await ask("victor.hale+lab");
  await bothApprove({ id });
  await waitForCard(world(), { id, shows: "Done and verified" });
  const [denied, cancelled] = [await ask("sam.ortega"), await ask("rolf.brandt")];
  await deny(slack.as("theo"), denied.card);
  await waitForCard(world(), { id: denied.id, shows: "Denied." });
  await slack.as("priya").click("Cancel request", { message: cancelled.card });
  await waitForCard(world(), { id: cancelled.id, shows: "Cancelled by @Priya Raman on " });
  await takeBack(told, "It is known.");
});

test("a folder that has lost a whole file, as one that is being copied, is refused; the last good ones decide on", async () => {
  const text = await readFile(EXECUTE, "utf8");
  const refused = await whenAudited("policies.refused", () => rm(EXECUTE));
  expect(refused.details).toEqual({
    faults: [expect.stringMatching(/^50-execute\.cedar: the file is missing, .*policy accept/)],
  });
  const { id, card } = await ask("rolf.brandt");
  expect(card.plain).toContain("Needs 2 approvals");
  await approveAndWait(world(), { id, card }, { shows: "Needs 1 more approval " });
  await writeFile(EXECUTE, text);
});

test("a rule that forbade something when it was requested binds it also after it was taken back", async () => {
  await add(NOT_THEO);
  const { id, name, card } = await ask("dario.conti");
  await takeBack(NOT_THEO, "Theo is back.");
  const { plain } = await refusedClick(world(), "Approve", card, {
    by: "theo",
    forbidden: { policies: ["not-theo"] },
    about: { request: name },
  });
  expect(plain).toContain("Theo is on leave.");
  expect(plain).toContain("that still binds it");
  await deny(world().slack.as("theo"), card);
  await waitForCard(world(), { id, shows: "Denied." });
});

test("a replica whose policies were superseded keeps clicks, takes no request and carries nothing out until they decide again", async () => {
  const { slack, db, incydr } = world();
  const [maya, jonas] = [slack.as("maya"), slack.as("jonas")];
  const written = incydr.writeLog().length;
  const approved = await ask("annette.karlsson");
  await answerToCommand(jonas, "/incydr freeze");
  await bothApprove(approved);
  await waitForCard(world(), { id: approved.id, shows: "Waiting: all changes are frozen." });
  const pending = await ask("dario.conti");
  await world().stopBot();
  await db.query("delete from write_freeze");
  await db.query("insert into policy_versions (hash, recorded_at) values ('another', now())");
  await world().startBot();

  await waitForCard(world(), { id: approved.id, shows: "Waiting: the bot's policies are being updated" });
  const theo = slack.as("theo");
  const { plain } = await answerToClick(theo, "Approve", pending.card);
  expect(plain).toContain("Your click is saved");
  const refused = await answerToCommand(maya, `/incydr deactivate ${emailOf("rolf.brandt")}`);
  expect(refused.plain).toContain("The bot's policies are being updated. Nothing was done.");
  expect((await waitForCard(world(), { id: pending.id })).plain).toContain("Needs 2 approvals");
  expect(incydr.writeLog()).toHaveLength(written);

  const { by } = await whenAudited("policies.recorded", async () => {
    expect((await acceptPolicies(FOLDER, world().env.DATABASE_URL ?? "")).ok).toBe(true);
  });
  expect(by).toMatch(/^cli:/);
  await runPutOff(world());
  await waitForCard(world(), { id: approved.id, shows: "Done and verified" });
  await waitForCard(world(), { id: pending.id, shows: "Needs 1 more approval " });
});

test("a request that was checked before a change of the policies is checked again before its write", async () => {
  const { slack, incydr } = world();
  const { id, card } = await ask("ann.karlsson");
  const written = incydr.writeLog().length;
  await slack.as("theo").click("Approve", { message: card });
  await untilQuiet(world());
  // The account and the roles, once for the decision and once for the execution, which has chosen its policies by then.
  const decision = incydr.control.hold("GET /v1/users/**", { times: 2 });
  const execution = incydr.control.hold("GET /v1/users/**", { times: 2 });
  await slack.as("priya").click("Approve", { message: card });
  await decision.arrivals(2);
  decision.release();
  await execution.arrivals(2);
  await add(NOT_THEO);
  execution.release();
  await waitForCard(world(), { id, shows: "(no longer counts)" });
  await untilQuiet(world());
  expect(incydr.writeLog()).toHaveLength(written);
});
