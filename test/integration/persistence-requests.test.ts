import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  type ChangeRequest,
  type NewChangeRequest,
  REQUEST_STATES,
  type RequestPatch,
  SubjectBusyError,
  type TargetPatch,
} from "../../src/change-requests/index.ts";
import { someDecision, someFacts, someNewRequest } from "../support/domain-objects.ts";
import { giveRoles, insertRequest, readRequest, targetsOf } from "../support/stored-rows.ts";
import { inTurns } from "../support/turns.ts";
import { useQueueStore } from "../support/use-store.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const EXECUTING: TargetPatch = { state: "executing", intent: { at: AT, deadlineAt: later(1) } };
const MAYA = { slackUserId: "U0MAYA", email: "maya.lindqvist@harborlight.example" };
const EMERGENCY = { ratifyWithinHours: 24, escalateTo: [] };

const store = useQueueStore();

const get = (id: number) => readRequest(store, id);
/** A request about these users, in this order. */
const insert = (userIds: readonly string[], patch: Partial<NewChangeRequest> = {}) =>
  insertRequest(store, { targets: targetsOf(...userIds), ...patch });
const setRequest = (id: number, patch: RequestPatch) => store.uow.run((tx) => tx.requests.update(id, patch));
const setTarget = (id: number, position: number, patch: TargetPatch) =>
  store.uow.run((tx) => tx.requests.updateTarget(id, position, patch));

describe("a change request", () => {
  test("is read as it was stored, with targets and decisions in their order", async () => {
    const request = someNewRequest({
      requester: { ...MAYA, userId: "42" },
      place: { channelId: "C0INC4711", threadTs: "17.5" },
      targets: targetsOf("a", "b"),
    });
    const inserted = await store.uow.run((tx) => tx.requests.insert(request));
    expect(inserted).toMatchObject(request);
    const first = someDecision({ approver: { ...someDecision().approver, userId: "43" } });
    const second = someDecision({
      clickId: randomUUID(),
      approver: { slackUserId: "U0PRIYA", email: null },
      onBehalfOf: "U0LENA",
      verdict: "denial",
    });
    await store.uow.run(async (tx) => {
      await tx.requests.addDecision(inserted.id, first);
      await tx.requests.addDecision(inserted.id, second);
    });
    expect(await get(inserted.id)).toEqual({ ...inserted, decisions: [first, second] });
    expect(await store.uow.run((tx) => tx.requests.lock(inserted.id))).toEqual(await get(inserted.id));
  });

  test("is read as null if it doesn't exist", async () => {
    expect(await store.uow.run((tx) => tx.requests.get(999_999))).toBeNull();
    expect(await store.uow.run((tx) => tx.requests.lock(999_999))).toBeNull();
  });

  test("keeps every one of its targets, in their order, however many it has", async () => {
    const userIds = Array.from({ length: 1_003 }, (_, index) => `user ${index}`);
    const { targets } = await get(await insert(userIds));
    expect(targets.map(({ userId }) => userId)).toEqual(userIds);
  });

  test("is read with its own targets, decisions and ratification alone, and with one target on demand", async () => {
    const [first, second] = [
      await insert(["a", "b"], { emergency: EMERGENCY }),
      await insert(["c"], { emergency: EMERGENCY }),
    ];
    await store.uow.run(async (tx) => {
      for (const [index, id] of [first, second].entries()) {
        const approver = { slackUserId: `U${id}`, email: null };
        await tx.requests.addDecision(id, someDecision({ clickId: randomUUID(), approver }));
        const ratification = { deadlineAt: later(index), overdue: false, decision: null };
        await tx.requests.saveRatification(id, { state: "awaiting", ...ratification });
      }
    });
    const partsOf = (request: ChangeRequest | null) => ({
      users: request?.targets.map(({ userId }) => userId),
      count: request?.targetCount,
      approvers: request?.decisions.map(({ approver }) => approver.slackUserId),
      deadline: request?.ratification?.deadlineAt,
    });
    const read = await store.uow.run(async ({ requests }) => [
      partsOf(await requests.get(first)),
      partsOf(await requests.lock(first)),
      partsOf(await requests.getTarget(first, 1)),
      partsOf(await requests.lockTarget(first, 1)),
      partsOf(await requests.get(second)),
    ]);
    const whole = { users: ["a", "b"], count: 2, approvers: [`U${first}`], deadline: later(0) };
    const one = { ...whole, users: ["b"] };
    const other = { users: ["c"], count: 1, approvers: [`U${second}`], deadline: later(1) };
    expect(read).toEqual([whole, whole, one, one, other]);
  });

  test("changes only what a patch names, and a null clears it", async () => {
    const id = await insert(["a"]);
    await setRequest(id, { state: "executing" });
    await setRequest(id, { waitingFor: "incydr" });
    await setTarget(id, 0, { ...EXECUTING, attempts: 1 });
    expect(await get(id)).toMatchObject({
      state: "executing",
      waitingFor: "incydr",
      targets: [{ ...EXECUTING, attempts: 1 }],
    });
    await setRequest(id, { waitingFor: null });
    await setTarget(id, 0, { state: "waiting", intent: null });
    expect(await get(id)).toMatchObject({
      state: "executing",
      waitingFor: null,
      targets: [{ state: "waiting", attempts: 1, intent: null }],
    });
  });

  test("is changed, and so is one of its targets, without any other request", async () => {
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
    expect((await get(first)).targets.map(({ state }) => state)).toEqual(["verified", "waiting"]);
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
      [{ position: 1, username: "b@harborlight.example" }],
    ]);
  });

  test("puts off the progress of no other card when its own is planned", async () => {
    const [first, second] = [await insert(["a"]), await insert(["b"])];
    await store.uow.run(async ({ requests, cards }) => {
      // The first update is then in the future.
      await cards.reserveUpdate();
      expect(await requests.scheduleProgress(first)).not.toBeNull();
      expect(await requests.scheduleProgress(first)).toBeNull();
      expect(await requests.scheduleProgress(second)).not.toBeNull();
    });
  });

  test("has to wait if another one writes to its subject", async () => {
    const [first, second] = [await insert(["a"]), await insert(["a"])];
    await setTarget(first, 0, EXECUTING);
    await expect(setTarget(second, 0, EXECUTING)).rejects.toThrow(SubjectBusyError);
  });

  test("is affected by a freeze until it is over and has no role to be taken away any more", async () => {
    const states: Record<number, string> = {};
    for (const state of REQUEST_STATES) states[await insert(["a"], { state })] = state;
    const affected = () => store.uow.run((tx) => tx.requests.affectedByFreeze());
    const found = (await affected()).map((id) => states[id]);
    expect(found.toSorted()).toEqual(["approved", "executing", "pending", "stale"]);
    const temporary = await giveRoles(store, { to: someFacts({ userId: "a" }) });
    expect(await affected()).toContain(temporary);
    const over = await giveRoles(store, { patch: { state: "revoked", endedAt: AT } });
    expect(await affected()).not.toContain(over);
  });

  test("counts as a bulk if it is about several users", async () => {
    const [one, many] = [await insert(["a"]), await insert(["a", "b"])];
    const among = (...ids: number[]) => store.uow.read(({ requests }) => requests.bulksAmong(ids));
    expect(await among(one, many, 987_654)).toEqual([many]);
    expect(await among()).toEqual([]);
  });
});

