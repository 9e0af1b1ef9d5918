import type { Pool } from "pg";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { setDatabaseClock } from "./database-clock.ts";

/** The bot's clock in a world, which moves the clock of the world's database too. */
export interface WorldClock extends Clock {
  /** Sets the database's clock by this one, now and whenever this one is set. The world calls it. */
  moveWith(db: Pool): Promise<void>;
}

/** A clock that can be set forward. */
export interface OffsetClock {
  readonly clock: WorldClock;
  /** Sets it and the database's clock forward by so many milliseconds: deadlines pass, and jobs become due. */
  advance(ms: number): Promise<void>;
}

/**
 * Makes a clock that goes as the machine's does. Pauses take no time. A sleep with a signal is a time limit, and takes
 * as long as on the machine's clock.
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
