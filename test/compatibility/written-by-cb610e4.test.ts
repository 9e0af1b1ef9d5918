import { afterAll, beforeAll, expect, test } from "vitest";
import { expectContinuedChain, type RecordedWorld, takeOver } from "../support/recorded-world.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { untilQuiet } from "../support/scenario-world.ts";

// The recording has the rows, messages and jobs of an earlier version of the bot. This version continues the work.

let taken: RecordedWorld;
beforeAll(async () => {
  taken = await takeOver("written-by-cb610e4");
}, 60_000);
afterAll(() => taken[Symbol.asyncDispose]());

const person = (name: string) => taken.world.slack.as(name);

async function failedJobs(): Promise<unknown[]> {
  const { rows } = await taken.world.db.query("select kind, last_error_code from job_failures");
  return rows;
}

test("jobs of every kind that it left are done, and none fails", async () => {
  await taken.leaveJobs();
  await untilQuiet(taken.world);
  expect(await failedJobs()).toEqual([]);
  expect(await taken.states()).toMatchObject({ pending: "pending 1 waiting", verified: "done 1 verified" });
}, 60_000);

test("a freeze that it stored holds, and an unfreeze lets its approved request go on", async () => {
  expect(await taken.states()).toMatchObject({ approvedFrozen: "approved 1 waiting" });
  const theo = person("theo");
  const effects = await taken.effectsOf(() =>
    answerTo(theo, APPROVALS, () => theo.command("/incydr unfreeze", { in: APPROVALS })),
  );
  expect(effects.states).toEqual({ approvedFrozen: "done 1 verified" });
});

test("every button of its cards does what it says", async () => {
  const { world, idOf, click, submitForm } = taken;
  const { states } = await taken.effectsOf(async () => {
    await click("maya", "Extend…", "granted");
    await person("maya").waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 20_000 });
    await person("maya").close({ all: true });
    await Promise.all([
      ...["pending", "renewed", "bulkPending"].map((name) => click("theo", "Approve", name)),
      click("maya", "Cancel", "pendingToCancel"),
      click("maya", "Renew", "stale"),
      click("theo", "Ratify", "emergency"),
      click("theo", "Revoke now", "granted"),
    ]);
    await click("theo", "Deny", "pendingToDeny");
    await submitForm("theo", { Reason: "Not needed" });
    await untilQuiet(world);
    await click("maya", "Undo…", "verified");
    await submitForm("maya", { Reason: "It was a mistake" });
  });
  expect(states).toEqual({
    pending: "done 1 verified",
    renewed: "done 1 verified",
    bulkPending: "done 3 verified",
    pendingToCancel: "cancelled 1 waiting",
    stale: "pending 1 waiting",
    pendingToDeny: "denied 1 waiting",
    emergency: "done 1 verified ratification ratified",
    granted: "done 1 verified grant revoked",
    "CR-16": "pending 1 waiting",
  });
  const { rows } = await world.db.query("select undoes::int from change_requests order by id desc limit 1");
  expect(rows).toEqual([{ undoes: idOf("verified") }]);
}, 120_000);

test("a form that was open when it ended makes its request", async () => {
  const { states } = await taken.effectsOf(taken.submitRecorded);
  expect(states).toEqual({ "CR-17": "pending 1 waiting" });
});

test("its audit log and the entries of this version are one intact chain", async () => {
  await expectContinuedChain(taken);
  expect(await failedJobs()).toEqual([]);
});
