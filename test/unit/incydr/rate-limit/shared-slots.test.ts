import { expect, test } from "vitest";
import type { Priority } from "../../../../src/incydr/model/priorities.ts";
import { openSlot } from "../../../../src/incydr/rate-limit/open-slot.ts";
import { createSharedSlots } from "../../../../src/incydr/rate-limit/shared-slots.ts";
import {
  JoinRefusedError,
  type SlotSession,
  type SlotSessionListener,
} from "../../../../src/incydr/rate-limit/slot-session.ts";
import { createManualClock, settled } from "../manual-clock.ts";

/** Sessions that open, hand out slots and break when the test says so. */
function open({ share = 0.5, refused = false } = {}) {
  const clock = createManualClock();
  const events: string[] = [];
  let listener: SlotSessionListener | undefined;
  let losing = new AbortController();
  let reachable = true;
  let refusing = refused;
  let opened = 0;
  let handOut = Promise.withResolvers<number>();

  const session = (): SlotSession => ({
    lost: losing.signal,
    heard: () => ({ requestsPerMinute: 60_000, replicas: 2 }),
    join: async () => {
      if (refusing) throw new JoinRefusedError("NOPERM");
      events.push("join");
    },
    handOut: () => {
      handOut = Promise.withResolvers();
      losing.signal.addEventListener("abort", () => handOut.reject(losing.signal.reason));
      return handOut.promise;
    },
    publishDemand: (waiting) => void events.push(`publishDemand ${[...waiting].join()}`),
    pause: (ms) => void events.push(`pause ${ms}`),
    [Symbol.asyncDispose]: async () => {
      losing.abort(new Error("closed"));
      events.push("leave");
    },
  });
  const slots = createSharedSlots({
    requestsPerMinute: 60_000,
    share,
    clock,
    openSession: async (to) => {
      if (!reachable) throw new Error("no Redis");
      opened += 1;
      listener = to;
      losing = new AbortController();
      return session();
    },
    onChange: ({ sharing }, reason) =>
      events.push(reason instanceof Error ? `${sharing}: ${reason.message}` : sharing),
  });
  const taken: (Priority | undefined)[] = [];
  const take = () =>
    void slots.next().then(({ lane, started }) => {
      started();
      taken.push(lane);
    });
  return {
    ...{ clock, slots, events, taken, take },
    give: async (lane: Priority) => {
      listener?.onSlot(openSlot({ lane }).slot);
      handOut.resolve(0);
      await settled();
    },
    breakDown: async () => {
      reachable = false;
      losing.abort(new Error("broken"));
      await settled();
    },
    repair: () => {
      reachable = true;
    },
    admit: () => {
      refusing = false;
    },
    opened: () => opened,
    listener: () => listener,
  };
}

test("with Redis, slots come from the session alone, with the priority they are for", async () => {
  const { clock, slots, events, taken, take, give } = open();
  await settled();
  take();
  await clock.advance(60_000);
  expect([events, taken]).toEqual([["join", "publishDemand ", "together"], []]);
  await give("emergency");
  expect(taken).toEqual(["emergency"]);
  await slots.close();
  expect(events.at(-1)).toBe("leave");
});

test("if Redis goes, a waiting call gets a slot of the fallback share, but not before the lease has lapsed", async () => {
  const { clock, slots, events, taken, take, breakDown } = open();
  await settled();
  take();
  await settled();
  await breakDown();
  await clock.advance(2999);
  expect(taken).toEqual([]);
  // The lease, and the distance of half the rate.
  await clock.advance(3);
  while (taken.length < 1) await settled();
  expect(taken).toEqual([undefined]);
  expect(events).toContain("cut_off: broken");
  expect(slots.peers?.sharing()).toEqual({ sharing: "cut_off", requestsPerMinute: 30_000, replicas: 1 });
  await slots.close();
});

test("once Redis is back, the fallback share ends before the replica joins, and the demand of this replica is published", async () => {
  const { clock, slots, events, taken, take, give, breakDown, repair } = open();
  await settled();
  await breakDown();
  await clock.advance(5000);
  slots.peers?.publishDemand(new Set(["bulk"]));
  repair();
  await clock.advance(500);
  take();
  await clock.advance(60_000);
  expect(taken).toEqual([]);
  expect(events.slice(-3)).toEqual(["join", "publishDemand bulk", "together"]);
  await give("bulk");
  expect(taken).toEqual(["bulk"]);
  await slots.close();
});

test("a Redis that answers but lets no replica take part is asked ever more seldom, and the fallback share goes on", async () => {
  const { clock, slots, events, taken, take, opened, admit } = open({ refused: true });
  await settled();
  await clock.advance(3002);
  for (let round = 0; round < 60; round += 1) {
    const before = taken.length;
    take();
    while (taken.length === before) await settled();
    await clock.advance(1000);
  }
  // After 0.5, 1, 2, 4, 8, 16 and 30 seconds.
  expect(opened()).toBeLessThanOrEqual(8);
  expect(events).not.toContain("join");
  expect(events.filter((event) => event.startsWith("cut_off"))).toEqual(["cut_off: NOPERM"]);
  admit();
  await clock.advance(30_000);
  expect(slots.peers?.sharing().sharing).toBe("together");
  await slots.close();
});

test("sessions that break soon after they began leave ever more time for the fallback share", async () => {
  const { clock, slots, opened, breakDown, repair } = open();
  await settled();
  for (let round = 0; round < 5; round += 1) {
    await breakDown();
    repair();
    await clock.advance(500 * 2 ** round - 1);
    expect(opened()).toBe(round + 1);
    await clock.advance(1);
    expect(opened()).toBe(round + 2);
  }
  await clock.advance(10_000);
  await breakDown();
  repair();
  await clock.advance(500);
  expect(opened()).toBe(7);
  await slots.close();
});

test("a change is told once, however often connecting fails", async () => {
  const { clock, slots, events, breakDown } = open();
  await settled();
  await breakDown();
  await clock.advance(20_000);
  expect(events.filter((event) => event.startsWith("cut_off"))).toEqual(["cut_off: broken"]);
  await slots.close();
});

test("a pause goes to the other replicas, and one of theirs is heard", async () => {
  const { slots, events, listener } = open();
  await settled();
  const heard: number[] = [];
  slots.peers?.onPause((ms) => void heard.push(ms));
  slots.peers?.pause(700);
  listener()?.onPause(300);
  expect([events.at(-1), heard]).toEqual(["pause 700", [300]]);
  await slots.close();
});

test("closing refuses the call that waits", async () => {
  const { slots } = open();
  await settled();
  const waiting = slots.next();
  const refused = expect(waiting).rejects.toThrow("the limiter is closed");
  await slots.close();
  await refused;
});
