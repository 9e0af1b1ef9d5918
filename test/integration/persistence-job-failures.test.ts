import { beforeEach, expect, test } from "vitest";
import { someNewRequest } from "../support/domain-objects.ts";
import { insertRequest, targetsOf } from "../support/stored-rows.ts";
import { inTurns } from "../support/turns.ts";
import { useQueueStore } from "../support/use-store.ts";

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);

const store = useQueueStore();
beforeEach(async () => void (await store.database.lockPool.query("delete from job_failures")));

const fault = (key: string, requestId: number | null = null, at = AT) =>
  ({ kind: "ask", key, requestId, errorCode: "TypeError", reference: "00ff", at }) as const;

test("faults are counted by their key, under the reference that people were told, and anew from a first try on", async () => {
  const found = await store.uow.run(async ({ jobFailures }) => {
    await jobFailures.addFault(fault("a"));
    await jobFailures.addFault(fault("b"));
    await jobFailures.giveUp("a", AT);
    const second = { ...fault("a"), errorCode: "lock_lost", reference: "ff00", at: later(1) };
    return [
      await jobFailures.addFault(second),
      await jobFailures.addFault({ ...second, isFirst: true }),
      await jobFailures.lock("b"),
      await jobFailures.lock("c"),
    ];
  });
  const told = { reference: "00ff", givenUpAt: AT, errorCode: "lock_lost" };
  expect(found).toMatchObject([{ ...told, faults: 2 }, { ...told, faults: 1 }, { faults: 1 }, null]);
});

test("work that is given up is shown on the card of its own request, without other work", async () => {
  const shown = await store.uow.run(async ({ jobFailures }) => {
    for (const [key, requestId] of Object.entries({ a: 1, b: 1, c: 2 }))
      await jobFailures.addFault(fault(key, requestId));
    await jobFailures.giveUp("a", AT);
    await jobFailures.giveUp("c", AT);
    return [await jobFailures.givenUpOf(1), await jobFailures.givenUpOf(2), await jobFailures.givenUpOf(3)];
  });
  expect(shown.map((each) => each.map(({ key }) => key))).toEqual([["a"], ["c"], []]);
});

test("stopped work of some kinds is listed without other work, the oldest first, at most ten", async () => {
  const listed = await store.uow.run(async ({ jobFailures }) => {
    for (const [index, kind] of (["prune", "ask", "announce_freeze"] as const).entries()) {
      await jobFailures.addFault({ ...fault(`k${index}`), kind });
      await jobFailures.giveUp(`k${index}`, later(5 - index));
    }
    await jobFailures.addFault({ ...fault("tried"), kind: "prune" });
    const some = await jobFailures.givenUpAmong(["prune", "announce_freeze"]);
    for (let index = 0; index < 12; index += 1) {
      await jobFailures.addFault({ ...fault(`more${index}`), kind: "prune" });
      await jobFailures.giveUp(`more${index}`, later(10));
    }
    return [some, await jobFailures.givenUpAmong(["prune"])];
  });
  expect(listed[0]?.map(({ kind }) => kind)).toEqual(["announce_freeze", "prune"]);
  expect(listed[1]).toHaveLength(10);
});

test("a success forgets its own work alone, and only if that did not fail again since", async () => {
  await store.uow.run(async ({ jobFailures }) => {
    for (const [key, minutes] of [
      ["a", 0],
      ["a", 2],
      ["b", 2],
    ] as const)
      await jobFailures.addFault(fault(key, 1, later(minutes)));
    expect(await jobFailures.remove("a", { failedUntil: later(1) })).toBeNull();
    expect(await jobFailures.remove("a", { failedUntil: later(2) })).toMatchObject({ key: "a", faults: 2 });
    expect(await jobFailures.keys()).toEqual(["b"]);
  });
});

test("failures are counted in turns, so that two at once are two", async () => {
  await store.uow.run((tx) => tx.jobFailures.addFault(fault("a")));
  const found = await inTurns(
    store,
    async ({ jobFailures }, untilOtherWaits) => {
      await jobFailures.lock("a");
      await untilOtherWaits();
      await jobFailures.addFault(fault("a"));
    },
    ({ jobFailures }) => jobFailures.lock("a"),
  );
  expect(found?.faults).toBe(2);
});

test("failed work is told to its own requester, with its subject unless it is about several", async () => {
  const requester = { slackUserId: "U0THEO", email: null };
  const one = await insertRequest(store, { requester, targets: targetsOf("nadia") });
  const several = await insertRequest(store, { targets: targetsOf("rolf", "ines") });
  const { place } = someNewRequest();
  const contacts = await store.uow.run(async ({ jobFailures }) => [
    await jobFailures.contact(one),
    await jobFailures.contact(several),
    await jobFailures.contact(several + 1),
  ]);
  expect(contacts).toEqual([
    { state: "pending", place, slackUserId: "U0THEO", subject: "nadia@harborlight.example" },
    { state: "pending", place, slackUserId: "U0MAYA", subject: null },
    null,
  ]);
});
