import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRecordGroups, type Group, recordLoaded } from "../../src/authorization/index.ts";
import type { BulkDraft, Draft, TargetPatch } from "../../src/change-requests/index.ts";
import { createPostedMessages } from "../../src/persistence/index.ts";
import { someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore, untilBlocked } from "../support/test-store.ts";

// Rows of the same kind stand beside each other: a statement changes and finds only those that it is about.

const AT = new Date("2026-11-01T10:00:00Z");
const DAY_MS = 24 * 3_600_000;
const daysLater = (days: number) => new Date(AT.getTime() + days * DAY_MS);
const place = { channelId: "C0APPROVE", threadTs: null };

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(async () => {
  await store.empty();
  await store.database.lockPool.query("delete from slack_posts; delete from job_failures;");
});
afterAll(() => store[Symbol.asyncDispose]());

/** Does `work` in a transaction on another replica, which has to wait until `first` is over; says what it found. */
async function waitsFor<T>(
  first: (tx: Parameters<Parameters<QueueStore["uow"]["run"]>[0]>[0]) => Promise<() => Promise<unknown>>,
  work: (tx: Parameters<Parameters<QueueStore["uow"]["run"]>[0]>[0]) => Promise<T>,
): Promise<T> {
  await using other = store.openReplica();
  let second: Promise<T> | undefined;
  await store.uow.run(async (tx) => {
    const change = await first(tx);
    second = other.uow.run(work);
    await untilBlocked(store, 1);
    await change();
  });
  if (!second) throw new Error("It was just begun.");
  return second;
}

describe("a form that is filled in", () => {
  const draft = (): Draft => ({
    id: randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place,
    who: null,
    kind: null,
    emergency: false,
    facts: null,
    slackUserIds: [],
    roleOptions: [],
    orgOptions: [],
    undo: null,
    requestId: null,
    expiresAt: AT,
  });
  const bulkDraft = (): BulkDraft => ({
    id: randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place,
    kind: "deactivate",
    input: null,
    reading: null,
    requestId: null,
    expiresAt: AT,
  });

  test("is changed without any other, and finds its own opener", async () => {
    const [first, second] = [draft(), draft()];
    const [firstBulk, secondBulk] = [bulkDraft(), bulkDraft()];
    const read = await store.uow.run(async ({ drafts, bulkDrafts }) => {
      for (const each of [second, first]) await drafts.insert(each);
      for (const each of [secondBulk, firstBulk]) await bulkDrafts.insert(each);
      await drafts.update(first.id, { who: "nadia", openerUserId: "42" });
      await bulkDrafts.update(firstBulk.id, { openerUserId: "42" });
      return [
        await drafts.lock(first.id),
        await drafts.lock(second.id),
        await bulkDrafts.lock(firstBulk.id),
        await bulkDrafts.lock(secondBulk.id),
        await bulkDrafts.lock("nonsense'"),
        await drafts.lock("nonsense'"),
      ];
    });
    const opener = { ...first.opener, userId: "42" };
    expect(read).toEqual([
      { ...first, who: "nadia", opener },
      second,
      { ...firstBulk, opener },
      secondBulk,
      null,
      null,
    ]);
  });

  test("that is submitted twice at once leads to one request: the second waits for the first", async () => {
    const [single, bulk] = [draft(), bulkDraft()];
    const requestId = await store.uow.run(async (tx) => {
      await tx.drafts.insert(single);
      await tx.bulkDrafts.insert(bulk);
      return (await tx.requests.insert(someNewRequest())).id;
    });
    const ofSingle = await waitsFor(
      async ({ drafts }) => {
        await drafts.lock(single.id);
        return () => drafts.update(single.id, { requestId });
      },
      ({ drafts }) => drafts.lock(single.id),
    );
    const ofBulk = await waitsFor(
      async ({ bulkDrafts }) => {
        await bulkDrafts.lock(bulk.id);
        return () => bulkDrafts.update(bulk.id, { requestId });
      },
      ({ bulkDrafts }) => bulkDrafts.lock(bulk.id),
    );
    expect([ofSingle?.requestId, ofBulk?.requestId]).toEqual([requestId, requestId]);
  });
});

