import { describe, expect, it } from "vitest";
import { createQueueDatabase } from "../../../src/jobs/job-queue.ts";
import { retryInOutage } from "../../../src/jobs/retry-in-outage.ts";
import type { Clock } from "../../../src/kernel/clock.ts";

const outage = Object.assign(new Error("cannot execute UPDATE in a read-only transaction"), {
  code: "25006",
});

/** A clock on which each pause is over at once, and its pauses. */
function instantClock(): Clock & { readonly pauses: number[] } {
  let nowMs = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => new Date(nowMs),
    sleep: async (ms) => {
      pauses.push(ms);
      nowMs += ms;
    },
  };
}

/** Work that fails this number of times before it succeeds. */
function failing(times: number, error: Error = outage) {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= times) throw error;
    return `answer ${tries}`;
  };
}

describe("work in an outage of the database", () => {
  it("work is repeated after pauses that grow to a second", async () => {
    const clock = instantClock();
    expect(await retryInOutage(failing(4), { clock })).toBe("answer 5");
    expect(clock.pauses).toEqual([250, 500, 1_000, 1_000]);
  });

  it("work is given up after eight seconds, before the heartbeat of its job ends", async () => {
    const clock = instantClock();
    await expect(retryInOutage(failing(1_000), { clock })).rejects.toBe(outage);
    expect(clock.now().getTime()).toBeGreaterThan(7_000);
    expect(clock.now().getTime()).toBeLessThanOrEqual(8_000);
  });

  it("work is not repeated after a fault that is no outage", async () => {
    const clock = instantClock();
    const bug = new TypeError("x is not a function");
    await expect(retryInOutage(failing(1, bug), { clock })).rejects.toBe(bug);
    expect(clock.pauses).toEqual([]);
  });

  it("work is not repeated while the program stops", async () => {
    const clock = instantClock();
    await expect(retryInOutage(failing(1), { clock, ending: AbortSignal.abort() })).rejects.toBe(outage);
  });
});

describe("a statement of the queue", () => {
  /** A queue's database over a pool that fails this number of times. */
  function openQueue(failures: number) {
    const query = failing(failures);
    const pool = { on: () => {}, end: async () => {}, query };
    return createQueueDatabase(pool as never, { clock: instantClock() }); // all that is asked of the pool
  }

  it("a statement that writes is repeated in an outage, so that a finished job is not done again", async () => {
    const complete = "with results as (update pgboss.job set state = 'completed' where id = $1) select 1";
    expect(await openQueue(3).executeSql(complete, [1])).toBe("answer 4");
  });

  it("a statement that only reads fails at once, because its caller repeats it", async () => {
    await expect(openQueue(1).executeSql("select kind from unnest($1::text[]) as kind", [[]])).rejects.toBe(
      outage,
    );
  });
});
