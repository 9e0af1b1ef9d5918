import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { acceptPolicies } from "../../src/cli/accept-policies.ts";
import { type AuditedEntry, auditEntries, auditLength } from "../support/scenario-audit.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
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
  await expect.poll(async () => (await entries()).length, { timeout: 8_000, interval: 20 }).toBe(1);
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
  const waiting = await waitForCard(world(), { id, shows: /1 of 2|Waits for 1|2 approvals/ });
  await untilQuiet(world());
  expect(world().incydr.writeLog()).toEqual([]);
  await slack.as("priya").click("Approve", { message: waiting });
  await waitForCard(world(), { id, shows: "Verified" });
});

test("a broken policy file is refused with file and line, audited and logged; the last good ones decide on", async () => {
  const refused = await change(EXECUTE, (text) => `${text}\nforbid (broken`, "policies.refused");
  expect(refused.details).toEqual({ faults: [expect.stringMatching(/^50-execute\.cedar:\d+: .+/)] });
  expect(world().log.some((line) => line.includes("Changed policies were refused."))).toBe(true);
  const maya = world().slack.as("maya");
  const { plain } = await answerTo(maya, APPROVALS, () =>
    maya.command(`/incydr user ${emailOf("nadia.petrov")}`, { in: APPROVALS }),
  );
  expect(plain).toContain("Nadia Petrov");
  await change(EXECUTE, (text) => text.replace("\nforbid (broken", "\n// mended"), "policies.recorded");
});

test("a replica whose policies were superseded carries nothing out until they decide again", async () => {
  const { slack, db, incydr } = world();
  const written = incydr.writeLog().length;
  const command = `/incydr roles ${emailOf("dario.conti")} add Alert Emails`;
  const { id, card } = await makeRequest(world(), { command });
  await db.query("insert into policy_versions (hash, recorded_at) values ('another', now())");
  for (const lead of ["theo", "priya"]) await slack.as(lead).click("Approve", { message: card });
  await waitForCard(world(), { id, shows: "the policies were changed" });
  expect(incydr.writeLog()).toHaveLength(written);
  const { ok } = await acceptPolicies(FOLDER, world().env.DATABASE_URL ?? "");
  expect(ok).toBe(true);
  expect((await audited("policies.recorded")).by).toMatch(/^cli:/);
  await runPutOff(world());
  await waitForCard(world(), { id, shows: "Verified" });
});

test("what was checked under policies that were changed meanwhile is checked anew before it is written", async () => {
  const { slack, incydr } = world();
  const command = `/incydr roles ${emailOf("annette.karlsson")} add Alert Emails`;
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
