import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FOUND_GONE } from "../../src/change-requests/model/grant.ts";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore, untilBlocked } from "../support/test-store.ts";

// A second read, under a lock or after another change was settled, returns the newer state.

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
const ALERTS = { id: "alert-emails", name: "Alert Emails" };

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

/** A request about this user that was settled at this hour; it gives them a role from then on, if it is said. */
async function settled(userId: string, hour: number, { gives = false } = {}): Promise<number> {
  const targets = [someTarget({ facts: someFacts({ userId }) })];
  return store.uow.run(async (tx) => {
    const { id } = await tx.requests.insert(someNewRequest({ state: "done", targets }));
    await tx.requests.updateTarget(id, 0, { state: "verified", settledAt: at(hour) });
    const grantedAt = at(hour);
    if (gives) await tx.grants.insert([{ requestId: id, userId, role: ALERTS, grantedAt, endsAt: at(20) }]);
    return id;
  });
}

test("the grants of a subject are read as whoever has them locked leaves them", async () => {
  const requestId = await settled("user-a", 9, { gives: true });
  const locked = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const first = store.uow.run(async ({ grants }) => {
    await grants.lockOpen("user-a");
    locked.resolve();
    await letGo.promise;
    await grants.update({ requestId, role: ALERTS }, { state: "revoking" });
  });
  await locked.promise;
  await using replica = store.openReplica();
  const second = replica.uow.run(({ grants }) => grants.lockOpen("user-a"));
  // The lock is free again, however the wait ends.
  await untilBlocked(store, 1).finally(letGo.resolve);
  await first;
  expect(await second).toMatchObject([{ state: "revoking" }]);
});

test("a request whose outcome became known late is no later change of its own", async () => {
  const [first, second] = [await settled("user-a", 12), await settled("user-a", 13)];
  const since = await store.uow.run(({ requests }) => requests.changesSince("user-a", first, at(9)));
  expect(since.map(({ requestId }) => requestId)).toEqual([second]);
});

test.each(FOUND_GONE)(
  "a temporary role that was found gone ended then, as one that was taken away: %s",
  async (why) => {
    const [first, giver] = [await settled("user-a", 9), await settled("user-a", 8, { gives: true })];
    const ended = { state: "superseded", endedAt: at(10) } as const;
    const since = () => store.uow.run(({ requests }) => requests.changesSince("user-a", first, at(9)));
    const end = (explanation: string) =>
      store.uow.run(({ grants }) =>
        grants.update({ requestId: giver, role: ALERTS }, { ...ended, explanation }),
      );
    await end("CR-9 gave the role for good.");
    expect(await since()).toEqual([]);
    await end(why);
    expect(await since()).toMatchObject([
      { kind: "grant_ended", requestId: giver, at: at(10), role: ALERTS },
    ]);
  },
);

test("of several groups that are read at once each has its own members", async () => {
  const members = (...ids: readonly string[]) => new Map(ids.map((id) => [id, null]));
  const group = { readAt: at(9), isGone: false };
  const known = await store.uow.run(async ({ groups }) => {
    await groups.save({ ...group, handle: "leads", groupId: "S0LEADS", members: members("U0THEO") });
    await groups.save({
      ...group,
      handle: "responders",
      groupId: "S0RESPONDERS",
      members: members("U0MAYA", "U0JONAS"),
    });
    return groups.known(["leads", "responders"]);
  });
  const byHandle = Object.fromEntries(known.map((each) => [each.handle, [...each.members.keys()].sort()]));
  expect(byHandle).toEqual({ leads: ["U0THEO"], responders: ["U0JONAS", "U0MAYA"] });
});
