import { expect, test } from "vitest";
import type { Freeze } from "../../src/change-requests/index.ts";
import { auditKinds, someAuditEvent } from "../support/stored-rows.ts";
import type { Replica } from "../support/test-store.ts";
import { hold } from "../support/turns.ts";
import { useReplica, useTestStore } from "../support/use-store.ts";

const FREEZE: Freeze = {
  by: { slackUserId: "U0THEO", email: "theo.okafor@harborlight.example" },
  at: new Date("2026-11-01T09:00:00Z"),
  reason: "Token leaked",
};
const store = useTestStore();
const other = useReplica(store);

function setFreeze({ uow }: Replica, freeze: Freeze | null, pause: () => Promise<void> = async () => {}) {
  return uow.run(async (tx) => {
    await tx.freeze.current({ forChange: true });
    await tx.freeze.set(freeze);
    await tx.audit.append(someAuditEvent({ kind: freeze ? "writes.frozen" : "writes.unfrozen" }));
    await pause();
  });
}

/** Makes a claim, unless writes are frozen; resolves to whether it was made. */
function claim({ uow }: Replica, pause: () => Promise<void> = async () => {}): Promise<boolean> {
  return uow.run(async (tx) => {
    if (await tx.freeze.current({ forChange: false })) return false;
    await pause();
    await tx.audit.append(someAuditEvent({ kind: "target.executing" }));
    return true;
  });
}

test("a freeze is read as it was set, with its person and its reason, until it is lifted", async () => {
  const current = () => other.uow.run((tx) => tx.freeze.current({ forChange: false }));
  expect(await current()).toBeNull();
  await setFreeze(store, FREEZE);
  expect(await current()).toEqual(FREEZE);
  await setFreeze(store, null);
  expect(await current()).toBeNull();
});

test("a claim waits for a freeze that is being made, and is not made then", async () => {
  const freezing = await hold((pause) => setFreeze(store, FREEZE, pause));
  const claiming = claim(other);
  await store.untilWaitedFor();
  await freezing.letGo();
  expect(await claiming).toBe(false);
  await setFreeze(store, null);
});

test("a freeze waits for a claim that is being made", async () => {
  const claiming = await hold((pause) => claim(other, pause));
  const freezing = setFreeze(store, FREEZE);
  await store.untilWaitedFor();
  expect(await claiming.letGo()).toBe(true);
  await freezing;
  await setFreeze(store, null);
});

test("claims don't wait for each other", async () => {
  const first = await hold((pause) => claim(other, pause));
  expect(await claim(store)).toBe(true);
  expect(await first.letGo()).toBe(true);
});

test("no claim commits while a freeze stands, however many of both there are at once", async () => {
  const claims = Array.from({ length: 40 }, (_, index) => claim(index % 2 ? store : other));
  for (let count = 0; count < 5; count++) {
    await setFreeze(store, FREEZE);
    claims.push(claim(other), claim(store));
    await setFreeze(store, null);
    claims.push(claim(other), claim(store));
  }
  await Promise.all(claims);
  let frozen = false;
  // The entries of the chain are in the order of the commits.
  const kinds = await auditKinds(store);
  for (const kind of kinds) {
    if (kind === "writes.frozen") frozen = true;
    if (kind === "writes.unfrozen") frozen = false;
    if (kind === "target.executing") expect(frozen).toBe(false);
  }
  expect(kinds).toContain("target.executing");
});
