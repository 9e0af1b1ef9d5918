import fc from "fast-check";
import { expect, test } from "vitest";
import { type Lane, lanes } from "../../../../src/incydr/model/lanes.ts";
import {
  assignSlot,
  type Replica,
  type SlotHistory,
  sharedRate,
} from "../../../../src/incydr/rate-limit/assign-slot.ts";
import { noTurns } from "../../../../src/incydr/rate-limit/lane-turns.ts";

const nothingYet: SlotHistory = { turns: noTurns, lastSlots: {} };
const replica = (id: string, ...waiting: Lane[]): Replica => ({
  id,
  waiting,
  requestsPerMinute: 300,
  share: 1 / 3,
});

/** Who gets each of the first `count` slots, as `replica lane`, if everyone keeps waiting. */
function assigned(replicas: readonly Replica[], count: number, history = nothingYet): string[] {
  const order: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const next = assignSlot(replicas, history, number);
    if (!next) break;
    order.push(`${next.replicaId} ${next.lane}`);
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

test("no lane of any replica starves, whatever waits everywhere else", () => {
  fc.assert(
    fc.property(fc.constantFrom(...lanes), fc.constantFrom("a", "b", "c"), (lane, id) => {
      const others = ["a", "b", "c"].map((other) => replica(other, ...lanes.filter((one) => one !== lane)));
      const replicas = others.map((other) =>
        other.id === id ? { ...other, waiting: [...other.waiting, lane] } : other,
      );
      expect(assigned(replicas, 200).filter((taken) => taken === `${id} ${lane}`).length).toBeGreaterThan(1);
    }),
  );
});

test("nobody gets a slot when nobody waits, and none who isn't there is remembered", () => {
  expect(assignSlot([replica("a"), replica("b")], nothingYet, 0)).toBeNull();
  const before = { turns: noTurns, lastSlots: { a: 4, gone: 5 } };
  expect(assignSlot([replica("a", "bulk"), replica("b")], before, 6)?.history.lastSlots).toEqual({ a: 6 });
});

test("the common rate is the sum of the shares of those who are there, and at most the lowest rate set", () => {
  const three = ["a", "b", "c"].map((id) => replica(id));
  expect(sharedRate(three)).toBe(300);
  expect(sharedRate(three.slice(1))).toBeCloseTo(200);
  expect(sharedRate([...three, replica("d")])).toBe(300);
  expect(sharedRate([...three, { ...replica("d"), requestsPerMinute: 60 }])).toBe(60);
});
