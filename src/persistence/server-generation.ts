/**
 * Counts how often a database server that was writable turned out to be read-only, as after a failover. A connection
 * opened in an earlier generation may lead to the old server, also if its own statements only read or lock.
 */
export interface ServerGeneration {
  readonly current: number;
  /** The error that ended the last generation; `null` in the first. */
  readonly endedBy: Error | null;
  /**
   * Ends the generation in which a connection was opened, because its server answered that it is read-only. Does
   * nothing if that generation has ended already.
   */
  end(generation: number, error: Error): void;
  /** Calls `listener` at the end of each generation. */
  onEnd(listener: () => void): void;
}

/** Creates the count that all connections of a process share. */
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
