/** Runs a stage of the start-up and says how long it took. */
export type Progress = <T>(stage: string, work: () => Promise<T>) => Promise<T>;

/** Creates a progress that writes one line for each stage, with its time in seconds when it is done. */
export function createProgress(options: {
  write: (text: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}): Progress {
  const { write, now } = options;
  return async (stage, work) => {
    const startedAt = now();
    write(`  ${`${stage} `.padEnd(40, ".")} `);
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
