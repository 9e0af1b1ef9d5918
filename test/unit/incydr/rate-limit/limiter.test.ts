import { expect, test } from "vitest";
import { createLimiter, createLocalSlots, type Lane, type QueuedCall } from "../../../../src/incydr/index.ts";
import type { SlotSource } from "../../../../src/incydr/model/slot-source.ts";
import { openSlot } from "../../../../src/incydr/rate-limit/open-slot.ts";
import { createManualClock, settled } from "../manual-clock.ts";

/** Slots that the test grants one by one. */
function createHandSlots() {
  const waiting: (() => void)[] = [];
  const slots: SlotSource = {
    requestsPerMinute: 60,
    next: () => new Promise((resolve) => void waiting.push(() => resolve(openSlot({}).slot))),
    close: async () => undefined,
  };
  return {
    slots,
    grant: async (count = 1) => {
      for (let n = 0; n < count; n += 1) {
        waiting.shift()?.();
        await settled();
      }
    },
  };
}

function open() {
  const clock = createManualClock();
  const { slots, grant } = createHandSlots();
  const limiter = createLimiter({ slots, clock });
  const order: string[] = [];
  const ask = (lane: Lane, name: string = lane) => {
    limiter.acquire({ lane }).then(
      () => order.push(name),
      () => order.push(`${name} refused`),
    );
  };
  return { clock, limiter, grant, order, ask };
}

test("an emergency that comes while a slot is awaited takes that slot, with 10,000 bulk calls waiting", async () => {
  const { grant, order, ask } = open();
  for (let n = 0; n < 10_000; n += 1) ask("bulk");
  await settled();
  ask("emergency");
  await grant(2);
  expect(order).toEqual(["emergency", "bulk"]);
});

test("a pause holds every priority back, emergencies too, and drops the slot that came during it", async () => {
  const { clock, limiter, grant, order, ask } = open();
  ask("emergency");
  ask("bulk");
  await settled();
  limiter.pause(5000);
  await grant(1);
  await clock.advance(4999);
  await grant(3);
  expect(order).toEqual([]);
  await clock.advance(1);
  expect(order).toEqual([]);
  await grant(1);
  expect(order).toEqual(["emergency"]);
});

test("a shorter pause doesn't end a longer one", async () => {
  const { clock, limiter } = open();
  limiter.pause(5000);
  limiter.pause(100);
  expect(limiter.read().pausedForMs).toBe(5000);
  await clock.advance(4000);
  expect(limiter.read().pausedForMs).toBe(1000);
});

test("a pause ends after its time, though the clock is set back meanwhile", async () => {
  const clock = createManualClock();
  const { slots, grant } = createHandSlots();
  let offMs = 0;
  const limiter = createLimiter({
    slots,
    clock: { sleep: clock.sleep, now: () => new Date(clock.now().getTime() - offMs) },
  });
  const turn = limiter.acquire({ lane: "bulk" });
  limiter.pause(5000);
  offMs = 3_600_000;
  expect(limiter.read().pausedForMs).toBe(5000);
  await clock.advance(5000);
  await grant(2);
  expect(await turn).toMatchObject({ heldBack: true });
});

test("a caller that gives up leaves the queue and costs the others no slot", async () => {
  const { limiter, grant, order, ask } = open();
  ask("bulk", "first");
  const giveUp = new AbortController();
  const given = limiter.acquire({ lane: "interactive", signal: giveUp.signal });
  giveUp.abort(new Error("enough"));
  await expect(given).rejects.toThrow("enough");
  await grant(1);
  expect(order).toEqual(["first"]);
});

test("queue lengths, the longest wait and a caller's own place can be read", async () => {
  const { clock, limiter, grant, ask } = open();
  ask("bulk");
  ask("bulk");
  let queued: QueuedCall | undefined;
  const place = (call: QueuedCall) => {
    queued = call;
  };
  const turn = limiter.acquire({ lane: "background", onQueued: place });
  await clock.advance(700);
  expect(limiter.read()).toMatchObject({
    waiting: { emergency: 0, interactive: 0, change: 0, bulk: 2, background: 1 },
    longestWaitMs: 700,
    granted: 0,
  });
  expect([queued?.ahead(), queued?.waitedMs(), limiter.aheadOf("interactive")]).toEqual([2, 700, 0]);
  await grant(3);
  expect(await turn).toMatchObject({ waitedMs: 700 });
  expect(queued?.ahead()).toBe(0);
  expect(limiter.read().granted).toBe(3);
});

test("closing refuses the calls that wait and later calls", async () => {
  const { limiter, order, ask } = open();
  ask("bulk");
  await settled();
  await limiter[Symbol.asyncDispose]();
  ask("interactive");
  await settled();
  expect(order).toEqual(["bulk refused", "interactive refused"]);
});

test("a caller that comes at the very moment the queue runs empty is served", async () => {
  const slots = createLocalSlots({ requestsPerMinute: Number.POSITIVE_INFINITY });
  const limiter = createLimiter({ slots, clock: createManualClock() });
  for (let microtasks = 0; microtasks < 12; microtasks += 1) {
    const first = limiter.acquire({ lane: "interactive" });
    for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
    const second = limiter.acquire({ lane: "interactive" });
    await Promise.all([first, second]);
  }
  expect(limiter.read().granted).toBe(24);
});
