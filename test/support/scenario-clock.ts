import { type Clock, systemClock } from "../../src/kernel/clock.ts";

/** A clock that can be set forward. */
export interface OffsetClock {
  readonly clock: Clock;
  /** Sets it forward by so many milliseconds, so that what is remembered grows old and deadlines pass. */
  advance(ms: number): void;
}

/** Makes a clock that goes as the machine's does; pauses between two attempts take no time. */
export function createOffsetClock(): OffsetClock {
  let aheadMs = 0;
  return {
    clock: {
      now: () => new Date(systemClock.now().getTime() + aheadMs),
      sleep: () => Promise.resolve(),
    },
    advance(ms) {
      aheadMs += ms;
    },
  };
}
