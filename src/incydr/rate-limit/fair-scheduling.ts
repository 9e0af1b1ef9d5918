import { type Priority, priorities } from "../model/priorities.ts";

/** The facts about past slots that the next choice depends on. */
export interface FairnessState {
  /** The number of consecutive slots for emergencies, up to now. */
  readonly emergencyRun: number;
  /** How often each priority with waiting calls was skipped since its last slot. */
  readonly passedOver: Readonly<Record<Priority, number>>;
}

// After this many consecutive slots for emergencies, another priority gets one.
const emergencyRunLimit = 9;
// A priority that was skipped this many times gets the next slot, so that none starves.
const maxSkips = { emergency: 0, interactive: 4, change: 4, bulk: 8, background: 16 } as const;

export const initialFairness: FairnessState = {
  emergencyRun: 0,
  passedOver: { emergency: 0, interactive: 0, change: 0, bulk: 0, background: 0 },
};

/**
 * Chooses the next priority among the priorities with waiting calls; undefined if there is none. The most urgent goes
 * first, but emergencies at most nine times in a row. Another priority that was skipped too often goes before a more
 * urgent one.
 */
export function choosePriority(waiting: ReadonlySet<Priority>, turns: FairnessState): Priority | undefined {
  const others = priorities.filter((priority) => priority !== "emergency" && waiting.has(priority));
  const emergencyGoes = turns.emergencyRun < emergencyRunLimit || others.length === 0;
  if (waiting.has("emergency") && emergencyGoes) return "emergency";
  const overdueBy = (priority: Priority) => turns.passedOver[priority] / maxSkips[priority];
  const overdue = others
    .filter((priority) => turns.passedOver[priority] >= maxSkips[priority])
    .sort((a, b) => overdueBy(b) - overdueBy(a));
  return overdue[0] ?? others[0];
}

/** The state after a slot for `chosen`, with waiting calls of the priorities `waiting`. */
export function afterSlot(
  turns: FairnessState,
  chosen: Priority,
  waiting: ReadonlySet<Priority>,
): FairnessState {
  const passedOver = { ...turns.passedOver };
  for (const priority of priorities) {
    passedOver[priority] = priority !== chosen && waiting.has(priority) ? passedOver[priority] + 1 : 0;
  }
  return { emergencyRun: chosen === "emergency" ? turns.emergencyRun + 1 : 0, passedOver };
}
