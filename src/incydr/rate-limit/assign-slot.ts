import type { Priority } from "../model/priorities.ts";
import { afterSlot, choosePriority, type FairnessState } from "./fair-scheduling.ts";

/** The published state of one replica. */
export interface Replica {
  readonly id: string;
  /** The priorities of the calls that wait there. */
  readonly waiting: readonly Priority[];
  readonly requestsPerMinute: number;
  /** The part of it that the replica keeps to in fallback, from 0 to 1. */
  readonly share: number;
}

/** The past slots of all replicas, as far as the next assignment depends on them. */
export interface SlotHistory {
  readonly turns: FairnessState;
  /** Which replica got which slot last: its number by replica id. */
  readonly lastSlots: Readonly<Record<string, number>>;
}

/** The replica and the priority that get a slot, and the history after it. */
export interface Assignment {
  readonly replicaId: string;
  readonly priority: Priority;
  readonly history: SlotHistory;
}

/**
 * Decides which replica gets slot `number`: chooses a priority among all calls of all replicas, then the replica
 * with calls of that priority that was served longest ago. Null if no call waits.
 */
export function assignSlot(
  replicas: readonly Replica[],
  { turns, lastSlots }: SlotHistory,
  number: number,
): Assignment | null {
  const waiting = new Set(replicas.flatMap((replica) => replica.waiting));
  const priority = choosePriority(waiting, turns);
  if (priority === undefined) return null;
  const lastSlotOf = (replica: Replica) => lastSlots[replica.id] ?? -1;
  const [next] = replicas
    .filter((replica) => replica.waiting.includes(priority))
    .sort((a, b) => lastSlotOf(a) - lastSlotOf(b) || (a.id < b.id ? -1 : 1));
  if (!next) return null;
  const here = replicas.filter(({ id }) => lastSlots[id] !== undefined).map(({ id }) => [id, lastSlots[id]]);
  return {
    replicaId: next.id,
    priority,
    history: {
      turns: afterSlot(turns, priority, waiting),
      lastSlots: { ...Object.fromEntries(here), [next.id]: number },
    },
  };
}

/**
 * The rate that the replicas keep together: the sum of their shares, so that a replica in fallback can keep
 * to its own, and at most the lowest rate that one of them is set to.
 */
export function sharedRate(replicas: readonly Replica[]): number {
  const shares = replicas.reduce((sum, { requestsPerMinute, share }) => sum + requestsPerMinute * share, 0);
  const limits = replicas.map(({ requestsPerMinute }) => requestsPerMinute);
  // Shares such as 1/3 add up to a little less than the whole.
  return Math.min(...limits, shares * (1 + 1e-9));
}
