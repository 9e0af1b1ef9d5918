import { type Lane, lanes } from "../model/lanes.ts";
import { afterTurn, chooseLane, noTurns } from "./lane-turns.ts";

/** Those who wait, in lanes; within a lane first come, first served. */
export interface LaneQueue<T> {
  /** Stands `item` at the end of its lane, or at the end of those at the lane's front. */
  push(lane: Lane, item: T, front: boolean): void;
  /** Takes an item out that gave up. */
  remove(lane: Lane, item: T): void;
  /** Takes the item out whose turn it is: the next of `lane` if one is named and somebody waits in it. */
  takeNext(lane?: Lane): T | undefined;
  /** How many go before `item`, or before a new one in this lane, if nobody else comes. */
  ahead(lane: Lane, item?: T): number;
  /** How many wait in each lane. */
  counts(): Record<Lane, number>;
  /** The lanes in which somebody waits. */
  waitingLanes(): ReadonlySet<Lane>;
  /** The items that have waited longest, one for each lane and place. */
  heads(): T[];
}

/** A queue that serves the lanes in their turns. */
export function createLaneQueue<T>(): LaneQueue<T> {
  // Sets keep the order of insertion and delete from the middle at once, whatever their length.
  const waiting = perLane(() => ({ front: new Set<T>(), back: new Set<T>() }));
  let turns = noTurns;

  const sizeOf = (lane: Lane) => waiting[lane].front.size + waiting[lane].back.size;
  const waitingLanes = () => new Set(lanes.filter((lane) => sizeOf(lane) > 0));

  return {
    push: (lane, item, front) => void waiting[lane][front ? "front" : "back"].add(item),
    remove: (lane, item) => {
      if (!waiting[lane].front.delete(item)) waiting[lane].back.delete(item);
    },
    takeNext: (lane) => {
      const inLanes = waitingLanes();
      const chosen = lane !== undefined && inLanes.has(lane) ? lane : chooseLane(inLanes, turns);
      if (chosen === undefined) return undefined;
      turns = afterTurn(turns, chosen, inLanes);
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
    waitingLanes,
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
