import type { PgBoss } from "pg-boss";
import { afterEach, expect, it, vi } from "vitest";
import { type EnqueuedJob, JOBS, type Job, type JobHandlers } from "../../../src/change-requests/index.ts";
import { startJobWorkers } from "../../../src/jobs/job-workers.ts";

const EXECUTE: Job = { kind: "execute", requestId: 7 };

afterEach(() => vi.useRealTimers());

type Work = (jobs: { data: Job; retryCount: number }[]) => Promise<void>;

/** Workers on a queue that gives out the jobs of the test, and the kinds whose workers were woken. */
function working(
  handlers: Partial<JobHandlers> = {},
  due: readonly Job["kind"][] = [],
  end: "again" | "over" = "over",
) {
  const works = new Map<string, Work>();
  const woken: string[] = [];
  let wake: (jobs: readonly EnqueuedJob[]) => void = () => {};
  const boss = {
    work: async (kind: string, _options: unknown, work: Work) => {
      const id = `${kind} ${works.size + 1}`;
      works.set(id, work);
      return id;
    },
    notifyWorker: (id: string) => void woken.push(id),
    getDb: () => ({ executeSql: async () => ({ rows: due.map((kind) => ({ kind })) }) }),
    emit: () => {},
  } as unknown as PgBoss; // nothing else is asked
  const onWake = (listener: typeof wake) => {
    wake = listener;
  };
  const first = (kind: Job["kind"]) => [...works.keys()].find((id) => id.startsWith(`${kind} `)) ?? "";
  const failed: [Job, boolean][] = [];
  const succeeded: [Job, boolean][] = [];
  const failures = {
    failed: async (job: Job, _error: unknown, isRetry: boolean) => {
      failed.push([job, isRetry]);
      return end;
    },
    succeeded: async (job: Job, isRetry: boolean) => void succeeded.push([job, isRetry]),
  };
  const workers = startJobWorkers({
    jobs: { boss, onWake },
    handlers: handlers as JobHandlers, // no other job is given out
    failures,
    onWatched: () => {},
    onWatchFailed: () => {},
  });
  return {
    [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose](),
    woken,
    failed,
    succeeded,
    leave: (...left: (Job | EnqueuedJob)[]) =>
      wake(left.map((each) => ("job" in each ? each : { job: each }))),
    /** The kinds of the woken workers, each once. */
    wokenKinds: () => new Set(woken.map((id) => id.split(" ")[0])),
    /** Gives a job to the first worker of its kind, whose id is `first(job.kind)`. */
    give: (job: Job, retryCount = 0) => works.get(first(job.kind))?.([{ data: job, retryCount }]),
    first,
  };
}

it("each enqueued job wakes one worker of its kind at once, unless it is due later", async () => {
  await using queue = working();
  await nothingLeft();
  queue.leave(
    EXECUTE,
    { kind: "execute", requestId: 8 },
    { job: { kind: "expire", requestId: 7 }, startAfter: new Date() },
  );
  expect(queue.wokenKinds()).toEqual(new Set(["execute"]));
  expect(new Set(queue.woken).size).toBe(2);
  expect(queue.woken).toHaveLength(2);
});

it("a job enqueued while the woken worker looks for the first wakes another worker", async () => {
  await using queue = working();
  await nothingLeft();
  queue.leave(EXECUTE);
  queue.leave(EXECUTE);
  expect(new Set(queue.woken).size).toBe(2);
});

it("an enqueued job wakes no worker that works on another job", async () => {
  const seventh = Promise.withResolvers<void>();
  await using queue = working({ execute: () => seventh.promise });
  await nothingLeft();
  const given = queue.give(EXECUTE);
  for (let count = 0; count < JOBS.execute.atOnce; count += 1) queue.leave(EXECUTE);
  expect(queue.woken).toHaveLength(JOBS.execute.atOnce);
  expect(queue.woken).not.toContain(queue.first("execute"));
  seventh.resolve();
  await given;
});

it("a job that only tells of a change starts 50 ms after the other jobs of its transaction", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  await using queue = working();
  await nothingLeft();
  queue.leave({ kind: "announce", requestId: 7, topic: "approved" }, { kind: "publish_audit" }, EXECUTE);
  vi.advanceTimersByTime(49);
  expect(queue.wokenKinds()).toEqual(new Set(["execute"]));
  vi.advanceTimersByTime(1);
  expect(queue.wokenKinds()).toEqual(new Set(["execute", "announce", "publish_audit"]));
});

it("a job that only tells of a change does not overtake such a job that is delayed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  await using queue = working();
  await nothingLeft();
  queue.leave({ kind: "announce", requestId: 7, topic: "approved" }, EXECUTE);
  vi.advanceTimersByTime(20);
  queue.leave({ kind: "show_card", requestId: 7 });
  expect(queue.wokenKinds()).toEqual(new Set(["execute"]));
  vi.advanceTimersByTime(30);
  expect(queue.wokenKinds()).toEqual(new Set(["execute", "announce", "show_card"]));
});

it("a worker that has finished its job is woken again", async () => {
  await using queue = working({ execute: async () => {} });
  await nothingLeft();
  await queue.give(EXECUTE);
  queue.woken.length = 0;
  for (let count = 0; count < JOBS.execute.atOnce; count += 1) queue.leave(EXECUTE);
  expect(queue.woken).toContain(queue.first("execute"));
});

it("jobs that only tell of a change start at once if they are alone in their transaction", async () => {
  await using queue = working();
  await nothingLeft();
  queue.leave({ kind: "announce", requestId: 7, topic: "approved" }, { kind: "publish_audit" });
  expect(queue.wokenKinds()).toEqual(new Set(["announce", "publish_audit"]));
});

it("a job that is found due wakes all idle workers of its kind", async () => {
  await using queue = working({}, ["show_card", "expire"]);
  await nothingLeft();
  expect(queue.wokenKinds()).toEqual(new Set(["show_card", "expire"]));
  expect(new Set(queue.woken).size).toBe(JOBS.show_card.atOnce + JOBS.expire.atOnce);
});

it("a worker asks for the next job at once after a job that succeeded or failed", async () => {
  await using queue = working({ execute: async () => {}, expire: () => Promise.reject(new Error("a bug")) });
  await nothingLeft();
  await queue.give(EXECUTE);
  await queue.give({ kind: "expire", requestId: 7 });
  expect(queue.woken).toEqual([queue.first("execute"), queue.first("expire")]);
});

it.each<["failed" | "succeeded", JobHandlers["execute"]]>([
  ["failed", () => Promise.reject(new TypeError("a bug"))],
  ["succeeded", async () => {}],
])("a job that %s is reported with whether the queue had tried it before", async (how, execute) => {
  await using queue = working({ execute });
  queue.leave(EXECUTE);
  await nothingLeft();
  await queue.give(EXECUTE);
  await queue.give(EXECUTE, 1);
  expect(queue[how]).toEqual([
    [EXECUTE, false],
    [EXECUTE, true],
  ]);
});

it("a job that has to be tried again fails in the queue", async () => {
  const execute = () => Promise.reject(new TypeError("a bug"));
  await using queue = working({ execute }, [], "again");
  queue.leave(EXECUTE);
  await nothingLeft();
  await expect(queue.give(EXECUTE)).rejects.toThrow("a bug");
  expect(queue.succeeded).toEqual([]);
});

/** Waits until all work that needs no time is done. */
async function nothingLeft(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}
