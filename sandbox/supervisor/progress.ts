/** Runs a phase of the start-up, and reports its duration. */
export type Progress = <T>(phase: string, work: () => Promise<T>) => Promise<T>;

/** Creates a progress that writes one line for each finished phase, with its duration in seconds. */
export function createProgress(options: {
  write: (text: string) => void;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}): Progress {
  const { write, now } = options;
  return async (phase, work) => {
    const startedAt = now();
    write(`  ${`${phase} `.padEnd(40, ".")} `);
    try {
      const result = await work();
      write(`${((now() - startedAt) / 1000).toFixed(1)} s\n`);
      return result;
    } catch (error) {
      write("failed\n");
      throw error;
    }
  };
}
