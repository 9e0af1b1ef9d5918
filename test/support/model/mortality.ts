/** The death of a simulated process: thrown at whatever it does next, and at everything it does afterwards. */
export class Death extends Error {
  override readonly name = "Death";
}

/** Lets a simulated process die between any two things that it does to the world outside its memory. */
export interface Mortality {
  /** Passes, or throws `Death`; called before and after each effect. */
  step(): void;
  /** Lets it die after so many further steps. */
  dieAfter(steps: number): void;
  readonly isDead: boolean;
}

export function createMortality(): Mortality {
  let left = Number.POSITIVE_INFINITY;
  let isDead = false;
  return {
    step() {
      isDead ||= left <= 0;
      left -= 1;
      if (isDead) throw new Death("The process was killed.");
    },
    dieAfter(steps) {
      left = steps;
    },
    get isDead() {
      return isDead;
    },
  };
}
