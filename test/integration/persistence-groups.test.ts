import { expect, test } from "vitest";
import { createRecordGroups, type Group } from "../../src/authorization/index.ts";
import type { Replica } from "../support/test-store.ts";
import { inTurns } from "../support/turns.ts";
import { useTestStore } from "../support/use-store.ts";

const store = useTestStore();

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 9, minute));
const group = (handle: string, ...memberIds: string[]): Group => ({
  handle,
  groupId: `S0${handle}`,
  memberIds,
});

/** Records on a replica a reading of these groups at this minute. */
function recordOn({ uow }: Replica) {
  const changes: unknown[] = [];
  const record = createRecordGroups({
    run: (work) =>
      uow.run((tx) => work({ groups: tx.groups, audit: async (change) => void changes.push(change) })),
  });
  const read = (minute: number, ...groups: Group[]) =>
    record({ groups, named: groups.map(({ handle }) => handle), readAt: at(minute) });
  return { read, changes };
}

/** The stored members of each of these groups. */
async function membersOf(...handles: string[]) {
  const known = await store.uow.run((tx) => tx.groups.known(handles));
  return Object.fromEntries(known.map(({ handle, members }) => [handle, [...members.keys()].sort()]));
}

test("a bot that starts later knows since when a person is in a group", async () => {
  const first = recordOn(store);
  await first.read(0, group("analysts", "U0THEO"));
  await first.read(1, group("analysts", "U0THEO", "U0PRIYA"));
  await using replica = store.openReplica();
  const { read, changes } = recordOn(replica);
  const known = await read(2, group("analysts", "U0THEO", "U0PRIYA"));
  expect(known).toMatchObject([{ handle: "analysts", groupId: "S0analysts", isGone: false }]);
  expect([...(known[0]?.members ?? [])].sort()).toEqual([
    ["U0PRIYA", at(1)],
    ["U0THEO", null],
  ]);
  expect(changes).toEqual([]);
});

test("two replicas that read the same change at once tell it once", async () => {
  await using replica = store.openReplica();
  const both = [recordOn(store), recordOn(replica)];
  await both[0]?.read(0, group("hunters", "U0MAYA"));
  await Promise.all(both.map(({ read }) => read(1, group("hunters"))));
  expect(both.flatMap(({ changes }) => changes)).toEqual([
    { handle: "hunters", what: "members", added: [], removed: ["U0MAYA"] },
  ]);
});

test("each group is stored with its own members, and members who leave it stay in every other", async () => {
  const { read } = recordOn(store);
  const responders = group("responders", "U0THEO", "U0MAYA");
  await read(0, group("leads", "U0THEO", "U0MAYA"), responders, group("empty", "U0MAYA"));
  expect(await membersOf("leads", "responders", "empty")).toEqual({
    leads: ["U0MAYA", "U0THEO"],
    responders: ["U0MAYA", "U0THEO"],
    empty: ["U0MAYA"],
  });
  await read(1, group("leads", "U0MAYA"), responders, group("empty"));
  expect(await membersOf("leads", "responders", "empty")).toEqual({
    leads: ["U0MAYA"],
    responders: ["U0MAYA", "U0THEO"],
    empty: [],
  });
});

test("everybody in a group that took over a handle is new in it, however often it is read", async () => {
  const { read } = recordOn(store);
  const takenOver = (groupId: string) => ({ ...group("taken-over", "U0THEO"), groupId });
  await read(0, takenOver("S0OLD"));
  await read(1, takenOver("S0NEW"));
  const [known] = await read(2, takenOver("S0NEW"));
  expect(known?.members).toEqual(new Map([["U0THEO", at(1)]]));
});

test("the known groups change in turns, so that no change is told twice or lost", async () => {
  const known = { handle: "turns", groupId: "S0TURNS", readAt: at(0), isGone: false, members: new Map() };
  const found = await inTurns(
    store,
    async ({ groups }, untilOtherWaits) => {
      expect(await groups.known(["turns"])).toEqual([]);
      await untilOtherWaits();
      await groups.save(known);
    },
    ({ groups }) => groups.known(["turns"]),
  );
  expect(found).toEqual([known]);
});