describe("the executor finds", () => {
  test("the approved and executing requests, each with the count of its own targets", async () => {
    const approved = await insert(["a", "b"], { state: "approved" });
    const executing = await insert(["c"], { state: "executing" });
    for (const state of ["pending", "done"] as const) await insert(["d"], { state });
    const found = await store.uow.run(({ requests }) => requests.unfinished());
    expect(found).toEqual([
      { id: approved, state: "approved", emergency: null, targetCount: 2 },
      { id: executing, state: "executing", emergency: null, targetCount: 1 },
    ]);
  });

  test("the requests with an unknown outcome, once each, and no others", async () => {
    const unknown = await insert(["a", "b"]);
    await insert(["c"]);
    await setTarget(unknown, 0, { state: "unknown" });
    await setTarget(unknown, 1, { state: "unknown" });
    expect(await store.uow.run(({ requests }) => requests.undetermined())).toEqual([unknown]);
  });

  test("the writes to a user that are under way, and no others", async () => {
    const id = await insert(["a", "b", "c"]);
    await setTarget(id, 0, EXECUTING);
    await setTarget(id, 2, EXECUTING);
    const of = (userId: string) => store.uow.run(({ requests }) => requests.executingOn(userId));
    expect([await of("a"), await of("b")]).toEqual([[id], []]);
  });
});

