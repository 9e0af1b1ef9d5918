import fc from "fast-check";
import { expect, test } from "vitest";
import { type Priority, priorities } from "../../../../src/incydr/model/priorities.ts";
import {
  assignSlot,
  type Replica,
  type SlotHistory,
  sharedRate,
} from "../../../../src/incydr/rate-limit/assign-slot.ts";
import { initialFairness } from "../../../../src/incydr/rate-limit/fair-scheduling.ts";

const nothingYet: SlotHistory = { turns: initialFairness, lastSlots: {} };
const replica = (id: string, ...waiting: Priority[]): Replica => ({
  id,
  waiting,
  requestsPerMinute: 300,
  share: 1 / 3,
});

/** The receiver of each of the first `count` slots, as `replica priority`, if everyone keeps waiting. */
function assigned(replicas: readonly Replica[], count: number, history = nothingYet): string[] {
  const order: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const next = assignSlot(replicas, history, number);
    if (!next) break;
    order.push(`${next.replicaId} ${next.priority}`);
    history = next.history;
  }
  return order;
}

test("an emergency of one replica goes before everything that waits at the others", () => {
  const order = assigned([replica("a", "interactive", "bulk"), replica("b", "emergency")], 1);
  expect(order).toEqual(["b emergency"]);
});

test("replicas with calls of the same urgency take turns", () => {
  const order = assigned([replica("c", "bulk"), replica("a", "bulk"), replica("b", "bulk")], 6);
  expect(order).toEqual(["a bulk", "b bulk", "c bulk", "a bulk", "b bulk", "c bulk"]);
});

test("no priority of any replica starves, also if all others always wait", () => {
  fc.assert(
    fc.property(fc.constantFrom(...priorities), fc.constantFrom("a", "b", "c"), (priority, id) => {
      const others = ["a", "b", "c"].map((other) =>
        replica(other, ...priorities.filter((one) => one !== priority)),
      );
      const replicas = others.map((other) =>
        other.id === id ? { ...other, waiting: [...other.waiting, priority] } : other,
      );
      expect(assigned(replicas, 200).filter((taken) => taken === `${id} ${priority}`).length).toBeGreaterThan(
        1,
      );
    }),
  );
});

test("no replica gets a slot if none waits, and a replica that is gone isn't remembered", () => {
  expect(assignSlot([replica("a"), replica("b")], nothingYet, 0)).toBeNull();
  const before = { turns: initialFairness, lastSlots: { a: 4, gone: 5 } };
  expect(assignSlot([replica("a", "bulk"), replica("b")], before, 6)?.history.lastSlots).toEqual({ a: 6 });
});

test("the common rate is the sum of the shares of the replicas that are there, and at most the lowest rate set", () => {
  const three = ["a", "b", "c"].map((id) => replica(id));
  expect(sharedRate(three)).toBe(300);
  expect(sharedRate(three.slice(1))).toBeCloseTo(200);
  expect(sharedRate([...three, replica("d")])).toBe(300);
  expect(sharedRate([...three, { ...replica("d"), requestsPerMinute: 60 }])).toBe(60);
});
