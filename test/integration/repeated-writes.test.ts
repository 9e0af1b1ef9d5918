import { beforeEach, expect, test } from "vitest";
import { createExecutionSteps } from "../../src/change-requests/execution/execution-steps.ts";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import type { UnitOfWork } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createSubjectReader } from "../../src/subjects/index.ts";
import { someFacts, someLead, someNewRequest, somePerson, someTarget } from "../support/domain-objects.ts";
import { type ExecutionBench, useExecutionBench } from "../support/execution-bench.ts";
import { directoryOf } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const EMERGENCY = { ratifyWithinHours: 24, escalateTo: [] };

const current = useExecutionBench();
let { store, bench, executorOn, approved, stored } = {} as ExecutionBench;
beforeEach(() => {
  ({ store, bench, executorOn, approved, stored } = current());
});

/** A request whose write was sent long ago, of which nothing is known. */
async function interrupted(): Promise<number> {
  const id = await approved(NADIA);
  await store.uow.run(async (tx) => {
    await tx.requests.update(id, { state: "executing" });
    const intent = { at: new Date(0), deadlineAt: new Date(0) };
    await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
  });
  return id;
}

test("a write that shows late is done, also if its requester is known no longer", async () => {
  const id = await interrupted();
  const reader = createSubjectReader({ incydr: bench.incydr, protectedUsernames: new Set() });
  const subjects: typeof reader = {
    ...reader,
    async effect(userId, lane) {
      const before = await reader.effect(userId, lane);
      bench.simulator.control.edit.setActive(NADIA, false);
      return before;
    },
  };
  await (await executorOn(store, { subjects, directory: directoryOf(someLead()) })).execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
});

test("a write that was sent and had no effect has failed, once its approvals are lost", async () => {
  const id = await interrupted();
  const directory = directoryOf(somePerson(), someLead({ groups: [] }));
  await (await executorOn(store, { directory })).execute(id);
  const explanation = "The change did not take effect. An approver is no longer entitled to approve.";
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "failed", explanation }] });
});

test("a third attempt that a freeze stops waits for the end of the freeze", async () => {
  const id = await approved(NADIA);
  await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { attempts: 2 }));
  const freezeOnceClaimed: UnitOfWork = {
    ...store.uow,
    async run(work) {
      const result = await store.uow.run(work);
      const freeze = { by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null };
      if ((await stored(id)).targets[0]?.state === "executing")
        await store.uow.run((tx) => tx.freeze.set(freeze));
      return result;
    },
  };
  await (await executorOn({ uow: freezeOnceClaimed, withLock: store.withLock })).execute(id);
  expect(await stored(id)).toMatchObject({
    waitingFor: "freeze",
    targets: [{ state: "waiting", attempts: 3 }],
  });
});

test("a repeated write that can't be sent leaves the first one to be looked for", async () => {
  const id = await interrupted();
  const deactivate = () => Promise.reject(new IncydrError("unavailable", "Incydr is away.", { sent: "no" }));
  await (await executorOn(store, { users: { ...bench.users, deactivate } })).execute(id);
  expect(await stored(id)).toMatchObject({
    state: "executing",
    targets: [{ state: "executing", attempts: 2, intent: { at: new Date(0) } }],
  });
});

test("an emergency doesn't count against itself: with one other that waits to be ratified it is carried out", async () => {
  const groups = ["incident-responders"];
  const id = await approved(NADIA, { emergency: EMERGENCY });
  await store.uow.run(async (tx) => {
    const other = await tx.requests.insert(someNewRequest({ state: "done", emergency: EMERGENCY }));
    const awaited = { deadlineAt: new Date(Date.now() + 60_000), overdue: false, decision: null };
    await tx.requests.saveRatification(other.id, { state: "awaiting", ...awaited });
  });
  const directory = directoryOf(somePerson({ groups }), someLead());
  await (await executorOn(store, { directory })).execute(id);
  expect(await stored(id)).toMatchObject({ state: "done", targets: [{ state: "verified" }] });
});

const steps = () => createExecutionSteps({ uow: store.uow, clock: systemClock });
const left = async (kind: string) => (await store.waiting()).filter((job) => job.kind === kind).length;

test("an unknown outcome is asked for again by one job, an hour apart at most", async () => {
  const targets = [someTarget({ facts: someFacts(), state: "unknown" })];
  const id = await approved(NADIA, { state: "done", targets });
  await store.uow.run((tx) =>
    tx.requests.updateTarget(id, 0, { intent: { at: new Date(0), deadlineAt: new Date(0) } }),
  );
  for (let time = 0; time < 2; time += 1) await steps().settleLater(await stored(id), null);
  expect(await left("settle")).toBe(1);
  expect((await stored(id)).settleAt?.getTime()).toBeLessThan(Date.now() + 2 * 3_600_000);
});

test("a claim that other policies come in between is tried again at once", async () => {
  const id = await approved(NADIA);
  await store.uow.run((tx) => tx.policies.record("n".repeat(64), new Date()));
  expect(await steps().claim(await stored(id), "o".repeat(64))).toBeNull();
  expect(await left("execute")).toBe(1);
  await store.database.lockPool.query("delete from policy_versions");
});

test("how long a role can't be taken away is counted from the first attempt that failed", async () => {
  const targets = [someTarget({ facts: someFacts(), state: "verified" })];
  const role = { id: "alert-emails", name: "Alert Emails" };
  const id = await approved(NADIA, { state: "done", targets });
  const grant = {
    requestId: id,
    userId: someFacts().userId,
    role,
    grantedAt: new Date(0),
    endsAt: new Date(1),
  };
  await store.uow.run(async (tx) => {
    await tx.grants.insert([grant]);
    await tx.grants.update(grant, { state: "revoking", failingSince: new Date(5) });
  });
  const read = () => store.uow.read(({ grants }) => grants.ofRequest(id));
  const revocation = createRevocationSteps({ uow: store.uow, clock: systemClock });
  await revocation.fail(await read(), "Incydr is away.", { intent: "over", isOutage: true });
  expect(await read()).toMatchObject([{ failedAttempts: 1, failingSince: new Date(5) }]);
});

test("of two jobs that wait for the same work the next one counts", async () => {
  const job = { kind: "expire", requestId: 1 } as const;
  await store.uow.run((tx) => tx.jobs.enqueue(job));
  await store.uow.run((tx) => tx.jobs.enqueue(job, { startAfter: new Date(Date.now() + 3_600_000) }));
  expect(await store.uow.run((tx) => tx.jobs.isDueSoon(job))).toBe(true);
});