describe("requests about a user", () => {
  test("are open while they wait or are under way, and the user's own part isn't settled", async () => {
    const open: number[] = [];
    for (const state of REQUEST_STATES) {
      const id = await insert(["a"], { state });
      if (state === "pending" || state === "approved" || state === "executing") open.push(id);
    }
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
    const second = await inTurns(
      store,
      async ({ requests }, untilOtherWaits) => {
        expect(await requests.lockOpenOn("a")).toEqual([]);
        await untilOtherWaits();
        await requests.insert(someNewRequest({ targets: targetsOf("a") }));
      },
      ({ requests }) => requests.lockOpenOn("a"),
    );
    expect(second).toHaveLength(1);
  });
});

describe("unratified emergencies of a person", () => {
  const unratified = (person: { slackUserId: string; email: string | null }) =>
    store.uow.run(async ({ requests }) => (await requests.unratifiedOf(person)).toSorted());

  test("are those under way or waiting for their ratification, under the same Slack id or e-mail", async () => {
    const emergency = EMERGENCY;
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
    const theirs = [...underWay, awaiting].toSorted();
    expect(await unratified(MAYA)).toEqual(theirs);
    expect(await unratified({ ...MAYA, email: "other@harborlight.example" })).toEqual(theirs);
    expect(await unratified({ ...MAYA, slackUserId: "U0MAYA2" })).toEqual(theirs);
    expect(await unratified({ slackUserId: "U0MAYA2", email: null })).toEqual([]);
  });

  test("are counted in turns, so that two at once are never both the first", async () => {
    const second = await inTurns(
      store,
      async ({ requests }, untilOtherWaits) => {
        expect(await requests.unratifiedOf(MAYA)).toEqual([]);
        await untilOtherWaits();
        await requests.insert(someNewRequest({ state: "approved", emergency: EMERGENCY }));
      },
      ({ requests }) => requests.unratifiedOf(MAYA),
    );
    expect(second).toHaveLength(1);
  });
});

describe("decisions", () => {
  const THEO = { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" };
  const PRIYA = { slackUserId: "U0PRIYA", email: null };
  const decide = (id: number, patch: Parameters<typeof someDecision>[0] = {}) =>
    store.uow.run((tx) => tx.requests.addDecision(id, someDecision({ clickId: randomUUID(), ...patch })));
  const areVoid = async (id: number) => (await get(id)).decisions.map((decision) => decision.void);

  const SAME_PERSON = [
    ["Slack id", { ...THEO, email: "other@harborlight.example" }],
    ["e-mail", { ...THEO, slackUserId: "U0OTHER" }],
  ] as const;

  test.each(SAME_PERSON)("count once if their people have the same %s", async (_what, approver) => {
    const id = await insert(["a"], { approvalsNeeded: 2 });
    await decide(id);
    await expect(decide(id, { approver })).rejects.toThrow("duplicate key value violates unique constraint");
  });

  test("are stored once on behalf of one person", async () => {
    const id = await insert(["a"]);
    await decide(id, { onBehalfOf: "U0LENA" });
    const again = decide(id, { approver: PRIYA, onBehalfOf: "U0LENA" });
    await expect(again).rejects.toThrow("decisions_once_a_delegator");
    const ofOneself = decide(id, { approver: PRIYA, onBehalfOf: PRIYA.slackUserId });
    await expect(ofOneself).rejects.toThrow("decisions_on_behalf_of_another");
  });

  test("are stored once for one click, also on two requests", async () => {
    const clickId = randomUUID();
    await decide(await insert(["a"]), { clickId });
    const again = decide(await insert(["b"]), { clickId, approver: PRIYA });
    await expect(again).rejects.toThrow("decisions_click_id_key");
  });

  test.each(SAME_PERSON)(
    "are voided on one request by their person's %s, and make way for another one there",
    async (_what, person) => {
      const [id, other] = [await insert(["a"]), await insert(["b"])];
      await decide(id);
      await decide(id, { approver: PRIYA });
      await decide(other);
      await store.uow.run((tx) => tx.requests.voidDecision(id, person));
      expect(await areVoid(id)).toEqual([true, false]);
      await decide(id, { verdict: "denial" });
      expect((await get(id)).decisions).toMatchObject([
        { approver: THEO, void: true },
        { approver: PRIYA, void: false },
        { approver: THEO, void: false, verdict: "denial" },
      ]);
      await store.uow.run((tx) => tx.requests.voidDecisions(id));
      expect(await areVoid(id)).toEqual([true, true, true]);
      expect(await areVoid(other)).toEqual([false]);
    },
  );
});
