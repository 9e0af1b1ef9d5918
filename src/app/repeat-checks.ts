import { withNewCorrelation } from "../kernel/correlation.ts";

/** Checks a dependency, records its state, and resolves to the pause until the next check, in milliseconds. */
export type DependencyCheck = () => Promise<number>;

/** Checks that run until disposal. */
export interface RepeatedChecks extends Disposable {
  /** Resolves when every check has run once. */
  readonly first: Promise<void>;
  /** Runs this check now, unless it is running. */
  hurry(check: DependencyCheck): void;
}

/** The pause after a check that threw. */
const PAUSE_AFTER_ERROR_MS = 5_000;

/** Repeats each check with the pause that its last run returned, by the machine's timers. */
export function repeatChecks(options: {
  checks: readonly DependencyCheck[];
  onError: (error: unknown) => void;
}): RepeatedChecks {
  const timers = new Map<DependencyCheck, NodeJS.Timeout>();
  const running = new Set<DependencyCheck>();
  let isOver = false;

  const run = async (check: DependencyCheck): Promise<void> => {
    if (!isOver && !running.has(check)) await withNewCorrelation(() => runOnce(check));
  };

  const runOnce = async (check: DependencyCheck): Promise<void> => {
    clearTimeout(timers.get(check));
    running.add(check);
    let pauseMs = PAUSE_AFTER_ERROR_MS;
    try {
      pauseMs = await check();
    } catch (error) {
      if (!isOver) options.onError(error);
    } finally {
      running.delete(check);
    }
    if (!isOver) timers.set(check, setTimeout(() => void run(check), pauseMs).unref());
  };

  return {
    first: Promise.all(options.checks.map(run)).then(() => undefined),
    hurry: (check) => void run(check),
    [Symbol.dispose]() {
      isOver = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
