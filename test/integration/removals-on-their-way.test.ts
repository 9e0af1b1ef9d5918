import { beforeEach, expect, test } from "vitest";
import { stopDatabaseClock } from "../support/database-clock.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { useExecutionBench } from "../support/execution-bench.ts";
import { revokerBetween } from "../support/stub-revoker.ts";

const NADIA = "nadia.petrov@harborlight.example";
const OWN = ["Desktop User", "PROe User"];
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const WATCHLISTS = { id: "watchlist-manager", name: "Watchlist Manager" };
const HOUR_MS = 3_600_000;
const BEGIN = new Date("2026-11-01T10:00:00Z");

const current = useExecutionBench();
let now = BEGIN;
const clock = { now: () => now, sleep: () => Promise.resolve() };
beforeEach(() => setHours(0));

/** Sets the bot's clock and the database's. */
async function setHours(hours: number): Promise<void> {
  now = new Date(BEGIN.getTime() + hours * HOUR_MS);
  await stopDatabaseClock(current().store.database.lockPool, now);
}

/** A request that gave Nadia this role at ten o'clock. */
async function granted(hours: number, role = ALERTS): Promise<number> {
  const { store, bench } = current();
  const { userId } = bench.simulator.tenant.user(NADIA);
  const targets = [someTarget({ facts: someFacts({ userId }), state: "verified" })];
  const change = { kind: "add_roles", roles: [role], grantHours: hours } as const;
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", change, targets }));
    const endsAt = new Date(BEGIN.getTime() + hours * HOUR_MS);
    await tx.grants.insert([{ requestId: id, userId, role, grantedAt: BEGIN, endsAt }]);
    return id;
  });
}

/** As a process left it that died between the intent and the read-back. */
async function interrupt(id: number): Promise<void> {
  const intent = { at: now, deadlineAt: new Date(now.getTime() + 20_000) };
  await current().store.uow.run(async (tx) => {
    for (const grant of await tx.grants.ofRequest(id))
      await tx.grants.update(grant, { state: "revoking", intent });
  });
}

const hold = (...roles: { name: string }[]) =>
  current().bench.simulator.control.edit.setRoles(NADIA, [...OWN, ...roles.map(({ name }) => name)]);
const end = (id: number) => revokerBetween(current().bench, current().store, { clock }).end(id);
const grantsOf = (id: number) => current().store.uow.read(({ grants }) => grants.ofRequest(id));
const writes = () => current().bench.simulator.writeLog().length;

test("a role whose removal may be on its way is left to no other grant before it is known what became of it", async () => {
  hold(ALERTS);
  const first = await granted(1);
  await setHours(1);
  await interrupt(first);
  await granted(2);
  await end(first);
  expect(await grantsOf(first)).toMatchObject([{ state: "revoking", waitingFor: "incydr" }]);

  await setHours(1.1);
  hold();
  await end(first);
  expect(writes()).toBe(0);
  expect(await grantsOf(first)).toMatchObject([{ state: "revoked" }]);
});

test("a role is not taken away while the removal of another role from its subject may be on its way", async () => {
  hold(ALERTS, WATCHLISTS);
  const [first, second] = [await granted(1), await granted(1, WATCHLISTS)];
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
  hold(ALERTS);
  const first = await granted(1);
  await setHours(1);
  await interrupt(first);
  await granted(2);
  await setHours(1.1);
  await end(first);
  expect(writes()).toBe(0);
  expect(await grantsOf(first)).toMatchObject([{ state: "superseded" }]);
});

test("a removal that another replica began after this one lost the subject's lock is not sent a second time", async () => {
  hold(ALERTS);
  const id = await granted(1);
  await setHours(1);
  const { bench, store } = current();
  const { uow } = store;
  const withLock: typeof store.withLock = (_name, work) => work(() => interrupt(id));
  await revokerBetween(bench, { uow, withLock }, { clock }).end(id);
  expect(writes()).toBe(0);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoking", waitingFor: "subject", intent: {} }]);

  await setHours(1.1);
  await end(id);
  expect(writes()).toBe(1);
  expect(await grantsOf(id)).toMatchObject([{ state: "revoked" }]);
});
