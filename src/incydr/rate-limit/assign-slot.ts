import type { Priority } from "../model/priorities.ts";
import { afterSlot, choosePriority, type FairnessState } from "./fair-scheduling.ts";

/** The published state of one replica. */
export interface Replica {
  readonly id: string;
  /** The priorities of the calls that wait there. */
  readonly waiting: readonly Priority[];
  readonly requestsPerMinute: number;
  /** The part of that rate that the replica keeps in fallback, from 0 to 1. */
  readonly share: number;
}

/** The facts about past slots that the next assignment depends on. */
export interface SlotHistory {
  readonly turns: FairnessState;
  /** The number of each replica's last slot, by replica id. */
  readonly lastSlots: Readonly<Record<string, number>>;
}

/** The replica and the priority that get a slot, and the history after it. */
export interface Assignment {
  readonly replicaId: string;
  readonly priority: Priority;
  readonly history: SlotHistory;
}

/**
 * Assigns slot `number`. Chooses a priority among the calls of all replicas; then, of the replicas with calls of that
 * priority, the one that was served longest ago. Null if no call waits.
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
 * The rate of all replicas together: the sum of their shares, because a replica in fallback uses its own share. At most
 * the lowest configured rate.
 */
export function sharedRate(replicas: readonly Replica[]): number {
  const shares = replicas.reduce((sum, { requestsPerMinute, share }) => sum + requestsPerMinute * share, 0);
  const limits = replicas.map(({ requestsPerMinute }) => requestsPerMinute);
  // Rounded shares such as 1/3 add up to slightly less than 1.
  return Math.min(...limits, shares * (1 + 1e-9));
}
