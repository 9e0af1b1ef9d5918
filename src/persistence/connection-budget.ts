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
export const MIN_CONNECTIONS = 10;
/** The default of `DATABASE_CONNECTIONS`. */
export const DEFAULT_CONNECTIONS = 39;

/** Each statement of the queue takes about a millisecond. */
const QUEUE_CONNECTIONS = 3;

/**
 * Splits the connections of a replica: three for the queue, a third of the rest for work, two thirds for locks.
 *
 * With the fewest, five connections for locks remain. Two bulks at a time hold a lock while they wait for another one
 * (`execute_bulk` in `JOB_KINDS`, the lock of a subject within the lock of a bulk); no other lock is taken within a
 * lock. So at least three connections are left, whose holders wait for no further connection of this pool.
 */
export function splitConnections(total: number): ConnectionBudget {
  const rest = Math.max(total, MIN_CONNECTIONS) - QUEUE_CONNECTIONS;
  const work = Math.floor(rest / 3);
  return { work, locks: rest - work, queue: QUEUE_CONNECTIONS };
}
