/** Runs a phase of the start-up and says how long it took. */
export type Progress = <T>(phase: string, work: () => Promise<T>) => Promise<T>;

/** Creates a progress that writes one line for each phase, with its time in seconds when it is done. */
export function createProgress(options: {
  write: (text: string) => void;
  /** Milliseconds of a clock that only goes forward. */
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
