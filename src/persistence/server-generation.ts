/**
 * Counts how often the database server turned out to be read-only, as after a failover. A connection of an earlier
 * generation may lead to the old server, so it must not be used, not even for reading or locking.
 */
export interface ServerGeneration {
  readonly current: number;
  /** The error that ended the last generation; `null` in the first. */
  readonly endedBy: Error | null;
  /** Ends this generation, because a server of it is read-only. Does nothing if it has ended already. */
  end(generation: number, error: Error): void;
  /** Calls `listener` at the end of each generation. */
  onEnd(listener: () => void): void;
}

/** Creates the counter that all connections of a process share. */
export function createServerGeneration(): ServerGeneration {
  let current = 0;
  let endedBy: Error | null = null;
  const listeners: (() => void)[] = [];
  return {
    get current() {
      return current;
    },
    get endedBy() {
      return endedBy;
    },
    end(generation, error) {
      if (generation !== current) return;
      current += 1;
      endedBy = error;
      for (const listener of listeners) listener();
    },
    onEnd: (listener) => void listeners.push(listener),
  };
}
