import type { Pool } from "pg";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { setDatabaseClock } from "./database-clock.ts";

/** The bot's clock in a world, which moves the clock of the world's database too. */
export interface WorldClock extends Clock {
  /** Sets the database's clock to this clock, now and at each change of this clock. The world calls it. */
  moveWith(db: Pool): Promise<void>;
}

/** A clock that can be set forward. */
export interface OffsetClock {
  readonly clock: WorldClock;
  /**
   * Sets this clock and the database's clock forward by this number of milliseconds: deadlines pass, and jobs become
   * due.
   */
  advance(ms: number): Promise<void>;
}

/**
 * Makes a clock that runs like the machine's clock. Pauses take no time. A sleep with a signal is a time limit, and
 * takes as long as on the machine's clock.
 */
export function createOffsetClock(): OffsetClock {
  let aheadMs = 0;
  let database: Pool | null = null;
  return {
    clock: {
      now: () => new Date(systemClock.now().getTime() + aheadMs),
      sleep: (ms, signal) => (signal ? systemClock.sleep(ms, signal) : Promise.resolve()),
      async moveWith(db) {
        database = db;
        await setDatabaseClock(db, aheadMs);
      },
    },
    async advance(ms) {
      aheadMs += ms;
      if (database) await setDatabaseClock(database, aheadMs);
    },
  };
}
