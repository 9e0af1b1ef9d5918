import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { someFacts, someNewRequest, someTarget } from "../support/domain-objects.ts";
import { openQueueStore, type QueueStore } from "../support/test-store.ts";

// The records of failed work, and the subject that each names.

const AT = new Date("2026-11-01T10:00:00Z");
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const FAULT = {
  key: "work",
  kind: "show_card",
  requestId: null,
  errorCode: "unknown",
  reference: "00ff",
} as const;

let store: QueueStore;
beforeAll(async () => {
  store = await openQueueStore();
});
beforeEach(() => store.empty());
afterAll(() => store[Symbol.asyncDispose]());

/** A request about users of these names. */
async function insert(...usernames: readonly string[]): Promise<number> {
  const targets = usernames.map((username, position) =>
    someTarget({ position, username, facts: someFacts({ userId: username, username }) }),
  );
  return (await store.uow.run((tx) => tx.requests.insert(someNewRequest({ targets })))).id;
}

test("whoever waits for failed work is told of its subject, and of none where it is about several", async () => {
  const [one, several] = [await insert("nadia"), await insert("rolf", "ines")];
  const { requester, place } = someNewRequest();
  const known = { state: "pending", slackUserId: requester.slackUserId, place } as const;
  await store.uow.run(async ({ jobFailures }) => {
    expect(await jobFailures.contact(one)).toEqual({ ...known, subject: "nadia" });
    expect(await jobFailures.contact(several)).toEqual({ ...known, subject: null });
    expect(await jobFailures.contact(several + 1)).toBeNull();
  });
});

test("work that failed once more after it had succeeded elsewhere keeps its record", async () => {
  await store.uow.run(async ({ jobFailures }) => {
    await jobFailures.addFault({ ...FAULT, at: AT });
    await jobFailures.addFault({ ...FAULT, at: later(2) });
    expect(await jobFailures.remove(FAULT.key, { failedUntil: later(1) })).toBeNull();
    expect(await jobFailures.keys()).toEqual([FAULT.key]);
    expect(await jobFailures.remove(FAULT.key, { failedUntil: later(2) })).toMatchObject({ faults: 2 });
    expect(await jobFailures.keys()).toEqual([]);
  });
});

test("a fault is counted with those before it, under the reference that people were told, or as the first anew", async () => {
  await store.uow.run(async ({ jobFailures }) => {
    await jobFailures.addFault({ ...FAULT, at: AT });
    await jobFailures.giveUp(FAULT.key, AT);
    const second = { ...FAULT, errorCode: "lock_lost", reference: "ff00", at: later(1) };
    const told = { reference: "00ff", givenUpAt: AT };
    expect(await jobFailures.addFault(second)).toMatchObject({ ...told, faults: 2, errorCode: "lock_lost" });
    expect(await jobFailures.addFault({ ...second, isFirst: true })).toMatchObject({ ...told, faults: 1 });
  });
});
