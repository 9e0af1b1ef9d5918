import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GrantPatch } from "../../src/change-requests/model/grant.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

// Grants and reminders of two requests stand beside each other.

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const [ALERTS, WATCHLISTS] = [
  { id: "alert-emails", name: "Alert Emails" },
  { id: "watchlist-manager", name: "Watchlist Manager" },
];
const REVOKED: GrantPatch = { state: "revoked", endedAt: later(30) };

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

/** A request that gave this user the role from minute 0 to 60; `others` are further targets of it. */
function grant(userId: string, { roles = [ALERTS], others = [] as string[], grantedAt = AT } = {}) {
  return store.uow.run(async (tx) => {
    const targets = [userId, ...others].map((id, position) =>
      someTarget({ position, facts: someFacts({ userId: id, username: `${id}@harborlight.example` }) }),
    );
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", targets }));
    const endsAt = new Date(grantedAt.getTime() + 3_600_000);
    await tx.grants.insert(roles.map((role) => ({ requestId: id, userId, role, grantedAt, endsAt })));
    return id;
  });
}

const setGrant = (requestId: number, patch: GrantPatch, role = ALERTS) =>
  store.uow.run((tx) => tx.grants.update({ requestId, role }, patch));
const statesOf = async (id: number) =>
  (await store.uow.run((tx) => tx.grants.ofRequest(id))).map(({ state }) => state);

describe("a temporary role", () => {
  test("is read with its own request and its own user", async () => {
    const [first, second] = [await grant("a", { others: ["c"] }), await grant("a")];
    const read = await store.uow.run((tx) => tx.grants.ofRequest(first));
    expect(read).toMatchObject([{ requestId: first, userId: "a", username: "a@harborlight.example" }]);
    expect(await store.uow.run((tx) => tx.grants.ofRequest(second))).toHaveLength(1);
  });

  test("is changed without those of other requests, and without other roles of its request", async () => {
    const roles = [ALERTS, WATCHLISTS];
    const [first, second] = [await grant("a", { roles }), await grant("a", { roles })];
    await setGrant(first, REVOKED);
    expect(await statesOf(first)).toEqual(["revoked", "active"]);
    expect(await statesOf(second)).toEqual(["active", "active"]);
  });

  test("that isn't over is found for its subject, also while it is being taken away", async () => {
    const [active, revoking, over] = [await grant("a"), await grant("a"), await grant("a")];
    const other = await grant("b");
    await setGrant(revoking, { state: "revoking" });
    await setGrant(over, REVOKED);
    const found = await store.uow.run(async ({ grants }) => ({
      locked: (await grants.lockOpen("a")).map(({ requestId }) => requestId),
      ofOne: (await grants.open({ userId: "a", limit: 9 })).map(({ requestId }) => requestId),
      ofAll: (await grants.open({ userId: null, limit: 9 })).map(({ requestId }) => requestId),
      first: (await grants.open({ userId: null, limit: 2 })).map(({ requestId }) => requestId),
    }));
    expect(found).toEqual({
      locked: [active, revoking],
      ofOne: [active, revoking],
      ofAll: [active, revoking, other],
      first: [active, revoking],
    });
  });

  test("is due at its end, and from the moment on at which it began to be taken away", async () => {
    const [active, revoking, over] = [await grant("a"), await grant("b"), await grant("c")];
    await setGrant(revoking, { state: "revoking" });
    await setGrant(over, REVOKED);
    const due = (minutes: number) => store.uow.run((tx) => tx.grants.due(later(minutes)));
    expect(await due(59)).toEqual([revoking]);
    expect(await due(60)).toEqual([active, revoking]);
  });

  test("is held by those alone who have that role and whose grant isn't over", async () => {
    await grant("a");
    await setGrant(await grant("b"), REVOKED);
    await grant("c", { roles: [WATCHLISTS] });
    await setGrant(await grant("d"), { state: "revoking" });
    await grant("e");
    const held = store.uow.run((tx) => tx.grants.holders([ALERTS], ["a", "b", "c", "d"]));
    expect([...(await held)].sort()).toEqual(["a", "d"]);
  });

  test("counts as temporary between two moments if it was held at one of them, by that subject", async () => {
    await setGrant(await grant("a"), REVOKED);
    await grant("a", { roles: [WATCHLISTS], grantedAt: later(40) });
    const temporary = async (userId: string, from: number, to: number) => {
      const roles = await store.uow.run((tx) => tx.grants.temporaryBetween(userId, later(from), later(to)));
      return roles.map(({ id }) => id).sort();
    };
    expect(await temporary("a", 30, 39)).toEqual(["alert-emails"]);
    expect(await temporary("a", 31, 39)).toEqual([]);
    expect(await temporary("a", 31, 40)).toEqual(["watchlist-manager"]);
    expect(await temporary("b", 0, 60)).toEqual([]);
  });
});

