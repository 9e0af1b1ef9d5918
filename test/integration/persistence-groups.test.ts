import { afterAll, beforeAll, expect, test } from "vitest";
import { createRecordGroups, type Group } from "../../src/authorization/index.ts";
import { openTestStore, type Replica, type TestStore } from "../support/test-store.ts";

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const recordBy = ({ uow }: Replica) => {
  const changes: unknown[] = [];
  const record = createRecordGroups({
    run: (work) =>
      uow.run((tx) => work({ groups: tx.groups, audit: async (change) => void changes.push(change) })),
  });
  return { record, changes };
};
const group = (handle: string, ...memberIds: string[]): Group => ({
  handle,
  groupId: `S0${handle}`,
  memberIds,
});

test("since when somebody is in a group is known to a bot that starts later", async () => {
  const named = ["leads"];
  const first = recordBy(store);
  await first.record({ groups: [group("leads", "U0THEO")], named, readAt: new Date("2026-11-01T09:00:00Z") });
  const came = new Date("2026-11-01T10:00:00Z");
  await first.record({ groups: [group("leads", "U0THEO", "U0PRIYA")], named, readAt: came });
  await using replica = store.openReplica();
  const { record, changes } = recordBy(replica);
  const known = await record({
    groups: [group("leads", "U0THEO", "U0PRIYA")],
    named,
    readAt: new Date("2026-11-01T11:00:00Z"),
  });
  expect(known).toMatchObject([{ handle: "leads", groupId: "S0leads", isGone: false }]);
  expect([...(known[0]?.members ?? [])].sort()).toEqual([
    ["U0PRIYA", came],
    ["U0THEO", null],
  ]);
  expect(changes).toEqual([]);
});

test("two replicas that read the same change at once tell it once", async () => {
  await using replica = store.openReplica();
  const both = [recordBy(store), recordBy(replica)];
  const reading = { groups: [group("responders", "U0MAYA")], named: ["responders"], readAt: new Date() };
  await both[0]?.record(reading);
  const later = { ...reading, groups: [group("responders")], readAt: new Date(reading.readAt.getTime() + 1) };
  await Promise.all(both.map(({ record }) => record(later)));
  expect(both.flatMap(({ changes }) => changes)).toEqual([
    { handle: "responders", what: "members", added: [], removed: ["U0MAYA"] },
  ]);
});
