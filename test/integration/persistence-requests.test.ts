import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DecisionClick, Draft, TargetState } from "../../src/change-requests/index.ts";
import { someDecision, someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openTestStore, type TestStore } from "../support/test-store.ts";

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const PRIYA: DecisionClick["slackUserId"] = "U0PRIYA";

async function insert(patch: Parameters<typeof someNewRequest>[0] = {}) {
  return store.uow.run((tx) => tx.requests.insert(someNewRequest(patch)));
}

/** Gives a role to the subject of a request for a limited time. */
async function giveRole(requestId: number, roleId: string, userId = someFacts().userId): Promise<void> {
  const grantedAt = new Date("2026-11-01T08:00:00Z");
  const role = { id: roleId, name: roleId };
  const grant = { requestId, userId, role, grantedAt, endsAt: new Date("2026-11-02T08:00:00Z") };
  await store.uow.run((tx) => tx.grants.insert([grant]));
}

async function endRole(requestId: number, endedAt: Date): Promise<void> {
  const role = { id: "alert-emails", name: "alert-emails" };
  await store.uow.run((tx) => tx.grants.update({ requestId, role }, { state: "revoked", endedAt }));
}

describe("a change request", () => {
  test("is read as it was stored, with targets and decisions in their order", async () => {
    const targets = [someTarget(), someTarget({ position: 1, facts: someFacts({ userId: "2" }) })];
    const inserted = await insert({ targets, place: { channelId: "C0INC4711", threadTs: "17.5" } });
    const first = someDecision({ clickId: crypto.randomUUID() });
    const second = someDecision({
      clickId: crypto.randomUUID(),
      approver: { slackUserId: PRIYA, email: null },
      onBehalfOf: "U0LENA",
      verdict: "denial",
    });
    await store.uow.run(async (tx) => {
      await tx.requests.addDecision(inserted.id, first);
      await tx.requests.addDecision(inserted.id, second);
    });
    const stored = await store.uow.run((tx) => tx.requests.get(inserted.id));
    expect(stored).toEqual({ ...inserted, decisions: [first, second] });
    expect(await store.uow.run((tx) => tx.requests.lock(inserted.id))).toEqual(stored);
  });

  test("that doesn't exist is nothing", async () => {
    expect(await store.uow.run((tx) => tx.requests.get(999_999))).toBeNull();
    expect(await store.uow.run((tx) => tx.requests.lock(999_999))).toBeNull();
  });

  test("changes only what a patch names, and a null clears it", async () => {
    const { id } = await insert();
    const intent = { at: new Date("2026-11-01T10:00:00Z"), deadlineAt: new Date("2026-11-01T10:00:20Z") };
    await store.uow.run(async (tx) => {
      await tx.requests.update(id, { state: "executing" });
      await tx.requests.update(id, { waitingFor: "incydr" });
      await tx.requests.updateTarget(id, 0, { state: "executing", attempts: 1, intent });
    });
    const executing = await store.uow.run((tx) => tx.requests.get(id));
    expect(executing).toMatchObject({ state: "executing", waitingFor: "incydr" });
    expect(executing?.targets[0]).toMatchObject({ state: "executing", attempts: 1, intent });
    await store.uow.run(async (tx) => {
      await tx.requests.update(id, { waitingFor: null });
      await tx.requests.updateTarget(id, 0, { state: "waiting", intent: null });
    });
    const waiting = await store.uow.run((tx) => tx.requests.get(id));
    expect(waiting).toMatchObject({ state: "executing", waitingFor: null });
    expect(waiting?.targets[0]).toMatchObject({ state: "waiting", attempts: 1, intent: null });
  });

  test("is affected by a freeze until it is over and no role is to be taken away by it any more", async () => {
    const ids = new Map<string, number>();
    for (const state of [
      "pending",
      "stale",
      "approved",
      "executing",
      "done",
      "denied",
      "cancelled",
      "expired",
    ] as const)
      ids.set(state, (await insert({ state })).id);
    const { id: temporary } = await insert({ state: "done" });
    await giveRole(temporary, "alert-emails");
    const affected = await store.uow.run((tx) => tx.requests.affectedByFreeze());
    const isAffected = (id: number | undefined) => affected.includes(id ?? 0);
    expect([...ids].filter(([, id]) => isAffected(id)).map(([state]) => state)).toEqual([
      "pending",
      "stale",
      "approved",
      "executing",
    ]);
    expect(isAffected(temporary)).toBe(true);
    await endRole(temporary, new Date("2026-11-01T12:00:00Z"));
    expect(await store.uow.run((tx) => tx.requests.affectedByFreeze())).not.toContain(temporary);
  });

  test("knows what was changed of its subject since, in order, and which finished requests are about them alone", async () => {
    const facts = someFacts({ userId: "since" });
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
    const settled = async (
      hour: number,
      patch: Parameters<typeof insert>[0] = {},
      state: TargetState = "verified",
    ) => {
      const { id } = await insert({ state: "done", targets: [someTarget({ facts })], ...patch });
      await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state, settledAt: at(hour) }));
      return id;
    };
    const before = await settled(8);
    const first = await settled(9, { change: { kind: "deactivate" } });
    const undo = await settled(11, { change: { kind: "activate" }, undoes: first });
    await settled(12, {}, "unknown");
    const of = (position: number) =>
      someTarget({ position, facts: { ...facts, userId: `since ${position}` } });
    const bulk = await settled(13, { targets: [someTarget({ facts }), of(1)] });
    await giveRole(before, "alert-emails", "since");
    await endRole(before, at(10));
    const since = await store.uow.read(({ requests }) => requests.changesSince("since", first, at(9)));
    expect(since).toMatchObject([
      { kind: "grant_ended", requestId: before, at: at(10), role: { id: "alert-emails" } },
      { kind: "change", requestId: undo, at: at(11), undoes: first, change: { kind: "activate" } },
      { kind: "change", requestId: bulk, at: at(13) },
    ]);
    const alone = await store.uow.run((tx) => tx.requests.finishedOn("since", 3));
    expect(alone).toHaveLength(3);
    expect(alone).toEqual(expect.arrayContaining([first, undo]));
    expect(alone).not.toContain(bulk);
  });

  test("that settled at the same moment as another about its subject counts as the later one if it is newer", async () => {
    const targets = [someTarget({ facts: someFacts({ userId: "same moment" }) })];
    const settledAt = new Date("2026-11-01T10:00:00Z");
    const older = await insert({ state: "done", targets });
    const newer = await insert({ state: "done", targets });
    const laterThan = await store.uow.run(async ({ requests }) => {
      for (const { id } of [newer, older])
        await requests.updateTarget(id, 0, { state: "verified", settledAt });
      const since = async (id: number) =>
        (await requests.changesSince("same moment", id, settledAt)).map(({ requestId }) => requestId);
      return [await since(older.id), await since(newer.id)];
    });
    expect(laterThan).toEqual([[newer.id], []]);
  });

  test("has a target in execution only with the intent stored before the write", async () => {
    const { id } = await insert();
    const claim = store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "executing" }));
    await expect(claim).rejects.toThrow("violates check constraint");
  });

  test("is found while the executor has work with it, or its outcome is unknown", async () => {
    const { id } = await insert({ state: "approved" });
    const { id: pending } = await insert();
    const found = () =>
      store.uow.run(async (tx) => ({
        unfinished: (await tx.requests.unfinished()).map((request) => request.id),
        undetermined: await tx.requests.undetermined(),
        executing: await tx.requests.executingOn(someFacts().userId),
      }));
    expect((await found()).unfinished).toContain(id);
    expect((await found()).unfinished).not.toContain(pending);
    const intent = { at: new Date(), deadlineAt: new Date() };
    await store.uow.run((tx) => tx.requests.updateTarget(id, 0, { state: "executing", intent }));
    expect((await found()).executing).toContain(id);
    await store.uow.run(async (tx) => {
      await tx.requests.updateTarget(id, 0, { state: "unknown" });
      await tx.requests.update(id, { state: "done" });
    });
    const now = await found();
    expect(now.undetermined).toContain(id);
    expect(now.unfinished).not.toContain(id);
    expect(now.executing).not.toContain(id);
  });
});