describe("failed work", () => {
  const fault = (key: string, requestId: number | null, at = AT) =>
    ({ kind: "ask", key, requestId, errorCode: "TypeError", reference: "7f3a", at }) as const;

  test("is counted by its key, and anew where it is its first try", async () => {
    const faults = await store.uow.run(async ({ jobFailures }) => [
      (await jobFailures.addFault(fault("a", 1))).faults,
      (await jobFailures.addFault(fault("b", 1))).faults,
      (await jobFailures.addFault(fault("a", 1))).faults,
      (await jobFailures.addFault({ ...fault("a", 1), isFirst: true })).faults,
      (await jobFailures.lock("b"))?.faults,
      await jobFailures.lock("c"),
    ]);
    expect(faults).toEqual([1, 1, 2, 1, 1, null]);
  });

  test("is given up alone, and shown on the card of its own request", async () => {
    const keys = await store.uow.run(async ({ jobFailures }) => {
      for (const [key, requestId] of Object.entries({ a: 1, b: 1, c: 2 }))
        await jobFailures.addFault(fault(key, requestId));
      await jobFailures.giveUp("a", AT);
      await jobFailures.giveUp("c", AT);
      return [await jobFailures.givenUpOf(1), await jobFailures.givenUpOf(2), await jobFailures.givenUpOf(3)];
    });
    expect(keys.map((each) => each.map(({ key }) => key))).toEqual([["a"], ["c"], []]);
  });

  test("is forgotten alone, and not by a success that came before its last failure", async () => {
    const { late, known, all } = await store.uow.run(async ({ jobFailures }) => {
      for (const key of ["a", "b"]) await jobFailures.addFault(fault(key, 1, daysLater(1)));
      const late = await jobFailures.remove("a", { failedUntil: AT });
      const known = await jobFailures.remove("a", { failedUntil: daysLater(1) });
      return { late, known, all: await jobFailures.keys() };
    });
    expect([late, known?.key, all]).toEqual([null, "a", ["b"]]);
  });

  test("is counted in turns, so that two failures at once are two", async () => {
    await store.uow.run((tx) => tx.jobFailures.addFault(fault("a", 1)));
    const found = await waitsFor(
      async ({ jobFailures }) => {
        await jobFailures.lock("a");
        return () => jobFailures.addFault(fault("a", 1));
      },
      ({ jobFailures }) => jobFailures.lock("a"),
    );
    expect(found?.faults).toBe(2);
  });

  test("is told to its own requester, and names the subject only where there is one", async () => {
    const two = [someTarget(), someTarget({ position: 1 })];
    const { one, bulk } = await store.uow.run(async ({ requests, jobFailures }) => {
      const theo = { slackUserId: "U0THEO", email: null };
      const { id } = await requests.insert(someNewRequest({ requester: theo }));
      const { id: many } = await requests.insert(someNewRequest({ targets: two }));
      return { one: await jobFailures.contact(id), bulk: await jobFailures.contact(many) };
    });
    expect(one).toMatchObject({ slackUserId: "U0THEO", subject: someTarget().username });
    expect(bulk).toMatchObject({ slackUserId: "U0MAYA", subject: null });
  });
});

test("a message is remembered under its own key, and one that is begun anew is not posted yet", async () => {
  const postedMessages = createPostedMessages(store.database.db, (_name, work) => work());
  for (const key of ["card:1", "card:2"]) {
    await postedMessages.begin(key, place);
    await postedMessages.posted(key, `${key}.1`, `hash of ${key}`);
  }
  await postedMessages.posted("card:1", "1.2", null);
  expect(await postedMessages.find("card:2")).toMatchObject({
    ts: "card:2.1",
    contentHash: "hash of card:2",
  });
  await postedMessages.begin("card:2", { ...place, channelId: "C0OTHER" });
  expect(await postedMessages.find("card:2")).toMatchObject({
    channelId: "C0OTHER",
    ts: null,
    contentHash: null,
  });
  await postedMessages.forget("card:2");
  expect([(await postedMessages.find("card:1"))?.ts, await postedMessages.find("card:2")]).toEqual([
    "1.2",
    null,
  ]);
});

test("a click is carried out once, however often it is delivered, beside others", async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const claims: boolean[] = [];
  for (const click of [first, second, first])
    claims.push(await store.uow.run((tx) => tx.clicks.claim(click, AT)));
  expect(claims).toEqual([true, true, false]);
});

test("policies are recorded in turns, and the last that were recorded decide", async () => {
  const record = (hash: string) => store.uow.run((tx) => tx.policies.record(hash, AT));
  await record("first");
  await record("second");
  expect(await store.uow.run((tx) => tx.policies.current({ forChange: false }))).toBe("second");
  const seen = await waitsFor(
    async ({ policies }) => {
      await policies.current({ forChange: true });
      return () => policies.record("third", AT);
    },
    async ({ policies }) => [
      await policies.current({ forChange: true }),
      await policies.wasRecorded("first"),
      await policies.wasRecorded("fourth"),
    ],
  );
  expect(seen).toEqual(["third", true, false]);
  // A claim waits for other policies as well.
  const claimed = await waitsFor(
    async ({ policies }) => {
      await policies.current({ forChange: true });
      return () => policies.record("fourth", AT);
    },
    ({ policies }) => policies.current({ forChange: false }),
  );
  expect(claimed).toBe("fourth");
});

test("a set of policies that two replicas load at once is recorded once", async () => {
  const sources = { schema: "entity A;", files: [] };
  const set = { schema: sources.schema, policies: [], hash: "loaded twice", sources };
  const { outcome } = await waitsFor(
    async ({ policies }) => {
      expect(["first", "recorded"]).toContain((await recordLoaded(policies, set, AT)).outcome);
      return async () => {};
    },
    ({ policies }) => recordLoaded(policies, set, AT),
  );
  expect(outcome).toBe("agrees");
});

