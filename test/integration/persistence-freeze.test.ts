import { afterAll, beforeAll, expect, test } from "vitest";
import type { Freeze } from "../../src/change-requests/index.ts";
import { createAuditReader } from "../../src/persistence/index.ts";
import { openTestStore, type Replica, type TestStore } from "../support/test-store.ts";

const FREEZE: Freeze = {
  by: { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" },
  at: new Date("2026-11-01T09:00:00Z"),
  reason: "Token leaked",
};
const ENTRY = {
  at: FREEZE.at,
  actor: "bot",
  requestId: null,
  subject: null,
  policyHash: null,
  details: {},
} as const;

let store: TestStore;
let other: Replica;
beforeAll(async () => {
  store = await openTestStore();
  other = store.openReplica();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

function setFreeze({ uow }: Replica, freeze: Freeze | null, before: () => Promise<void> = async () => {}) {
  return uow.run(async (tx) => {
    await tx.freeze.current({ forChange: true });
    await tx.freeze.set(freeze);
    await tx.audit.append({ ...ENTRY, kind: freeze ? "writes.frozen" : "writes.unfrozen" });
    await before();
  });
}

/** Makes a claim, unless writes are frozen; resolves to whether it was made. */
function claim({ uow }: Replica, before: () => Promise<void> = async () => {}): Promise<boolean> {
  return uow.run(async (tx) => {
    if (await tx.freeze.current({ forChange: false })) return false;
    await before();
    await tx.audit.append({ ...ENTRY, kind: "target.executing" });
    return true;
  });
}

test("a freeze is read as it was set, by whom and why, until it is lifted", async () => {
  const current = () => other.uow.run((tx) => tx.freeze.current({ forChange: false }));
  expect(await current()).toBeNull();
  await setFreeze(store, FREEZE);
  expect(await current()).toEqual(FREEZE);
  await setFreeze(store, null);
  expect(await current()).toBeNull();
});

test("a claim waits for a freeze that is being made, and then isn't made", async () => {
  const made = Promise.withResolvers<void>();
  const freezing = setFreeze(store, FREEZE, () => made.promise);
  await expect.poll(async () => (await store.locks()).held).toBeGreaterThan(0);
  const claiming = claim(other);
  await store.untilWaitedFor();
  made.resolve();
  await freezing;
  expect(await claiming).toBe(false);
  await setFreeze(store, null);
});

test("a freeze waits for a claim that is being made: once it is there, no claim is under way", async () => {
  const begun = Promise.withResolvers<void>();
  const made = Promise.withResolvers<void>();
  const claiming = claim(other, async () => {
    begun.resolve();
    await made.promise;
  });
  await begun.promise;
  const freezing = setFreeze(store, FREEZE);
  await store.untilWaitedFor();
  made.resolve();
  expect(await claiming).toBe(true);
  await freezing;
  await setFreeze(store, null);
});

test("claims don't wait for each other", async () => {
  const begun = Promise.withResolvers<void>();
  const made = Promise.withResolvers<void>();
  const first = claim(other, async () => {
    begun.resolve();
    await made.promise;
  });
  await begun.promise;
  expect(await claim(store)).toBe(true);
  made.resolve();
  expect(await first).toBe(true);
});

test("no claim commits while a freeze stands, however many of both there are at once", async () => {
  const claims = Array.from({ length: 40 }, (_, index) => claim(index % 2 ? store : other));
  const freezes = (async () => {
    for (let count = 0; count < 5; count++) {
      await setFreeze(store, FREEZE);
      claims.push(claim(other), claim(store));
      await setFreeze(store, null);
      claims.push(claim(other), claim(store));
    }
  })();
  await freezes;
  await Promise.all(claims);
  let frozen = false;
  let counted = 0;
  // The chain's order is the order of the commits.
  for await (const { kind } of createAuditReader(store.database.db).all()) {
    if (kind === "writes.frozen") frozen = true;
    if (kind === "writes.unfrozen") frozen = false;
    if (kind === "target.executing") {
      expect(frozen).toBe(false);
      counted++;
    }
  }
  expect(counted).toBeGreaterThan(0);
});
