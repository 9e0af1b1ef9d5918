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

/** Makes a clock that goes as the machine's does; pauses between two attempts take no time. */
export function createOffsetClock(): OffsetClock {
  let aheadMs = 0;
  let database: Pool | null = null;
  return {
    clock: {
      now: () => new Date(systemClock.now().getTime() + aheadMs),
      sleep: () => Promise.resolve(),
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
