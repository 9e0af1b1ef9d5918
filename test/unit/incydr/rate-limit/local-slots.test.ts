import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLocalSlots } from "../../../../src/incydr/index.ts";

/** The starts of `count` slots in milliseconds, taken one after another as a limiter does. */
async function startsOf(requestsPerMinute: number, count: number, between: () => void = () => {}) {
  const slots = createLocalSlots({ requestsPerMinute });
  const starts: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const slot = await slots.next();
    starts.push(performance.now());
    slot.started();
    between();
  }
  await slots.close();
  return starts;
}

/** The most starts beyond 1 + rate × t in any window that begins and ends with a start. */
function worstExcess(starts: readonly number[], requestsPerMinute: number): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (const [first, from] of starts.entries()) {
    for (const [last, to] of starts.entries()) {
      if (last < first) continue;
      worst = Math.max(worst, last - first + 1 - (1 + (requestsPerMinute / 60_000) * (to - from)));
    }
  }
  return worst;
}

// The tolerance for a start: the resolution of the clock.
const tolerance = 1e-6;

test("in any window of t at most 1 + rate × t requests start", async () => {
  const starts = await startsOf(3000, 30);
  expect(worstExcess(starts, 3000)).toBeLessThanOrEqual(tolerance);
});

test("a slot made late by a busy process is not made up for", async () => {
  let turn = 0;
  const starts = await startsOf(3000, 20, () => {
    turn += 1;
    if (turn % 5 !== 0) return;
    const until = performance.now() + 50;
    while (performance.now() < until);
  });
  expect(worstExcess(starts, 3000)).toBeLessThanOrEqual(tolerance);
});

describe("by a clock that passes only when it is told to", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("most slots come no later than a tenth of their distance while a call waits", async () => {
    let isOver = false;
    const taking = startsOf(1200, 16).finally(() => {
      isOver = true;
    });
    while (!isOver) await vi.advanceTimersByTimeAsync(1);
    const starts = await taking;
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(gaps.sort((a, b) => a - b)[7]).toBeLessThan(1.1 * 50);
  });

  test("without a rate slots come without any time passing", async () => {
    expect(new Set(await startsOf(Number.POSITIVE_INFINITY, 1000)).size).toBe(1);
  });
});

test("no slot comes while another is kept for the work before its request, and then the slots keep their distance", async () => {
  const slots = createLocalSlots({ requestsPerMinute: 60_000 });
  const first = await slots.next();
  let next: number | undefined;
  const second = slots.next().then(() => {
    next = performance.now();
  });
  await delay(30);
  expect(next).toBeUndefined();
  const startedAt = performance.now();
  first.started();
  await second;
  expect((next ?? 0) - startedAt).toBeGreaterThanOrEqual(1);
  await slots.close();
});

test("a slot that is kept for more than two seconds is void, and so is one whose source is closed", async () => {
  const slots = createLocalSlots({ requestsPerMinute: 60_000 });
  const first = await slots.next();
  const second = await slots.next();
  expect([first.isOpen(), second.isOpen()]).toEqual([false, true]);
  await slots.close();
  expect(second.isOpen()).toBe(false);
});

test.each([-3_600_000, 3_600_000])(
  "slots keep coming after the machine's clock was set by %i ms",
  async (ms) => {
    const slots = createLocalSlots({ requestsPerMinute: 3000 });
    const take = async (count: number) => {
      for (let taken = 0; taken < count; taken += 1) (await slots.next()).started();
    };
    await take(3);
    const { now } = Date;
    const set = vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
    try {
      await take(10);
    } finally {
      set.mockRestore();
      await slots.close();
    }
  },
);
