/** In which queue a call waits for its turn, the most urgent first. */
export const lanes = ["emergency", "interactive", "change", "bulk", "background"] as const;

/** One of the queues. */
export type Lane = (typeof lanes)[number];
