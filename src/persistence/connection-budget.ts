/** How many connections each pool of a replica may open. */
export interface ConnectionBudget {
  /** For statements and transactions. */
  readonly work: number;
  /** For named locks: a lock keeps its connection for as long as it is held or waited for. */
  readonly locks: number;
  /** For the job queue's own statements. */
  readonly queue: number;
}

/** The fewest connections with which a replica works; `DATABASE_CONNECTIONS` accepts no less. */
export const MIN_CONNECTIONS = 15;
/** The default of `DATABASE_CONNECTIONS`. */
export const DEFAULT_CONNECTIONS = 39;

/** Each statement of the queue takes about a millisecond. */
const QUEUE_CONNECTIONS = 3;

/**
 * Splits the connections of a replica: three for the queue, a third of the rest for work, two thirds for locks.
 *
 * With the fewest, eight connections for locks remain. That is one more than a bulk takes: it holds a lock of its own
 * while it takes the locks of six subjects (`WIDTH` in execute-bulk.ts). No other lock is taken within a lock. Two bulks
 * at a time (`JOBS`) hold two connections while they wait for further ones, so the pool can't run dry for good.
 */
export function splitConnections(total: number): ConnectionBudget {
  const rest = Math.max(total, MIN_CONNECTIONS) - QUEUE_CONNECTIONS;
  const work = Math.floor(rest / 3);
  return { work, locks: rest - work, queue: QUEUE_CONNECTIONS };
}