describe("decisions", () => {
  test.each([
    ["the same Slack id", { slackUserId: "U0THEO", email: "another@harborlight.example" }],
    ["the same e-mail", { slackUserId: "U0THEO2", email: "theo.okafor@harborlight.example" }],
  ])("of one person count once: %s", async (_what, approver) => {
    const { id } = await insert({ approvalsNeeded: 2 });
    await store.uow.run((tx) => tx.requests.addDecision(id, someDecision({ clickId: crypto.randomUUID() })));
    const again = someDecision({ clickId: crypto.randomUUID(), approver });
    await expect(store.uow.run((tx) => tx.requests.addDecision(id, again))).rejects.toThrow(
      "duplicate key value violates unique constraint",
    );
  });

  test("in the place of one person are stored once", async () => {
    const { id } = await insert();
    const decide = (slackUserId: string, onBehalfOf: string) => {
      const approver = { slackUserId, email: null };
      const decision = someDecision({ clickId: crypto.randomUUID(), approver, onBehalfOf });
      return store.uow.run((tx) => tx.requests.addDecision(id, decision));
    };
    await decide("U0THEO", "U0LENA");
    await expect(decide(PRIYA, "U0LENA")).rejects.toThrow("decisions_once_a_delegator");
    await expect(decide(PRIYA, PRIYA)).rejects.toThrow("decisions_on_behalf_of_another");
  });

  test("of one click are stored once, on whatever request", async () => {
    const [{ id }, { id: other }] = [await insert(), await insert()];
    const decision = someDecision({ clickId: crypto.randomUUID() });
    await store.uow.run((tx) => tx.requests.addDecision(id, decision));
    const again = { ...decision, approver: { slackUserId: PRIYA, email: null } };
    await expect(store.uow.run((tx) => tx.requests.addDecision(other, again))).rejects.toThrow(
      "decisions_click_id_key",
    );
  });

  test("that are void make way for another by the same person, and stay in the record", async () => {
    const { id } = await insert();
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
    await store.uow.run(async (tx) => {
      await tx.requests.addDecision(id, someDecision({ clickId: first }));
      await tx.requests.voidDecision(id, { slackUserId: "U0THEO", email: null });
      await tx.requests.addDecision(id, someDecision({ clickId: second, verdict: "denial" }));
    });
    const stored = await store.uow.run((tx) => tx.requests.get(id));
    expect(stored?.decisions).toMatchObject([
      { clickId: first, void: true },
      { clickId: second, void: false, verdict: "denial" },
    ]);
  });
});

