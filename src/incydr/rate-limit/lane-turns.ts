import { type Lane, lanes } from "../model/lanes.ts";

/** What has to be remembered of past slots, so that the urgent go first and none starves. */
export interface LaneTurns {
  /** Slots in a row that went to emergencies. */
  readonly emergencyRun: number;
  /** How often each lane was passed over since its last slot, while somebody waited in it. */
  readonly passedOver: Readonly<Record<Lane, number>>;
}

// After this many slots in a row for emergencies, one goes to the others.
const emergencyRunLimit = 9;
// After being passed over this many times a lane gets the next slot, so that none starves.
const patienceInSlots = { emergency: 0, interactive: 4, change: 4, bulk: 8, background: 16 } as const;

/** Before the first slot. */
export const noTurns: LaneTurns = {
  emergencyRun: 0,
  passedOver: { emergency: 0, interactive: 0, change: 0, bulk: 0, background: 0 },
};

/**
 * The lane whose turn it is among those in which somebody waits; undefined if there is none. The most urgent
 * goes first, but emergencies at most nine times in a row; of the others, one passed over too often goes
 * before one more urgent.
 */
export function chooseLane(waiting: ReadonlySet<Lane>, turns: LaneTurns): Lane | undefined {
  const others = lanes.filter((lane) => lane !== "emergency" && waiting.has(lane));
  const emergencyGoes = turns.emergencyRun < emergencyRunLimit || others.length === 0;
  if (waiting.has("emergency") && emergencyGoes) return "emergency";
  const overdueBy = (lane: Lane) => turns.passedOver[lane] / patienceInSlots[lane];
  const overdue = others
    .filter((lane) => turns.passedOver[lane] >= patienceInSlots[lane])
    .sort((a, b) => overdueBy(b) - overdueBy(a));
  return overdue[0] ?? others[0];
}

/** What is to be remembered once `chosen` got a slot while somebody waited in `waiting`. */
export function afterTurn(turns: LaneTurns, chosen: Lane, waiting: ReadonlySet<Lane>): LaneTurns {
  const passedOver = { ...turns.passedOver };
  for (const lane of lanes) {
    passedOver[lane] = lane !== chosen && waiting.has(lane) ? passedOver[lane] + 1 : 0;
  }
  return { emergencyRun: chosen === "emergency" ? turns.emergencyRun + 1 : 0, passedOver };
}
