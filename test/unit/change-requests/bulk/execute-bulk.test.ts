import { describe, expect, it } from "vitest";
import {
  type ChangeRequest,
  createExecuteBulk,
  type EnqueuedJob,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { uowOf } from "../../../support/stub-ports.ts";

type Progress = Pick<ChangeRequest, "state" | "paused" | "waitingFor">;

const RUNNING: Progress = { state: "executing", paused: false, waitingFor: null };
const START = new Date("2026-11-01T12:00:00Z");
const TURN_MS = 120_000;
const OUTAGE = new Error("Incydr is away.");
const FAULT = new Error("A fault of one target.");
const FINE = Array.from({ length: 12 }, () => null);
/** The number of targets that are executed at the same time. */
const WIDTH = 6;
const NEXT_JOB = { kind: "execute_bulk", requestId: 1 };

/**
 * One job of a bulk whose targets have these results, after `takesMs` each. `later`: the bulk's progress after the
 * first target. `isElsewhere`: another job executes the bulk.
 */
async function worked(
  ends: readonly (Error | null)[],
  { takesMs = 0, isElsewhere = false, later = RUNNING as Progress | null } = {},
) {
  let now = START;
  const tried: number[] = [];
  const jobs: EnqueuedJob[] = [];
  const looked: unknown[] = [];
  const executeBulk = createExecuteBulk({
    executeTarget: async (_id, position) => {
      tried.push(position);
      // Of the targets that are executed at the same time, the later ones end later.
      for (let turn = 0; turn <= position; turn += 1) await Promise.resolve();
      now = new Date(now.getTime() + takesMs);
      const end = ends[position];
      if (end) throw end;
    },
    uow: uowOf({
      requests: {
        update: async () => {},
        targetsIn: async (_id: number, states: unknown) => {
          looked.push(states);
          return ends.map((_, position) => ({ position, username: "" }));
        },
        progress: async () => (tried.length === 0 ? RUNNING : later),
      },
      jobs: {
        enqueue: async (job: EnqueuedJob["job"], options: object = {}) => void jobs.push({ job, ...options }),
      },
    }),
    bulkLock: { tryWithLock: async (_id, work) => !isElsewhere && work().then(() => true) },
    clock: { ...systemClock, now: () => now },
    isOutage: (error) => error === OUTAGE,
  });
  const end = await executeBulk(1).then(
    () => "done",
    (error: unknown) => error,
  );
  return { end, tried: tried.length, jobs, looked };
}

describe("a job that executes a bulk", () => {
  it("the job executes every target, including those that a crash left, and leaves no further job", async () => {
    const { end, tried, jobs, looked } = await worked(FINE);
    expect([end, tried, jobs]).toEqual(["done", 12, []]);
    expect(looked).toEqual([["waiting", "executing"]]);
  });

  it("the job executes no target of a bulk that another job executes, and looks again in a moment", async () => {
    const { end, tried, jobs } = await worked(FINE, { isElsewhere: true });
    expect([end, tried]).toEqual(["done", 0]);
    expect(jobs).toMatchObject([{ job: NEXT_JOB }]);
    expect(Number(jobs[0]?.startAfter)).toBeGreaterThan(START.getTime());
  });

  it.each<[string, Progress | null]>([
    ["is paused", { ...RUNNING, paused: true }],
    ["is done", { ...RUNNING, state: "done" }],
    ["has expired", { ...RUNNING, state: "expired" }],
    ["waits for the end of a freeze", { ...RUNNING, waitingFor: "freeze" }],
    ["waits for Incydr", { ...RUNNING, waitingFor: "incydr" }],
    ["is gone", null],
  ])("the job begins no further target of a bulk that %s", async (_what, later) => {
    expect((await worked(FINE, { later })).tried).toBe(WIDTH);
  });

  it.each<[string, Progress]>([
    ["is approved", { ...RUNNING, state: "approved" }],
    ["has a target that waits for its subject", { ...RUNNING, waitingFor: "subject" }],
  ])("the job executes every target of a bulk that %s", async (_what, later) => {
    expect((await worked(FINE, { later })).tried).toBe(12);
  });

  it.each([
    ["every target succeeds", FINE],
    ["one target fails", [FAULT, ...FINE]],
  ])(
    "the job begins no further target after its turn, and leaves the rest to the next job, if %s",
    async (_if, ends) => {
      expect(await worked(ends, { takesMs: TURN_MS })).toMatchObject({
        end: "done",
        tried: WIDTH,
        jobs: [{ job: NEXT_JOB }],
      });
    },
  );

  it("the job executes every other target before it fails with the fault of one target", async () => {
    const { end, tried, jobs } = await worked([FAULT, ...FINE]);
    expect([end, tried, jobs]).toEqual([FAULT, 13, []]);
  });

  it("the job begins no further target after an outage", async () => {
    expect(await worked(FINE.map(() => OUTAGE))).toMatchObject({ end: OUTAGE, tried: WIDTH });
  });

  it("the job fails with an outage rather than with a fault, so that it waits for the end of the outage", async () => {
    expect((await worked([FAULT, OUTAGE, ...FINE])).end).toBe(OUTAGE);
  });
});