test("bulks are told from requests about one user", async () => {
  const { id: one } = await insert();
  const two = [someTarget(), someTarget({ position: 1, userId: "another", username: "b@x.example" })];
  const { id: many } = await insert({ targets: two });
  const among = (...ids: number[]) => store.uow.read(({ requests }) => requests.bulksAmong(ids));
  expect(await among(one, many, 987_654)).toEqual([many]);
  expect(await among()).toEqual([]);
});

test("a person's decision that is voided on one request stands on every other", async () => {
  const [{ id }, { id: other }] = [await insert(), await insert()];
  await store.uow.run(async (tx) => {
    for (const requestId of [id, other])
      await tx.requests.addDecision(requestId, someDecision({ clickId: crypto.randomUUID() }));
    await tx.requests.voidDecision(id, someDecision().approver);
  });
  const isVoid = async (requestId: number) =>
    (await store.uow.run((tx) => tx.requests.get(requestId)))?.decisions.map((decision) => decision.void);
  expect(await isVoid(id)).toEqual([true]);
  expect(await isVoid(other)).toEqual([false]);
  // The same for all decisions of a request.
  await store.uow.run((tx) => tx.requests.voidDecisions(id));
  expect(await isVoid(other)).toEqual([false]);
});

describe("a draft", () => {
  const draft: Draft = {
    id: "00000000-0000-4000-8000-00000000000d",
    opener: { slackUserId: "U0MAYA", email: null },
    place: { channelId: "C0APPROVE", threadTs: null },
    who: null,
    kind: null,
    emergency: false,
    facts: null,
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    undo: null,
    requestId: null,
    expiresAt: new Date("2026-11-01T09:30:00Z"),
  };

  test("is read as it was stored, and changes only what a patch names", async () => {
    await store.uow.run((tx) => tx.drafts.insert(draft));
    expect(await store.uow.run((tx) => tx.drafts.lock(draft.id))).toEqual(draft);
    const patch = {
      who: "nadia",
      kind: "add_roles",
      facts: someFacts(),
      slackUserIds: ["U0NADIA"],
      roleOptions: [{ id: "alert-emails", name: "Alert Emails" }],
    } as const;
    await store.uow.run((tx) => tx.drafts.update(draft.id, patch));
    expect(await store.uow.run((tx) => tx.drafts.lock(draft.id))).toEqual({ ...draft, ...patch });
  });

  test.each(["", "nonsense", "00000000-0000-4000-8000-00000000000d'; drop table drafts; --"])(
    "is nothing for what comes out of a hidden field and isn't one: %j",
    async (id) => {
      expect(await store.uow.run((tx) => tx.drafts.lock(id))).toBeNull();
    },
  );
});