test("the texts of policies are kept under their hash as they were first", async () => {
  const sources = (text: string) => ({ schema: "entity A;", files: [{ name: "10.cedar", text }] });
  const kept = await store.uow.run(async ({ policies }) => {
    await policies.keep("a", sources("first"));
    await policies.keep("b", sources("other"));
    await policies.keep("a", sources("second"));
    return [await policies.sources("a"), await policies.sources("b"), await policies.sources("c")];
  });
  expect(kept).toEqual([sources("first"), sources("other"), null]);
});

test("members who leave one group stay in every other", async () => {
  const record = createRecordGroups({
    run: (work) => store.uow.run((tx) => work({ groups: tx.groups, audit: async () => {} })),
  });
  const group = (handle: string, ...memberIds: string[]): Group => ({
    handle,
    groupId: `S0${handle}`,
    memberIds,
  });
  const named = ["leads", "responders", "empty"];
  const read = async (minute: number, ...groups: Group[]) => {
    await record({ groups, named, readAt: new Date(AT.getTime() + minute) });
    const known = await store.uow.run((tx) => tx.groups.known(named));
    return Object.fromEntries(known.map(({ handle, members }) => [handle, [...members.keys()].sort()]));
  };
  await read(
    0,
    group("leads", "U0THEO", "U0MAYA"),
    group("responders", "U0THEO", "U0MAYA"),
    group("empty", "U0MAYA"),
  );
  expect(
    await read(1, group("leads", "U0MAYA"), group("responders", "U0THEO", "U0MAYA"), group("empty")),
  ).toEqual({
    leads: ["U0MAYA"],
    responders: ["U0MAYA", "U0THEO"],
    empty: [],
  });
});

test("everybody in a group that took over a handle is new in it, however often it is read", async () => {
  const run = (groupId: string, minute: number) =>
    createRecordGroups({
      run: (work) => store.uow.run((tx) => work({ groups: tx.groups, audit: async () => {} })),
    })({
      groups: [{ handle: "taken-over", groupId, memberIds: ["U0THEO"] }],
      named: ["taken-over"],
      readAt: new Date(AT.getTime() + minute),
    });
  await run("S0OLD", 0);
  await run("S0NEW", 1);
  const [known] = await run("S0NEW", 2);
  expect(known?.members).toEqual(new Map([["U0THEO", new Date(AT.getTime() + 1)]]));
});

test("what is known of the groups changes in turns, so that no change is told twice or lost", async () => {
  const known = { handle: "turns", groupId: "S0TURNS", readAt: AT, isGone: false, members: new Map() };
  const found = await waitsFor(
    async ({ groups }) => {
      expect(await groups.known(["turns"])).toEqual([]);
      return () => groups.save(known);
    },
    ({ groups }) => groups.known(["turns"]),
  );
  expect(found).toEqual([known]);
});

describe("messages of old requests are forgotten", () => {
  const KEPT_FOR_DAYS = 100;
  /** Whether the announcement of a request that expired long ago is forgotten, if these things are otherwise. */
  async function isForgotten(options: {
    state?: "done" | "executing";
    target?: TargetPatch;
    decideBy?: Date;
    executeBy?: Date;
    isPosted?: boolean;
    key?: (id: number) => string;
  }): Promise<boolean> {
    const { state = "done", target = {}, decideBy = AT, isPosted = true } = options;
    const { executeBy = decideBy, key = (id) => `announce:${id}:done` } = options;
    const { id } = await store.uow.run((tx) =>
      tx.requests.insert(someNewRequest({ state, decideBy, executeBy })),
    );
    await store.uow.run((tx) =>
      tx.requests.updateTarget(id, 0, { state: "verified", settledAt: AT, ...target }),
    );
    const postedMessages = createPostedMessages(store.database.db, (_name, work) => work());
    await postedMessages.begin(key(id), place);
    if (isPosted) await postedMessages.posted(key(id), "1.1", null);
    await store.database.lockPool.query("update slack_posts set begun_at = $1", [AT]);
    const postsBefore = daysLater(KEPT_FOR_DAYS);
    const before = { draftsExpiredBefore: AT, clicksBefore: AT, postsBefore };
    await store.uow.run((tx) => tx.upkeep.prune(before));
    return (await postedMessages.find(key(id))) === null;
  }
  const recently = daysLater(KEPT_FOR_DAYS);
  const intent = { at: AT, deadlineAt: AT };

  test("once nothing of the request can change any more", async () => {
    expect(await isForgotten({})).toBe(true);
  });

  test.each([
    ["a request that is under way", { state: "executing" }],
    ["a target of unknown outcome", { target: { state: "unknown" } }],
    ["a target under way", { target: { state: "executing", intent } }],
    ["a target that was settled only then", { target: { settledAt: recently } }],
    ["a request whose deadline was only then", { decideBy: recently, executeBy: AT }],
    ["a request whose time to execute was up only then", { executeBy: recently }],
    ["a message that may or may not have been posted", { isPosted: false }],
    ["a card", { key: (id: number) => `card:${id}` }],
  ] as const)("but not while there is %s", async (_what, options) => {
    expect(await isForgotten(options)).toBe(false);
  });
});
