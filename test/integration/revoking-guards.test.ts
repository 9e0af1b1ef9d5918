import { expect, test } from "vitest";
import { createRevocationSteps } from "../../src/change-requests/grants/revocation-steps.ts";
import type { GrantPatch } from "../../src/change-requests/index.ts";
import { IncydrError } from "../../src/incydr/index.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { useRevocationBench } from "../support/revocation-bench.ts";
import { ALERTS, WATCHLISTS } from "../support/stored-rows.ts";
import type { QueueStore } from "../support/test-store.ts";
import { hold } from "../support/turns.ts";

const world = useRevocationBench();
const { store, bench, clock, nadia, after, setHours } = world;
const { given, holds, interrupt, grantsOf, grantOf, revokerOn, end, writes } = world;

const steps = () => createRevocationSteps({ uow: store.uow, clock });

/** Nadia's grant, which by default ended at eleven and is being revoked. */
async function revoking(patch: GrantPatch = {}) {
  const id = await given(1, [ALERTS], { state: "revoking", ...patch });
  await setHours(1);
  return grantOf(id);
}

/** A removal that was sent at eleven, and may be under way for a minute. */
const ON_ITS_WAY = { at: after(1), deadlineAt: new Date(after(1).getTime() + 60_000) };
/** A removal that was sent, and can't be on its way any more. */
const SENT = { at: after(0.5), deadlineAt: after(0.5) };
const claim = async (grant: Awaited<ReturnType<typeof revoking>>) => ({
  claimed: await steps().claim([grant], ON_ITS_WAY.deadlineAt),
  intent: (await grantOf(grant.requestId)).intent,
});

test("a replica that lost the subject's lock claims no removal", async () => {
  const { requestId } = await revoking();
  holds(ALERTS);
  const lost = () => Promise.reject(new Error("The lock is lost."));
  const withLock: QueueStore["withLock"] = (key, work) => store.withLock(key, () => work(lost));
  await expect(revokerOn({ uow: store.uow, withLock }).end(requestId)).rejects.toThrow("The lock is lost.");
  expect(writes()).toBe(0);
  expect((await grantOf(requestId)).intent).toBeNull();
});

test("a removal that Incydr answered and that doesn't show has failed", async () => {
  const { requestId } = await revoking();
  holds(ALERTS);
  const removeRoles = async () => ({}) as never; // nothing of the answer is looked at
  await end(requestId, { users: { ...bench.users, removeRoles } });
  expect(await grantOf(requestId)).toMatchObject({
    state: "revoking",
    intent: null,
    failedAttempts: 1,
    explanation: "Incydr still shows the role.",
  });
});

test("a removal without an answer may still be on its way", async () => {
  const { requestId } = await revoking();
  holds(ALERTS);
  const removeRoles = () => Promise.reject(new IncydrError("timed_out", "No answer.", { sent: "unknown" }));
  await end(requestId, { users: { ...bench.users, removeRoles } });
  expect(await grantOf(requestId)).toMatchObject({
    state: "revoking",
    intent: { deadlineAt: expect.any(Date) },
    failedAttempts: 1,
  });
});

test("a removal after which Incydr can't be read is known as the bot's own when the role turns out to be gone", async () => {
  const { requestId } = await revoking();
  holds(ALERTS);
  const removeRoles: typeof bench.users.removeRoles = async (...asked) => {
    const answer = await bench.users.removeRoles(...asked);
    bench.simulator.control.addFault({ kind: "status", status: 400, on: "GET /v1/users/**" });
    return answer;
  };
  await end(requestId, { users: { ...bench.users, removeRoles } });
  expect(writes()).toBe(1);
  expect(await grantOf(requestId)).toMatchObject({ state: "revoking", failedAttempts: 1 });

  bench.simulator.control.clearFaults();
  await end(requestId);
  expect(writes()).toBe(1);
  expect(await grantOf(requestId)).toMatchObject({ state: "revoked", explanation: null });
});

test("no removal is claimed while all changes are frozen", async () => {
  const grant = await revoking();
  const freeze = { by: { slackUserId: "U0THEO", email: null }, at: clock.now(), reason: null };
  await store.uow.run((tx) => tx.freeze.set(freeze));
  expect(await claim(grant)).toEqual({ claimed: "freeze", intent: null });
});

test("no removal is claimed while another request's may be on its way", async () => {
  const grant = await revoking();
  await revoking({ intent: ON_ITS_WAY });
  expect(await claim(grant)).toEqual({ claimed: "subject", intent: null });
});

