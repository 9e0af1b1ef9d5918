import { describe, expect, test } from "vitest";
import type { GrantPatch, Reminder } from "../../src/change-requests/index.ts";
import { someFacts } from "../support/domain-objects.ts";
import { ALERTS, type GivenRoles, giveRoles, insertRequest, WATCHLISTS } from "../support/stored-rows.ts";
import { inTurns } from "../support/turns.ts";
import { useQueueStore } from "../support/use-store.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const REVOKED: GrantPatch = { state: "revoked", endedAt: later(30) };
const REVOKING: GrantPatch = { state: "revoking" };

const store = useQueueStore();

const userOf = (userId: string) => someFacts({ userId, username: `${userId}@harborlight.example` });
/** A request that gave a user a role; default from minute 0 to minute 60. */
const grant = (userId: string, patch: GrantPatch | null = null, more: GivenRoles = {}) =>
  giveRoles(store, { to: userOf(userId), patch, ...more });
const statesOf = async (id: number) =>
  (await store.uow.run((tx) => tx.grants.ofRequest(id))).map(({ state }) => state);

describe("a temporary role", () => {
  test("is read with its own request and its own user", async () => {
    const first = await grant("a", null, { others: [userOf("c")] });
    const second = await grant("a");
    const read = await store.uow.run((tx) => tx.grants.ofRequest(first));
    expect(read).toMatchObject([{ requestId: first, userId: "a", username: "a@harborlight.example" }]);
    expect(await statesOf(second)).toEqual(["active"]);
  });

  test("is changed without those of other requests, and without other roles of its request", async () => {
    const roles = [ALERTS, WATCHLISTS];
    const [first, second] = [await grant("a", null, { roles }), await grant("a", null, { roles })];
    await store.uow.run((tx) => tx.grants.update({ requestId: first, role: ALERTS }, REVOKED));
    expect(await statesOf(first)).toEqual(["revoked", "active"]);
    expect(await statesOf(second)).toEqual(["active", "active"]);
  });

  test("is found for its subject until it is over, also while it is being taken away, the next to end first", async () => {
    const late = await grant("a", null, { hours: 2 });
    const [active, revoking] = [await grant("a"), await grant("a", REVOKING)];
    await grant("a", REVOKED);
    const other = await grant("b", null, { hours: 3 });
    const idsOf = (grants: readonly { requestId: number }[]) => grants.map(({ requestId }) => requestId);
    const found = await store.uow.run(async ({ grants }) => ({
      locked: idsOf(await grants.lockOpen("a")),
      ofOne: idsOf(await grants.open({ userId: "a", limit: 9 })),
      ofAll: idsOf(await grants.open({ userId: null, limit: 9 })),
      first: idsOf(await grants.open({ userId: null, limit: 2 })),
    }));
    expect(found).toEqual({
      locked: [late, active, revoking],
      ofOne: [active, revoking, late],
      ofAll: [active, revoking, late, other],
      first: [active, revoking],
    });
  });

  test("is read as the transaction that has it locked leaves it", async () => {
    const requestId = await grant("a");
    const found = await inTurns(
      store,
      async ({ grants }, untilOtherWaits) => {
        await grants.lockOpen("a");
        await untilOtherWaits();
        await grants.update({ requestId, role: ALERTS }, REVOKING);
      },
      ({ grants }) => grants.lockOpen("a"),
    );
    expect(found).toMatchObject([{ state: "revoking" }]);
  });

  test("is due at its end, and from the moment on at which it began to be taken away", async () => {
    const [active, revoking] = [await grant("a"), await grant("b", REVOKING)];
    await grant("c", REVOKED);
    const due = (minutes: number) => store.uow.run((tx) => tx.grants.due(later(minutes)));
    expect(await due(59)).toEqual([revoking]);
    expect(await due(60)).toEqual([active, revoking]);
  });

  test("is held by the users alone who have that role and whose grant isn't over", async () => {
    await grant("a");
    await grant("b", REVOKED);
    await grant("c", null, { roles: [WATCHLISTS] });
    await grant("d", REVOKING);
    await grant("e");
    const held = store.uow.run((tx) => tx.grants.holders([ALERTS], ["a", "b", "c", "d"]));
    expect([...(await held)].sort()).toEqual(["a", "d"]);
  });

  test("counts as temporary between two moments if its subject held it at one of them", async () => {
    await grant("a", REVOKED);
    await grant("a", null, { roles: [WATCHLISTS], grantedAt: later(40) });
    const temporary = async (userId: string, from: number, to: number) => {
      const roles = await store.uow.run((tx) => tx.grants.temporaryBetween(userId, later(from), later(to)));
      return roles.map(({ id }) => id).sort();
    };
    expect(await temporary("a", 30, 39)).toEqual([ALERTS.id]);
    expect(await temporary("a", 31, 39)).toEqual([]);
    expect(await temporary("a", 31, 40)).toEqual([WATCHLISTS.id]);
    expect(await temporary("a", 20, 40)).toEqual([ALERTS.id, WATCHLISTS.id]);
    expect(await temporary("b", 0, 60)).toEqual([]);
  });

  test("holds up writes to its own subject alone while its removal is on its way", async () => {
    await grant("a", { ...REVOKING, intent: { at: AT, deadlineAt: later(1) } });
    await grant("b", REVOKING);
    await grant("c");
    const turn = (userId: string) => store.uow.run((tx) => tx.grants.lockClaims(userId, AT));
    expect([await turn("a"), await turn("b"), await turn("c")]).toEqual([true, false, false]);
  });
});

