import fc from "fast-check";
import { expect, test } from "vitest";
import { type Priority, priorities } from "../../../../src/incydr/model/priorities.ts";
import { createPriorityQueue } from "../../../../src/incydr/rate-limit/priority-queue.ts";

function filled(counts: Partial<Record<Priority, number>>) {
  const queue = createPriorityQueue<string>();
  for (const priority of priorities) {
    for (let n = 1; n <= (counts[priority] ?? 0); n += 1) queue.push(priority, `${priority} ${n}`, false);
  }
  return queue;
}

function take(queue: ReturnType<typeof filled>, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => queue.takeNext());
}

test("an emergency takes the next slot with 10,000 calls waiting", () => {
  const queue = filled({ interactive: 2000, change: 2000, bulk: 3000, background: 3000 });
  take(queue, 50);
  queue.push("emergency", "emergency 1", false);
  expect(queue.ahead("emergency", "emergency 1")).toBe(0);
  expect(queue.takeNext()).toBe("emergency 1");
});

test("within a priority, calls are served in their order, after those that were put at its front", () => {
  const queue = filled({ bulk: 2 });
  queue.push("bulk", "second request", true);
  expect(take(queue, 4)).toEqual(["second request", "bulk 1", "bulk 2", undefined]);
});

test("the more urgent priority goes first while no call has waited too long", () => {
  const queue = filled({ interactive: 1, change: 1, bulk: 1, background: 1 });
  expect(take(queue, 4)).toEqual(["interactive 1", "change 1", "bulk 1", "background 1"]);
});

test("no priority starves: each gets slots while all others are always full", () => {
  fc.assert(
    fc.property(fc.constantFrom(...priorities), (starving) => {
      const queue = filled({ emergency: 200, interactive: 200, change: 200, bulk: 200, background: 200 });
      const taken = take(queue, 400).filter((item) => item?.startsWith(`${starving} `));
      expect(taken.length).toBeGreaterThanOrEqual(2);
    }),
  );
});

test("background work gets one slot in at most 17 while interactive calls never end", () => {
  const queue = filled({ interactive: 100, background: 1 });
  expect(take(queue, 17)).toContain("background 1");
});

test("emergencies without end leave every tenth slot to the others", () => {
  const queue = filled({ emergency: 100, interactive: 100 });
  const taken = take(queue, 20);
  expect(taken.filter((item) => item?.startsWith("interactive"))).toEqual(["interactive 1", "interactive 2"]);
  expect(taken[9]).toBe("interactive 1");
});

test("a call that gave up is never served, and the others keep their order", () => {
  const queue = filled({ change: 3 });
  queue.remove("change", "change 2");
  expect(take(queue, 3)).toEqual(["change 1", "change 3", undefined]);
});

test("the place of a call counts the more urgent priorities and the calls before it in its own", () => {
  const queue = filled({ interactive: 2, bulk: 3, background: 1 });
  expect(queue.ahead("bulk", "bulk 2")).toBe(3);
  expect(queue.ahead("bulk")).toBe(5);
  expect(queue.counts()).toEqual({ emergency: 0, interactive: 2, change: 0, bulk: 3, background: 1 });
});
