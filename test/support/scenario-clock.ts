import { type Clock, systemClock } from "../../src/kernel/clock.ts";

/** A clock that goes as the machine's does, and can be set forward, so that what is remembered grows old. */
export function createOffsetClock(): { clock: Clock; advance(ms: number): void } {
  let aheadMs = 0;
  return {
    clock: { now: () => new Date(systemClock.now().getTime() + aheadMs), sleep: systemClock.sleep },
    advance(ms) {
      aheadMs += ms;
    },
  };
}
