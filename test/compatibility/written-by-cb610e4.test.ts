import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import { type RecordedWorld, takeOver } from "../support/recorded-world.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS, newestRequest } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";

// A bot of an earlier version had stored, posted and left all this when it was ended; this version takes it over.

const SOON = { timeout: 30_000, interval: 25 };

let taken: RecordedWorld;
beforeAll(async () => {
  taken = await takeOver("written-by-cb610e4");
}, 60_000);
afterAll(() => taken[Symbol.asyncDispose]());

const person = (name: string) => taken.world.slack.as(name);

test("the jobs of every kind that it left are done, and none fails", async () => {
  const { world, stateOf } = taken;
  await taken.leaveJobs();
  await untilQuiet(world);
  const { rows: failed } = await world.db.query("select kind, last_error_code from job_failures");
  expect(failed).toEqual([]);
  expect(await stateOf("pending")).toBe("pending waiting");
  expect(await stateOf("verified")).toBe("done verified");
}, 60_000);

test("a freeze that it stored holds, and unfreezing lets its approved request go on", async () => {
  const { stateOf, becomes } = taken;
  expect(await stateOf("approvedFrozen")).toBe("approved waiting");
  const theo = person("theo");
  await answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS }));
  await becomes("approvedFrozen", "done verified");
});

test("every button of its cards does what it says", async () => {
  const { world, idOf, click, becomes, submitForm, ratificationOf, grantOf } = taken;
  await click("theo", "Approve", "pending");
  await becomes("pending", "done verified");
  await click("theo", "Approve", "renewed");
  await becomes("renewed", "done verified");
  await click("theo", "Approve", "bulkPending");
  await becomes("bulkPending", "done verified");
  await click("maya", "Cancel", "pendingToCancel");
  await becomes("pendingToCancel", "cancelled waiting");
  await click("maya", "Renew", "stale");
  await becomes("stale", "pending waiting");
  await click("theo", "Deny", "pendingToDeny");
  await submitForm("theo", { Reason: "Not needed" });
  await becomes("pendingToDeny", "denied waiting");
  await click("theo", "Ratify", "emergency");
  await expect.poll(() => ratificationOf("emergency"), SOON).toBe("ratified");
  await click("maya", "Extend…", "granted");
  await person("maya").waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 20_000 });
  await person("maya").close({ all: true });
  await click("theo", "Revoke now", "granted");
  await expect.poll(() => grantOf("granted"), SOON).toBe("revoked");
  await click("maya", "Undo…", "verified");
  await submitForm("maya", { Reason: "It was a mistake" });
  const undo = async () => {
    const { rows } = await world.db.query("select id from change_requests where undoes = $1", [
      idOf("verified"),
    ]);
    return rows.length;
  };
  await expect.poll(undo, SOON).toBe(1);
}, 120_000);

test("a form that was open when it ended makes its request", async () => {
  const { world } = taken;
  const before = await newestRequest(world);
  await taken.submitRecorded();
  await expect.poll(() => newestRequest(world), SOON).toBe(before + 1);
});

test("its audit log is a whole chain with the entries of this version", async () => {
  const { world, recording } = taken;
  await untilQuiet(world);
  await using database = openDatabase({ connectionString: world.env.DATABASE_URL ?? "", log: () => {} });
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  expect(faults).toEqual([]);
  expect(head.seq).toBeGreaterThan(recording.tables.audit_entries?.length ?? 0);
  const { rows: failed } = await world.db.query("select kind, last_error_code from job_failures");
  expect(failed).toEqual([]);
});
