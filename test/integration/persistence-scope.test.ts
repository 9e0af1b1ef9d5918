import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChangeRequest, NewChangeRequest, TargetPatch } from "../../src/change-requests/index.ts";
import { SubjectBusyError } from "../../src/change-requests/index.ts";
import { someDecision, someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore, untilBlocked } from "../support/test-store.ts";

// Two requests stand beside each other: a statement changes and finds only those that it is about.

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const EXECUTING: TargetPatch = { state: "executing", intent: { at: AT, deadlineAt: later(1) } };
const MAYA = { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" };

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

const get = (id: number) => store.uow.run((tx) => tx.requests.get(id));

/** A request about these users, in this order. */
async function insert(userIds: readonly string[], patch: Partial<NewChangeRequest> = {}): Promise<number> {
  const targets = userIds.map((userId, position) => someTarget({ position, facts: someFacts({ userId }) }));
  return (await store.uow.run((tx) => tx.requests.insert(someNewRequest({ ...patch, targets })))).id;
}

const setTarget = (id: number, position: number, patch: TargetPatch) =>
  store.uow.run((tx) => tx.requests.updateTarget(id, position, patch));

test("a request is read with its own targets, decisions and ratification alone, and one target where one is asked for", async () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const [first, second] = [await insert(["a", "b"], { emergency }), await insert(["c"], { emergency })];
  await store.uow.run(async (tx) => {
    for (const [index, id] of [first, second].entries()) {
      const approver = { slackUserId: `U${id}`, email: null };
      await tx.requests.addDecision(id, someDecision({ clickId: randomUUID(), approver }));
      const ratification = { deadlineAt: later(index), overdue: false, decision: null };
      await tx.requests.saveRatification(id, { state: "awaiting", ...ratification });
    }
  });
  const shownBy = (request: ChangeRequest | null) => ({
    users: request?.targets.map(({ userId }) => userId),
    count: request?.targetCount,
    approvers: request?.decisions.map(({ approver }) => approver.slackUserId),
    deadline: request?.ratification?.deadlineAt,
  });
  const whole = { users: ["a", "b"], count: 2, approvers: [`U${first}`], deadline: later(0) };
  const { read, locked, one, oneLocked } = await store.uow.run(async ({ requests }) => ({
    read: shownBy(await requests.get(first)),
    locked: shownBy(await requests.lock(first)),
    one: shownBy(await requests.getTarget(first, 1)),
    oneLocked: shownBy(await requests.lockTarget(first, 1)),
  }));
  expect([read, locked]).toEqual([whole, whole]);
  expect([one, oneLocked]).toEqual([
    { ...whole, users: ["b"] },
    { ...whole, users: ["b"] },
  ]);
  expect(shownBy(await get(second))).toEqual({
    users: ["c"],
    count: 1,
    approvers: [`U${second}`],
    deadline: later(1),
  });
});

test("a change of one request, or of one target, leaves every other as it was", async () => {
  const [first, second] = [await insert(["a", "b"]), await insert(["c", "d"])];
  const before = await get(second);
  const count = await store.uow.run(async ({ requests }) => {
    await requests.update(first, { state: "approved", paused: true, waitingFor: "freeze" });
    await requests.updateTarget(first, 0, { state: "verified", settledAt: AT });
    await requests.countUnreadable(first);
    return requests.countUnreadable(first);
  });
  expect(count).toBe(2);
  expect(await get(second)).toEqual(before);
  expect((await get(first))?.targets.map(({ state }) => state)).toEqual(["verified", "waiting"]);
  expect(await store.uow.run(({ requests }) => requests.countUnreadable(second))).toBe(1);
  const progress = await store.uow.run(async ({ requests }) => [
    await requests.progress(first),
    await requests.progress(second),
    await requests.targetStates(first),
    await requests.targetsIn(first, ["waiting"]),
  ]);
  expect(progress).toEqual([
    { state: "approved", paused: true, waitingFor: "freeze" },
    { state: "pending", paused: false, waitingFor: null },
    ["verified", "waiting"],
    [{ position: 1, username: someFacts().username }],
  ]);
});

