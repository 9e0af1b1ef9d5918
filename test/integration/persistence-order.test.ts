import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPostedMessages } from "../../src/persistence/index.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

const { userId } = someFacts();
const SINCE = new Date("2026-11-01T09:00:00Z");
const after = (seconds: number) => new Date(SINCE.getTime() + seconds * 1_000);
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

/** A finished request about Nadia that was settled then. */
function settled(settledAt: Date, expiresAt = new Date("2099-01-01T00:00:00Z")): Promise<number> {
  const targets = [someTarget({ state: "verified" })];
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", targets, decideBy: expiresAt }));
    await tx.requests.updateTarget(id, 0, { settledAt });
    return id;
  });
}

const changesSince = async (requestId: number) =>
  store.uow.read(({ requests }) => requests.changesSince(userId, requestId, SINCE));

test("of changes of the same moment the one with the higher number came later", async () => {
  const [, second, third] = [await settled(SINCE), await settled(SINCE), await settled(SINCE)];
  if (second === undefined) throw new Error("There are three.");
  expect((await changesSince(second)).map(({ requestId }) => requestId)).toEqual([third]);
});

test("of more later changes than are read the latest are kept, whether a change or the end of a role", async () => {
  const [first, last] = [await settled(SINCE), await settled(after(1_000))];
  await store.database.lockPool.query(
    `insert into grants (request_id, user_id, role_id, role_name, state, granted_at, ends_at, ended_at)
     select $1, $2, 'role ' || number, 'role', 'revoked', $3, $4, $3::timestamptz + make_interval(secs => number)
     from generate_series(1, 200) as number`,
    [first, userId, SINCE, after(1)],
  );
  const later = await changesSince(first);
  expect(later).toHaveLength(200);
  expect(later.at(-1)).toMatchObject({ kind: "change", requestId: last });
});

test("of the finished requests about a user those that were settled last are found first", async () => {
  const [early, late, between] = [await settled(after(1)), await settled(after(9)), await settled(after(5))];
  const finished = (limit: number) => store.uow.run(({ requests }) => requests.finishedOn(userId, limit));
  expect(await finished(2)).toEqual([late, between]);
  expect(await finished(9)).toEqual([late, between, early]);
});

test("who is in a group doesn't depend on what is stored of another group", async () => {
  const members = (id: string) => new Map([[id, null]]);
  const group = { readAt: SINCE, isGone: false };
  const known = await store.uow.run(async ({ groups }) => {
    await groups.save({ ...group, handle: "leads", groupId: "S0LEADS", members: members("U0THEO") });
    await groups.save({ ...group, handle: "analysts", groupId: "S0ANALYSTS", members: members("U0MAYA") });
    await groups.save({ ...group, handle: "empty", groupId: "S0EMPTY", members: new Map() });
    return groups.known(["leads", "analysts", "empty"]);
  });
  const found = known.map(({ handle, members: of }) => [handle, [...of.keys()]]);
  expect(Object.fromEntries(found)).toEqual({ leads: ["U0THEO"], analysts: ["U0MAYA"], empty: [] });
});

test("posts are kept of a request that was settled lately, and while they may be under way", async () => {
  const [old, lately] = [await settled(daysAgo(200), daysAgo(200)), await settled(daysAgo(1), daysAgo(200))];
  const postedMessages = createPostedMessages(store.database.db, (_name, work) => work());
  for (const key of [`announce:${old}:a`, `announce:${lately}:a`, `announce:${old}:begun`]) {
    await postedMessages.begin(key, { channelId: "C0APPROVE", threadTs: null });
    if (!key.endsWith("begun")) await postedMessages.posted(key, "1.1", null);
  }
  await store.database.lockPool.query("update slack_posts set begun_at = begun_at - interval '200 days'");
  await store.uow.run(({ upkeep }) =>
    upkeep.prune({
      draftsExpiredBefore: daysAgo(1),
      clicksBefore: daysAgo(100),
      postsBefore: daysAgo(100),
    }),
  );
  const kept = (await postedMessages.findAll("announce:")).map(({ key }) => key).sort();
  expect(kept).toEqual([`announce:${lately}:a`, `announce:${old}:begun`].sort());
});

test("changes to a user are read in the order in which they were settled", async () => {
  const [late, early, between] = [await settled(after(9)), await settled(after(1)), await settled(after(5))];
  const read = await store.uow.run(({ requests }) => requests.settledOn(userId, SINCE));
  expect(read.map(({ id }) => id)).toEqual([early, between, late]);
});

test("the next grant to end is told first, whichever was given first", async () => {
  const role = { id: "alert-emails", name: "Alert Emails" };
  const grant = { userId, role, grantedAt: SINCE };
  const [late, early] = [await settled(SINCE), await settled(SINCE)];
  await store.uow.run(({ grants }) =>
    grants.insert([
      { ...grant, requestId: late, endsAt: after(90) },
      { ...grant, requestId: early, endsAt: after(60) },
    ]),
  );
  const open = await store.uow.read(({ grants }) => grants.open({ userId: null, limit: 1 }));
  expect(open.map(({ requestId }) => requestId)).toEqual([early]);
});

test("a reminder that a digest tells is none to be told any more", async () => {
  const requestId = await settled(SINCE);
  const reminder = { requestId, step: "reminder" as const, dueAt: SINCE, escalateTo: [] };
  const found = await store.uow.run(async ({ reminders }) => {
    await reminders.plan(requestId, [reminder]);
    const before = await reminders.find(requestId, "reminder");
    await reminders.addDigest([reminder], SINCE);
    return [before, await reminders.find(requestId, "reminder")];
  });
  expect(found).toEqual([reminder, null]);
});
