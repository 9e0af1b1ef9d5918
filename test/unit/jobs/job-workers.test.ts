import type { PgBoss } from "pg-boss";
import { expect, it } from "vitest";
import { type EnqueuedJob, JOBS, type Job, type JobHandlers } from "../../../src/change-requests/index.ts";
import { startJobWorkers } from "../../../src/jobs/job-workers.ts";

const EXECUTE: Job = { kind: "execute", requestId: 7 };

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
      works.set(kind, work);
      return kind;
    },
    notifyWorker: (id: string) => void woken.push(id),
    getDb: () => ({ executeSql: async () => ({ rows: due.map((kind) => ({ kind })) }) }),
    emit: () => {},
  } as unknown as PgBoss; // nothing else is asked
  const onWake = (listener: typeof wake) => {
    wake = listener;
  };
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
    give: (job: Job, retryCount = 0) => works.get(job.kind)?.([{ data: job, retryCount }]),
  };
}

it("an enqueued job wakes its workers at once, unless it is due later", async () => {
  await using queue = working();
  const { woken, leave } = queue;
  await nothingLeft();
  leave(EXECUTE, { job: { kind: "expire", requestId: 7 }, startAfter: new Date() });
  expect(new Set(woken)).toEqual(new Set(["execute"]));
  expect(woken).toHaveLength(JOBS.execute.atOnce);
});

it("a job that is found due wakes its workers", async () => {
  await using queue = working({}, ["announce", "expire"]);
  await nothingLeft();
  expect(new Set(queue.woken)).toEqual(new Set(["announce", "expire"]));
});

it("a worker asks for the next job at once after a job that succeeded or failed", async () => {
  await using queue = working({ execute: async () => {}, expire: () => Promise.reject(new Error("a bug")) });
  await nothingLeft();
  await queue.give(EXECUTE);
  await queue.give({ kind: "expire", requestId: 7 });
  expect(queue.woken).toEqual(["execute", "expire"]);
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