test("a card's progress that is planned puts off that of no other card", async () => {
  const [first, second] = [await insert(["a"]), await insert(["b"])];
  await store.uow.run(async ({ requests, cards }) => {
    // So that the turn of the first lies in the future.
    await cards.reserveUpdate();
    expect(await requests.scheduleProgress(first)).not.toBeNull();
    expect(await requests.scheduleProgress(first)).toBeNull();
    expect(await requests.scheduleProgress(second)).not.toBeNull();
  });
});

test("a second write to a subject that has one under way is refused as one that has to wait", async () => {
  const [first, second] = [await insert(["a"]), await insert(["a"])];
  await setTarget(first, 0, EXECUTING);
  await expect(setTarget(second, 0, EXECUTING)).rejects.toThrow(SubjectBusyError);
});

test("every target of a large request is stored, in its order", async () => {
  const userIds = Array.from({ length: 1_003 }, (_, index) => `user ${index}`);
  const requester = { ...MAYA, userId: "42" };
  const request = await get(await insert(userIds, { requester }));
  expect(request?.targets.map(({ userId }) => userId)).toEqual(userIds);
  expect(request?.requester).toEqual(requester);
});

test("an approver is stored with the Incydr user that they were", async () => {
  const id = await insert(["a"]);
  const approver = { ...someDecision().approver, userId: "43" };
  await store.uow.run((tx) => tx.requests.addDecision(id, someDecision({ approver })));
  expect((await get(id))?.decisions[0]?.approver).toEqual(approver);
});

describe("decisions of somebody who loses authority are voided", () => {
  test.each([
    ["under the same Slack id", { slackUserId: "U0THEO", email: "other@harborlight.example" }],
    ["under the same e-mail", { slackUserId: "U0OTHER", email: "theo.okafor@harborlight.example" }],
  ])("%s, and those of others stand", async (_how, approver) => {
    const id = await insert(["a"]);
    await store.uow.run(async ({ requests }) => {
      await requests.addDecision(id, someDecision({ clickId: randomUUID() }));
      const priya = { slackUserId: "U0PRIYA", email: null };
      await requests.addDecision(id, someDecision({ clickId: randomUUID(), approver: priya }));
      await requests.voidDecision(id, approver);
    });
    expect((await get(id))?.decisions.map((decision) => decision.void)).toEqual([true, false]);
  });
});

describe("what the executor finds", () => {
  test("is what is approved or under way, each with the count of its own targets", async () => {
    const approved = await insert(["a", "b"], { state: "approved" });
    const executing = await insert(["c"], { state: "executing" });
    await insert(["d"], { state: "done" });
    const found = await store.uow.run(({ requests }) => requests.unfinished());
    expect(found).toEqual([
      { id: approved, state: "approved", emergency: null, targetCount: 2 },
      { id: executing, state: "executing", emergency: null, targetCount: 1 },
    ]);
  });

  test("to be read again is what has an unknown outcome, and nothing else", async () => {
    const unknown = await insert(["a", "b"]);
    await insert(["c"]);
    await setTarget(unknown, 0, { state: "unknown" });
    await setTarget(unknown, 1, { state: "unknown" });
    expect(await store.uow.run(({ requests }) => requests.undetermined())).toEqual([unknown]);
  });

  test("under way on a user is only a write to that user that is under way", async () => {
    const id = await insert(["a", "b", "c"]);
    await setTarget(id, 0, EXECUTING);
    await setTarget(id, 2, EXECUTING);
    const of = (userId: string) => store.uow.run(({ requests }) => requests.executingOn(userId));
    expect([await of("a"), await of("b")]).toEqual([[id], []]);
  });
});

