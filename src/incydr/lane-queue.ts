import { type Lane, lanes } from "./lanes.ts";

/** Those who wait, in lanes; within a lane first come, first served. */
export interface LaneQueue<T> {
  /** Stands `item` at the end of its lane, or at the end of those at the lane's front. */
  push(lane: Lane, item: T, front: boolean): void;
  /** Takes an item out that gave up. */
  remove(lane: Lane, item: T): void;
  /** Takes the item out whose turn it is. */
  takeNext(): T | undefined;
  /** How many go before `item`, or before a new one in this lane, if nobody else comes. */
  ahead(lane: Lane, item?: T): number;
  /** How many wait in each lane. */
  counts(): Record<Lane, number>;
  /** The items that have waited longest, one for each lane and place. */
  heads(): T[];
}

// After this many slots in a row for emergencies, one goes to the others.
const emergencyRunLimit = 9;
// After being passed over this many times a lane gets the next slot, so that none starves.
const patienceInSlots = { emergency: 0, interactive: 4, change: 4, bulk: 8, background: 16 } as const;

/**
 * A queue that serves the most urgent lane first and starves none: an emergency takes the next slot, but
 * at most nine in a row; of the others, one passed over too often goes before one more urgent.
 */
export function createLaneQueue<T>(): LaneQueue<T> {
  // Sets keep the order of insertion and delete from the middle at once, whatever their length.
  const waiting = perLane(() => ({ front: new Set<T>(), back: new Set<T>(), passedOver: 0 }));
  let emergencyRun = 0;

  const sizeOf = (lane: Lane) => waiting[lane].front.size + waiting[lane].back.size;

  function nextLane(): Lane | undefined {
    const others = lanes.filter((lane) => lane !== "emergency" && sizeOf(lane) > 0);
    const emergencyWaits = sizeOf("emergency") > 0;
    if (emergencyWaits && (emergencyRun < emergencyRunLimit || others.length === 0)) return "emergency";
    const overdue = others
      .filter((lane) => waiting[lane].passedOver >= patienceInSlots[lane])
      .sort((a, b) => overdueBy(b) - overdueBy(a));
    return overdue[0] ?? others[0];
  }

  const overdueBy = (lane: Lane) => waiting[lane].passedOver / patienceInSlots[lane];

  return {
    push: (lane, item, front) => void waiting[lane][front ? "front" : "back"].add(item),
    remove: (lane, item) => {
      if (!waiting[lane].front.delete(item)) waiting[lane].back.delete(item);
    },
    takeNext: () => {
      const chosen = nextLane();
      if (chosen === undefined) return undefined;
      emergencyRun = chosen === "emergency" ? emergencyRun + 1 : 0;
      for (const lane of lanes) {
        const passed = lane !== chosen && sizeOf(lane) > 0;
        waiting[lane].passedOver = passed ? waiting[lane].passedOver + 1 : 0;
      }
      const { front, back } = waiting[chosen];
      return takeFirst(front.size > 0 ? front : back);
    },
    ahead: (lane, item) => {
      const inMoreUrgentLanes = lanes
        .slice(0, lanes.indexOf(lane))
        .reduce((total, other) => total + sizeOf(other), 0);
      return inMoreUrgentLanes + placeInLane([...waiting[lane].front, ...waiting[lane].back], item);
    },
    counts: () => perLane(sizeOf),
    heads: () => lanes.flatMap((lane) => [...first(waiting[lane].front), ...first(waiting[lane].back)]),
  };
}

function placeInLane<T>(inOrder: readonly T[], item: T | undefined): number {
  if (item === undefined) return inOrder.length;
  return Math.max(inOrder.indexOf(item), 0);
}

function takeFirst<T>(items: Set<T>): T | undefined {
  for (const item of items) {
    items.delete(item);
    return item;
  }
  return undefined;
}

function* first<T>(items: Set<T>): Generator<T> {
  for (const item of items) return yield item;
}

function perLane<Value>(of: (lane: Lane) => Value): Record<Lane, Value> {
  return {
    emergency: of("emergency"),
    interactive: of("interactive"),
    change: of("change"),
    bulk: of("bulk"),
    background: of("background"),
  };
}
