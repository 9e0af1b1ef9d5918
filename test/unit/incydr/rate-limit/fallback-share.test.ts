import { expect, test } from "vitest";
import type { Slot } from "../../../../src/incydr/model/slot-source.ts";
import { createSharedSlots } from "../../../../src/incydr/rate-limit/shared-slots.ts";
import type { SlotSession } from "../../../../src/incydr/rate-limit/slot-session.ts";
import { createManualClock, settled } from "../manual-clock.ts";

/** One of two replicas that share 60 requests a minute. In fallback it starts one request every two seconds. */
function openReplica() {
  const clock = createManualClock();
  let losing = new AbortController();
  let isReachable = true;
  const session = (): SlotSession => ({
    lost: losing.signal,
    heard: () => ({ requestsPerMinute: 60, replicas: 2 }),
    join: async () => undefined,
    handOut: () =>
      new Promise((_, reject) => losing.signal.addEventListener("abort", () => reject(losing.signal.reason))),
    publishDemand: () => undefined,
    pause: () => undefined,
    [Symbol.asyncDispose]: async () => losing.abort(new Error("closed")),
  });
  const slots = createSharedSlots({
    requestsPerMinute: 60,
    share: 0.5,
    clock,
    openSession: async () => {
      if (!isReachable) throw new Error("no Redis");
      losing = new AbortController();
      return session();
    },
    onChange: () => undefined,
  });
  const taken: Slot[] = [];
  return {
    ...{ clock, slots, taken },
    take: () => void slots.next().then((slot) => taken.push(slot)),
    breakDown: async () => {
      isReachable = false;
      losing.abort(new Error("broken"));
      await settled();
    },
    repair: () => {
      isReachable = true;
    },
  };
}

test("a replica that loses Redis is silent for its lease and one distance, counted from the loss", async () => {
  const { clock, slots, taken, take, breakDown } = openReplica();
  await settled();
  take();
  await clock.advance(60_000);
  await breakDown();
  expect(clock.sleeping()).toContain(5_000);
  await clock.advance(4_999);
  expect(clock.sleeping()).toContain(1);
  expect(taken).toEqual([]);
  await clock.advance(1);
  while (taken.length === 0) await settled();
  expect(taken).toHaveLength(1);
  await slots.close();
});

test("a slot of the fallback share is void once the replica takes part again, or both would start", async () => {
  const { clock, slots, taken, take, breakDown, repair } = openReplica();
  await settled();
  await breakDown();
  take();
  await clock.advance(5_000);
  while (taken.length === 0) await settled();
  expect(taken[0]?.isOpen()).toBe(true);
  repair();
  await clock.advance(500);
  expect(slots.peers?.sharing().sharing).toBe("together");
  expect(taken[0]?.isOpen()).toBe(false);
  await slots.close();
});
