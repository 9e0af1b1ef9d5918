import { type Priority, priorities } from "../model/priorities.ts";
import { afterSlot, choosePriority, initialFairness } from "./fair-scheduling.ts";

/** Waiting items, by priority; within a priority first in, first out. */
export interface PriorityQueue<T> {
  /** Adds `item` behind the other items of its priority; with `front`, only behind the earlier `front` items. */
  push(priority: Priority, item: T, front: boolean): void;
  remove(priority: Priority, item: T): void;
  /** Removes and returns the next item; the next of `priority` if given and if items of it wait. */
  takeNext(priority?: Priority): T | undefined;
  /** The number of waiting items that go before `item`, or before a new item of this priority. */
  ahead(priority: Priority, item?: T): number;
  counts(): Record<Priority, number>;
  waitingPriorities(): ReadonlySet<Priority>;
  /** For each priority, the items that have waited longest: one of the `front` items, and one of the other items. */
  heads(): T[];
}

/** A queue that chooses the next priority by fair scheduling. */
export function createPriorityQueue<T>(): PriorityQueue<T> {
  // Sets keep the order of insertion, and deletion takes constant time.
  const waiting = perPriority(() => ({ front: new Set<T>(), back: new Set<T>() }));
  let fairness = initialFairness;

  const sizeOf = (priority: Priority) => waiting[priority].front.size + waiting[priority].back.size;
  const waitingPriorities = () => new Set(priorities.filter((priority) => sizeOf(priority) > 0));

  return {
    push: (priority, item, front) => void waiting[priority][front ? "front" : "back"].add(item),
    remove: (priority, item) => {
      if (!waiting[priority].front.delete(item)) waiting[priority].back.delete(item);
    },
    takeNext: (priority) => {
      const waitingNow = waitingPriorities();
      const chosen =
        priority !== undefined && waitingNow.has(priority) ? priority : choosePriority(waitingNow, fairness);
      if (chosen === undefined) return undefined;
      fairness = afterSlot(fairness, chosen, waitingNow);
      const { front, back } = waiting[chosen];
      return takeFirst(front.size > 0 ? front : back);
    },
    ahead: (priority, item) => {
      const moreUrgent = priorities
        .slice(0, priorities.indexOf(priority))
        .reduce((total, other) => total + sizeOf(other), 0);
      return moreUrgent + placeIn([...waiting[priority].front, ...waiting[priority].back], item);
    },
    counts: () => perPriority(sizeOf),
    waitingPriorities,
    heads: () =>
      priorities.flatMap((priority) => [...first(waiting[priority].front), ...first(waiting[priority].back)]),
  };
}

function placeIn<T>(inOrder: readonly T[], item: T | undefined): number {
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

function perPriority<Value>(of: (priority: Priority) => Value): Record<Priority, Value> {
  return {
    emergency: of("emergency"),
    interactive: of("interactive"),
    change: of("change"),
    bulk: of("bulk"),
    background: of("background"),
  };
}
