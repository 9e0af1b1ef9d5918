import { expect, it } from "vitest";
import {
  createExecuteBulk,
  type EnqueuedJob,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";

const START = new Date("2026-11-01T12:00:00Z");
const TURN_MS = 120_000;
const OUTAGE = new Error("Incydr is away.");
const FAULT = new Error("A fault of one target.");

/** A job of a bulk with these ends of its targets, each of which takes so long. */
async function worked(
  ends: readonly (Error | null)[],
  { takesMs = 0, isElsewhere = false }: { takesMs?: number; isElsewhere?: boolean } = {},
) {
  let now = START;
  const tried: number[] = [];
  const jobs: EnqueuedJob[] = [];
  const looked: unknown[] = [];
  const tx = {
    requests: {
      update: async () => {},
      targetsIn: async (_id: number, states: unknown) => {
        looked.push(states);
        return ends.map((_, position) => ({ position, username: "" }));
      },
      progress: async () => ({ state: "executing", paused: false, waitingFor: null }),
    },
    jobs: {
      enqueue: async (job: EnqueuedJob["job"], options: object = {}) => void jobs.push({ job, ...options }),
    },
  } as unknown as Transaction; // nothing else of it is used
  const executeBulk = createExecuteBulk({
    executeTarget: async (_id, position) => {
      tried.push(position);
      // The later of those that are worked on at once end later.
      for (let turn = 0; turn <= position; turn += 1) await Promise.resolve();
      now = new Date(now.getTime() + takesMs);
      const end = ends[position];
      if (end) throw end;
    },
    people: {} as Parameters<typeof createExecuteBulk>[0]["people"], // nobody is asked
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    bulkLock: { tryWithLock: async (_id, work) => !isElsewhere && work().then(() => true) },
    clock: { ...systemClock, now: () => now },
    isOutage: (error) => error === OUTAGE,
  });
  const end = await executeBulk(1).then(
    () => "done",
    (error: unknown) => error,
  );
  return { end, tried, jobs, looked };
}

const FINE = Array.from({ length: 12 }, () => null);

it("a bulk that another job works on is looked at again in a moment, and begins nothing meanwhile", async () => {
  const { end, tried, jobs } = await worked(FINE, { isElsewhere: true });
  expect([end, tried]).toEqual(["done", []]);
  expect(jobs).toMatchObject([{ job: { kind: "execute_bulk", requestId: 1 } }]);
  expect(Number(jobs[0]?.startAfter)).toBeGreaterThan(START.getTime());
});

it("a bulk whose targets are all tried leaves no further job, and takes up what a crash left", async () => {
  const { end, tried, jobs, looked } = await worked(FINE);
  expect([end, tried.length, jobs]).toEqual(["done", 12, []]);
  expect(looked).toEqual([["waiting", "executing"]]);
});

it("a turn that is over begins no further target, and leaves the rest to the next job", async () => {
  const { end, tried, jobs } = await worked(FINE, { takesMs: TURN_MS });
  expect([end, tried.length]).toEqual(["done", 6]);
  expect(jobs).toEqual([{ job: { kind: "execute_bulk", requestId: 1 } }]);
});

it("a fault of one target keeps no other from its turn, and is one once all were tried", async () => {
  const { end, tried, jobs } = await worked([FAULT, ...FINE]);
  expect([end, tried.length, jobs]).toEqual([FAULT, 13, []]);
});

it("a fault of one target isn't told while others wait for their turn", async () => {
  const { end, jobs } = await worked([FAULT, ...FINE], { takesMs: TURN_MS });
  expect(end).toBe("done");
  expect(jobs).toEqual([{ job: { kind: "execute_bulk", requestId: 1 } }]);
});

it("an outage is told before a fault of one target, so that the job waits for its end", async () => {
  expect((await worked([FAULT, OUTAGE, ...FINE])).end).toBe(OUTAGE);
});