describe("reminders", () => {
  const reminder = (requestId: number, minutes: number) =>
    ({ requestId, step: "reminder", dueAt: later(minutes), escalateTo: [] }) as const;
  /** A pending request with a reminder in 10 minutes and an escalation in 20. */
  const planned = async () => {
    const id = await insertRequest(store);
    const escalation = { requestId: id, step: "escalation", dueAt: later(20) } as const;
    await store.uow.run((tx) =>
      tx.reminders.plan(id, [reminder(id, 10), { ...escalation, escalateTo: [`leads of ${id}`] }]),
    );
    return id;
  };
  const due = async (minutes: number) =>
    (await store.uow.run((tx) => tx.reminders.due(later(minutes)))).map(({ requestId, step }) => [
      requestId,
      step,
    ]);

  test("replace the request's own, and no others, when they are planned anew", async () => {
    const [first, second] = [await planned(), await planned()];
    await store.uow.run((tx) => tx.reminders.plan(first, [reminder(first, 15)]));
    expect(await due(30)).toEqual([
      [first, "reminder"],
      [second, "reminder"],
      [second, "escalation"],
    ]);
    const found = await store.uow.run(async ({ reminders }) => ({
      groups: [await reminders.escalateTo(first), await reminders.escalateTo(second)],
      steps: [await reminders.find(second, "reminder"), await reminders.find(first, "escalation")],
    }));
    expect(found).toEqual({
      groups: [[], [`leads of ${second}`]],
      steps: [reminder(second, 10), null],
    });
  });

  test("are due from their time on if their request waits for a decision", async () => {
    const [first, second] = [await planned(), await planned()];
    await store.uow.run((tx) => tx.requests.update(second, { state: "approved" }));
    expect(await due(9)).toEqual([]);
    expect(await due(10)).toEqual([[first, "reminder"]]);
  });

  test("are due for a removal while one of that request's roles is being taken away", async () => {
    const [revoking, active] = [await grant("a", REVOKING), await grant("b")];
    await store.uow.run(async ({ reminders }) => {
      for (const requestId of [revoking, active])
        await reminders.replan({ ...reminder(requestId, 1), step: "revocation" });
    });
    expect(await due(1)).toEqual([[revoking, "revocation"]]);
    await store.uow.run((tx) => tx.grants.update({ requestId: revoking, role: ALERTS }, REVOKED));
    expect(await due(1)).toEqual([]);
  });

  test("are told once by a digest, unless they are planned anew", async () => {
    const [first, second] = [await planned(), await planned()];
    const addDigest = (told: Reminder, at: Date) =>
      store.uow.run(({ reminders }) => reminders.addDigest([told], at));
    const one = await addDigest(reminder(first, 10), AT);
    const another = await addDigest({ ...reminder(second, 20), step: "escalation" }, later(1));
    expect(await due(30)).toEqual([
      [first, "escalation"],
      [second, "reminder"],
    ]);
    const found = await store.uow.run(async ({ reminders }) => ({
      told: await reminders.find(first, "reminder"),
      one: (await reminders.ofDigest(one)).map(({ requestId }) => requestId),
      other: (await reminders.ofDigest(another)).map(({ requestId }) => requestId),
      last: await reminders.lockDigests(),
    }));
    expect(found).toEqual({ told: null, one: [first], other: [second], last: later(1) });
    await store.uow.run(({ reminders }) => reminders.replan(reminder(first, 12)));
    expect(await due(12)).toEqual([
      [first, "reminder"],
      [second, "reminder"],
    ]);
  });
});
