/** The crash of a simulated process: thrown by its next effect, and by each later one. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

/** Lets a simulated process crash between any two effects outside its memory. */
export interface CrashInjector {
  /** Passes, or throws `SimulatedCrash`; called before and after each effect. */
  step(): void;
  /** Lets the process crash after this number of further steps. */
  crashAfter(steps: number): void;
  readonly hasCrashed: boolean;
}

export function createCrashInjector(): CrashInjector {
  let left = Number.POSITIVE_INFINITY;
  let hasCrashed = false;
  return {
    step() {
      hasCrashed ||= left <= 0;
      left -= 1;
      if (hasCrashed) throw new SimulatedCrash("The process was killed.");
    },
    crashAfter(steps) {
      left = steps;
    },
    get hasCrashed() {
      return hasCrashed;
    },
  };
}
