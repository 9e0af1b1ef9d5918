import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import type { Grant, GrantPatch } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { revokerBetween } from "../support/stub-revoker.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";
import { type IncydrBench, startIncydrBench } from "../unit/subjects/incydr-bench.ts";

const NADIA = "nadia.petrov@harborlight.example";
const ROLE = { id: "alert-emails", name: "Alert Emails" };
const clock = { now: () => new Date(), sleep: async () => {} };
const inAMinute = () => new Date(Date.now() + 60_000);

let store: QueueStore;
let bench: IncydrBench;
beforeAll(async () => {
  store = await openQueueStore();
  bench = await startIncydrBench();
});
beforeEach(async () => {
  bench.simulator.control.reset();
  await store.empty();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const steps = () => createRevocationSteps({ uow: store.uow, clock });

/** A grant of Nadia's that is being revoked, unless it is said otherwise. */
async function granted(patch: GrantPatch = {}): Promise<Grant> {
  const { userId } = bench.simulator.tenant.user(NADIA);
  const targets = [someTarget({ facts: someFacts({ userId }), state: "verified" })];
  const change = { kind: "add_roles", roles: [ROLE], grantHours: 1 } as const;
  const id = await store.uow.run(async (tx) => {
    const request = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    const grant = { requestId: request.id, userId, role: ROLE, grantedAt: new Date(0) };
    const endsAt = patch.state === "active" ? inAMinute() : new Date(1);
    await tx.grants.insert([{ ...grant, endsAt }]);
    await tx.grants.update(grant, { state: "revoking", ...patch });
    return request.id;
  });
  return storedOf(id);
}

async function storedOf(id: number): Promise<Grant> {
  const [grant] = await store.uow.read(({ grants }) => grants.ofRequest(id));
  if (!grant) throw new Error("There is no grant.");
  return grant;
}

/** Nadia holds the role, and its removal does as `removeRoles` does. */
function revokerWith(removeRoles: () => Promise<never>) {
  bench.simulator.control.edit.setRoles(NADIA, ["Desktop User", ROLE.name]);
  return revokerBetween(bench, store, { clock, users: { ...bench.users, removeRoles } });
}

test("a replica that lost the subject's lock claims no removal", async () => {
  const { requestId } = await granted();
  bench.simulator.control.edit.setRoles(NADIA, [ROLE.name]);
  const lost = () => Promise.reject(new Error("The lock is lost."));
  const withLock: QueueStore["withLock"] = (key, work) => store.withLock(key, () => work(lost));
  const revoker = revokerBetween(bench, { uow: store.uow, withLock }, { clock });
  await expect(revoker.end(requestId)).rejects.toThrow("The lock is lost.");
  expect(bench.simulator.writeLog()).toEqual([]);
  expect((await storedOf(requestId)).intent).toBeNull();
});

test("a removal that Incydr answered and that doesn't show has failed", async () => {
  const { requestId } = await granted();
  const nothing = async () => ({}) as never; // nothing of the answer is looked at
  await revokerWith(nothing).end(requestId);
  expect(await storedOf(requestId)).toMatchObject({
    state: "revoking",
    intent: null,
    failedAttempts: 1,
    explanation: "Incydr still shows the role.",
  });
});

test("a removal without an answer may still be on its way", async () => {
  const { requestId } = await granted();
  const silent = () => Promise.reject(new IncydrError("timed_out", "No answer.", { sent: "unknown" }));
  await revokerWith(silent).end(requestId);
  expect(await storedOf(requestId)).toMatchObject({
    state: "revoking",
    intent: { deadlineAt: expect.any(Date) },
    failedAttempts: 1,
  });
});

test("no removal is claimed while all changes are frozen", async () => {
  const grant = await granted();
  const freeze = { by: { slackUserId: "U0THEO", email: null }, at: new Date(), reason: null };
  await store.uow.run((tx) => tx.freeze.set(freeze));
  expect(await steps().claim([grant], inAMinute())).toBe("freeze");
  expect((await storedOf(grant.requestId)).intent).toBeNull();
});

test("no removal is claimed while another request's may be on its way", async () => {
  const grant = await granted();
  await granted({ intent: { at: new Date(), deadlineAt: inAMinute() } });
  expect(await steps().claim([grant], inAMinute())).toBe("subject");
  expect((await storedOf(grant.requestId)).intent).toBeNull();
});

test("no removal is claimed of a role that another request gives by now", async () => {
  const grant = await granted();
  await granted({ state: "active" });
  expect(await steps().claim([grant], inAMinute())).toEqual([]);
  expect((await storedOf(grant.requestId)).intent).toBeNull();
});

test("a removal that may have been sent is read before the role is left to another request", async () => {
  const sent = await granted({ intent: { at: new Date(0), deadlineAt: new Date(0) } });
  await granted({ state: "active" });
  expect(await steps().begin(sent.requestId)).toMatchObject([{ state: "revoking" }]);
  expect((await storedOf(sent.requestId)).state).toBe("revoking");
});

test("a removal that has to wait leaves one job, however often it is tried meanwhile", async () => {
  const grant = await granted();
  for (let time = 0; time < 3; time += 1) await steps().wait([grant], "subject", inAMinute());
  const jobs = (await store.waiting()).filter(({ kind }) => kind === "end_grants");
  expect(jobs).toHaveLength(1);
});

test("a removal is claimed after whoever has the turn, and sees what they claimed", async () => {
  const grant = await granted();
  const [begun, claimed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const facts = someFacts({ userId: grant.userId });
  const other = store.uow.run(async (tx) => {
    await tx.grants.lockClaims(grant.userId, new Date());
    begun.resolve();
    await claimed.promise;
    const busy = someNewRequest({ state: "executing", targets: [someTarget({ facts })] });
    const { id } = await tx.requests.insert(busy);
    const intent = { at: new Date(), deadlineAt: inAMinute() };
    await tx.requests.updateTarget(id, 0, { state: "executing", intent });
  });
  await begun.promise;
  const claiming = steps().claim([grant], inAMinute());
  // Whether it waits or not the other one goes on, or the database could not be closed.
  await store.untilWaitedFor().finally(claimed.resolve);
  await other;
  expect(await claiming).toBe("subject");
});