test("a removal that is on its way holds up writes to its own subject alone", async () => {
  const intent = { at: AT, deadlineAt: later(1) };
  await setGrant(await grant("a"), { state: "revoking", intent });
  await setGrant(await grant("b"), { state: "revoking" });
  await grant("c");
  const turn = (userId: string) => store.uow.run((tx) => tx.grants.lockClaims(userId, AT));
  expect([await turn("a"), await turn("b"), await turn("c")]).toEqual([true, false, false]);
});

describe("reminders", () => {
  const pending = () => store.uow.run((tx) => tx.requests.insert(someNewRequest())).then(({ id }) => id);
  const plan = (id: number) =>
    store.uow.run((tx) =>
      tx.reminders.plan(id, [
        { requestId: id, step: "reminder", dueAt: later(10), escalateTo: [] },
        { requestId: id, step: "escalation", dueAt: later(20), escalateTo: [`leads of ${id}`] },
      ]),
    );
  const due = async (minutes: number) =>
    (await store.uow.run((tx) => tx.reminders.due(later(minutes)))).map(({ requestId, step }) => [
      requestId,
      step,
    ]);

  test("that are planned anew take the place of the request's own, and of no others", async () => {
    const [first, second] = [await pending(), await pending()];
    await plan(first);
    await plan(second);
    await store.uow.run((tx) =>
      tx.reminders.plan(first, [{ requestId: first, step: "reminder", dueAt: later(15), escalateTo: [] }]),
    );
    expect(await due(30)).toEqual([
      [first, "reminder"],
      [second, "reminder"],
      [second, "escalation"],
    ]);
    const found = await store.uow.run(async ({ reminders }) => ({
      groups: [await reminders.escalateTo(first), await reminders.escalateTo(second)],
      steps: [await reminders.find(second, "reminder"), await reminders.find(first, "escalation")],
    }));
    expect(found).toMatchObject({
      groups: [[], [`leads of ${second}`]],
      steps: [{ requestId: second, step: "reminder", dueAt: later(10) }, null],
    });
  });

  test("are due from their time on, of requests that wait for a decision", async () => {
    const [first, second] = [await pending(), await pending()];
    await plan(first);
    await plan(second);
    await store.uow.run((tx) => tx.requests.update(second, { state: "approved" }));
    expect(await due(9)).toEqual([]);
    expect(await due(10)).toEqual([[first, "reminder"]]);
  });

  test("of a removal are due while one of that request's roles is being taken away", async () => {
    const [revoking, active] = [await grant("a"), await grant("b")];
    await setGrant(revoking, { state: "revoking" });
    await store.uow.run(async ({ reminders }) => {
      for (const requestId of [revoking, active])
        await reminders.replan({ requestId, step: "revocation", dueAt: later(1), escalateTo: [] });
    });
    expect(await due(1)).toEqual([[revoking, "revocation"]]);
    await setGrant(revoking, REVOKED);
    expect(await due(1)).toEqual([]);
  });

  test("that a digest tells are told once, unless they are planned anew", async () => {
    const [first, second] = [await pending(), await pending()];
    await plan(first);
    await plan(second);
    const digestId = await store.uow.run(({ reminders }) =>
      reminders.addDigest([{ requestId: first, step: "reminder", dueAt: later(10), escalateTo: [] }], AT),
    );
    const another = await store.uow.run(({ reminders }) =>
      reminders.addDigest(
        [{ requestId: second, step: "escalation", dueAt: later(20), escalateTo: [] }],
        later(1),
      ),
    );
    expect(await due(30)).toEqual([
      [first, "escalation"],
      [second, "reminder"],
    ]);
    const found = await store.uow.run(async ({ reminders }) => ({
      told: await reminders.find(first, "reminder"),
      one: (await reminders.ofDigest(digestId)).map(({ requestId }) => requestId),
      other: (await reminders.ofDigest(another)).map(({ requestId }) => requestId),
      last: await reminders.lockDigests(),
    }));
    expect(found).toEqual({ told: null, one: [first], other: [second], last: later(1) });
    await store.uow.run(({ reminders }) =>
      reminders.replan({ requestId: first, step: "reminder", dueAt: later(12), escalateTo: [] }),
    );
    expect(await due(12)).toEqual([
      [first, "reminder"],
      [second, "reminder"],
    ]);
  });
});