describe("requests about a user", () => {
  test("are open while they wait or are under way, and the user's own part isn't settled", async () => {
    const open = [
      await insert(["a"], { state: "pending" }),
      await insert(["a"], { state: "approved" }),
      await insert(["a"], { state: "executing" }),
    ];
    for (const state of ["denied", "cancelled", "expired", "stale", "done"] as const)
      await insert(["a"], { state });
    await insert(["b"], { state: "pending" });
    const settled = await insert(["a", "b"], { state: "executing" });
    await setTarget(settled, 0, { state: "verified" });
    const found = await store.uow.run(async ({ requests }) => [
      await requests.openOn("a"),
      await requests.lockOpenOn("a"),
    ]);
    expect(found).toEqual([open, open]);
  });

  test("are stored in turns, so that the second is told of the first", async () => {
    await using other = store.openReplica();
    let second: Promise<readonly number[]> | undefined;
    const first = await store.uow.run(async ({ requests }) => {
      expect(await requests.lockOpenOn("a")).toEqual([]);
      second = other.uow.run((tx) => tx.requests.lockOpenOn("a"));
      await untilBlocked(store, 1);
      return requests.insert(
        someNewRequest({ targets: [someTarget({ facts: someFacts({ userId: "a" }) })] }),
      );
    });
    expect(await second).toEqual([first.id]);
  });

  test("count as settled from a moment on, that moment included, with that user's part alone", async () => {
    const id = await insert(["a", "b"], { state: "done" });
    await setTarget(id, 0, { state: "verified", settledAt: later(1) });
    await setTarget(id, 1, { state: "verified", settledAt: later(1) });
    const since = async (minutes: number) => {
      const found = await store.uow.run(({ requests }) => requests.settledOn("a", later(minutes)));
      return found.map(({ id, targets }) => [id, ...targets.map(({ userId }) => userId)]);
    };
    expect(await since(1)).toEqual([[id, "a"]]);
    expect(await since(2)).toEqual([]);
  });
});

describe("emergencies of a person that aren't ratified", () => {
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const unratified = (person: { slackUserId: string; email: string | null }) =>
    store.uow.run(({ requests }) => requests.unratifiedOf(person));

  test("are those under way or waiting for their ratification, under the same Slack id or e-mail", async () => {
    const underWay = [
      await insert(["a"], { state: "approved", emergency }),
      await insert(["b"], { state: "executing", emergency }),
    ];
    const [awaiting, ratified] = [
      await insert(["c"], { state: "done", emergency }),
      await insert(["d"], { state: "done", emergency }),
    ];
    await insert(["e"], { state: "approved" });
    await insert(["f"], { state: "approved", emergency, requester: { slackUserId: "U0JONAS", email: null } });
    await store.uow.run(async ({ requests }) => {
      const terms = { deadlineAt: later(60), overdue: false };
      await requests.saveRatification(awaiting, { ...terms, state: "awaiting", decision: null });
      await requests.saveRatification(ratified, { ...terms, state: "awaiting", decision: null });
      const decision = { by: { slackUserId: "U0THEO", email: null }, at: AT, reason: null };
      await requests.saveRatification(ratified, { ...terms, state: "ratified", decision });
    });
    const theirs = new Set([...underWay, awaiting]);
    expect(new Set(await unratified(MAYA))).toEqual(theirs);
    expect(new Set(await unratified({ ...MAYA, email: "other@harborlight.example" }))).toEqual(theirs);
    expect(new Set(await unratified({ ...MAYA, slackUserId: "U0MAYA2" }))).toEqual(theirs);
    expect(await unratified({ slackUserId: "U0MAYA2", email: null })).toEqual([]);
  });

  test("are counted in turns, so that two at once are never both the first", async () => {
    await using other = store.openReplica();
    let second: Promise<readonly number[]> | undefined;
    const first = await store.uow.run(async ({ requests }) => {
      expect(await requests.unratifiedOf(MAYA)).toEqual([]);
      second = other.uow.run((tx) => tx.requests.unratifiedOf(MAYA));
      await untilBlocked(store, 1);
      return requests.insert(someNewRequest({ state: "approved", emergency }));
    });
    expect(await second).toEqual([first.id]);
  });
});