test("no removal is claimed of a role that another request gives by now", async () => {
  const grant = await revoking();
  await given(2);
  expect(await claim(grant)).toEqual({ claimed: [], intent: null });
});

test("a removal is claimed after another transaction's turn, and sees what that one claimed", async () => {
  const grant = await revoking();
  const other = await hold((pause) =>
    store.uow.run(async (tx) => {
      await tx.grants.lockClaims(nadia(), clock.now());
      await pause();
      const targets = [someTarget({ facts: someFacts({ userId: nadia() }) })];
      const { id } = await tx.requests.insert(someNewRequest({ state: "executing", targets }));
      await tx.requests.updateTarget(id, 0, { state: "executing", intent: ON_ITS_WAY });
    }),
  );
  const claiming = claim(grant);
  // `finally` ends the other transaction also if the wait fails. Otherwise the database could not be closed.
  await store.untilWaitedFor().finally(other.letGo);
  expect(await claiming).toMatchObject({ claimed: "subject" });
});

test("a removal that may have been sent is read before the role is left to another request", async () => {
  const sent = await revoking({ intent: SENT });
  await given(2);
  expect(await steps().begin(sent.requestId)).toMatchObject([{ state: "revoking" }]);
  expect((await grantOf(sent.requestId)).state).toBe("revoking");
});

test("a removal that has to wait leaves one job, however often it is tried meanwhile", async () => {
  const grant = await revoking();
  for (let time = 0; time < 3; time += 1) await steps().wait([grant], "subject", ON_ITS_WAY.deadlineAt);
  const jobs = (await store.waiting()).filter(({ kind }) => kind === "end_grants");
  expect(jobs).toHaveLength(1);
});

test("a role whose removal may be on its way is left to no other grant before its outcome is known", async () => {
  holds(ALERTS);
  const first = await given(1);
  await setHours(1);
  await interrupt(first);
  await given(2);
  await end(first);
  expect(await grantsOf(first)).toMatchObject([{ state: "revoking", waitingFor: "incydr" }]);

  await setHours(1.1);
  holds();
  await end(first);
  expect(writes()).toBe(0);
  expect(await grantsOf(first)).toMatchObject([{ state: "revoked" }]);
});

test("a role is not taken away while the removal of another role from its subject may be on its way", async () => {
  holds(ALERTS, WATCHLISTS);
  const [first, second] = [await given(1), await given(1, [WATCHLISTS])];
  await setHours(1);
  await interrupt(first);
  await end(second);
  expect(writes()).toBe(0);
  expect(await grantsOf(second)).toMatchObject([{ state: "revoking", waitingFor: "subject", intent: null }]);

  await setHours(1.1);
  await end(second);
  expect(await grantsOf(second)).toMatchObject([{ state: "revoked" }]);
});

test("a role that another grant holds is let go once its removal can't arrive any more", async () => {
  holds(ALERTS);
  const first = await given(1);
  await setHours(1);
  await interrupt(first);
  await given(2);
  await setHours(1.1);
  await end(first);
  expect(writes()).toBe(0);
  expect(await grantsOf(first)).toMatchObject([{ state: "superseded" }]);
});

test("a removal that another replica began after this one lost the subject's lock is not sent a second time", async () => {
  holds(ALERTS);
  const id = await given(1);
  await setHours(1);
  const withLock: QueueStore["withLock"] = (_name, work) => work(() => interrupt(id));
  await revokerOn({ uow: store.uow, withLock }).end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "subject", intent: {} }]);

  await setHours(1.1);
  await end(id);
  expect(writes()).toBe(1);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});

test("the leads hear of a role that stays after its end at ever longer intervals, counted from the first failure", async () => {
  const { requestId } = await revoking();
  const told: number[] = [];
  for (const minutes of [0, 20, 60, 200]) {
    await setHours(1 + minutes / 60);
    const failure = { intent: "over", isOutage: false } as const;
    await steps().fail(await grantsOf(requestId), "Incydr still shows the role.", failure);
    await store.uow.run(async ({ reminders }) => {
      const next = await reminders.find(requestId, "revocation");
      if (!next) return;
      told.push(Math.round((next.dueAt.getTime() - after(1).getTime()) / 60_000));
      await reminders.addDigest([next], next.dueAt);
    });
  }
  expect(told).toEqual([15, 40, 120, 400]);
  expect(await grantOf(requestId)).toMatchObject({ failedAttempts: 4, failingSince: after(1) });
});
