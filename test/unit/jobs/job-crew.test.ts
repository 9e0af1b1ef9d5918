import type { PgBoss } from "pg-boss";
import { expect, it } from "vitest";
import { createCrew } from "../../../src/jobs/job-crew.ts";

const JOB = { kind: "execute", requestId: 1 } as const;

/** A queue that gives a worker a job when the test says so, and the workers that ask it. */
function crewOf(most: number) {
  const workers = new Map<string, (jobs: { data: typeof JOB }[]) => Promise<void>>();
  const notified: string[] = [];
  let isStopped = false;
  const boss = {
    work: async (_kind: string, _options: unknown, work: (jobs: { data: typeof JOB }[]) => Promise<void>) => {
      if (isStopped) throw new Error("Workers are disabled. pg-boss is stopped");
      const id = `worker ${workers.size + notified.length + 1}`;
      workers.set(id, work);
      return id;
    },
    offWork: async (_kind: string, { id }: { id: string }) => void workers.delete(id),
    notifyWorker: (id: string) => void notified.push(id),
  } as unknown as PgBoss; // nothing else is asked
  const atWork: PromiseWithResolvers<void>[] = [];
  const pauses: { ms: number; end: () => void; isOver: boolean }[] = [];
  const { wake } = createCrew({
    boss,
    kind: "execute",
    most,
    work() {
      const job = Promise.withResolvers<void>();
      atWork.push(job);
      return job.promise;
    },
    clock: {
      now: () => new Date(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const pause = { ms, end: resolve, isOver: false };
          pauses.push(pause);
          signal?.addEventListener("abort", () => {
            pause.isOver = true;
            reject(signal.reason);
          });
        }),
    },
  });
  return {
    wake,
    workers,
    notified,
    atWork,
    pauses,
    /** Lets so much time pass that whoever works has worked for a while. */
    passTime: async () => {
      for (const { end } of pauses.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    },
    stop: () => {
      isStopped = true;
    },
    goOn: () => {
      isStopped = false;
    },
    /** Gives a job to the worker that came last; resolves once it has begun, to when it has ended. */
    give: async () => {
      const last = [...workers.values()].at(-1);
      const begun = atWork.length;
      const done = last?.([{ data: JOB }]);
      await expect.poll(() => atWork.length).toBe(begun + 1);
      return { done };
    },
  };
}

it("has nobody until it is woken, then one idle worker until as many work as may, and one again when they are done", async () => {
  const crew = crewOf(3);
  expect(crew.workers.size).toBe(0);
  crew.wake();
  expect(crew.workers.size).toBe(1);
  const jobs = [await crew.give()];
  expect(crew.pauses).toMatchObject([{ ms: 20 }]);
  await crew.passTime();
  expect(crew.workers.size).toBe(2);
  jobs.push(await crew.give());
  await crew.passTime();
  expect(crew.workers.size).toBe(3);
  jobs.push(await crew.give());
  await crew.passTime();
  expect(crew.workers.size).toBe(3);
  for (const { resolve } of crew.atWork) resolve();
  await Promise.all(jobs.map(({ done }) => done));
  expect(crew.workers.size).toBe(1);
});

it("hires nobody for a job that is done soon", async () => {
  const crew = crewOf(3);
  crew.wake();
  const { done } = await crew.give();
  crew.atWork[0]?.resolve();
  await done;
  expect(crew.pauses).toMatchObject([{ isOver: true }]);
  expect(crew.workers.size).toBe(1);
});

it("hires somebody at once when it is woken while everybody works, up to as many as may", async () => {
  const crew = crewOf(2);
  const { wake } = crew;
  wake();
  wake();
  expect(crew.workers.size).toBe(1);
  const jobs = [await crew.give()];
  wake();
  await expect.poll(() => crew.workers.size).toBe(2);
  jobs.push(await crew.give());
  wake();
  await crew.passTime();
  expect(crew.workers.size).toBe(2);
  for (const { resolve } of crew.atWork) resolve();
  await Promise.all(jobs.map(({ done }) => done));
});

it("the only worker of a kind looks again at once when it is done: meanwhile nobody has", async () => {
  const crew = crewOf(1);
  crew.wake();
  const { done } = await crew.give();
  crew.atWork[0]?.resolve();
  await done;
  expect(crew.notified).toEqual([...crew.workers.keys()]);
});

it("whoever is in the crew looks at once when it is woken, and nobody who was dismissed", async () => {
  const crew = crewOf(2);
  const { wake } = crew;
  wake();
  const [first] = crew.workers.keys();
  const { done } = await crew.give();
  await crew.passTime();
  wake();
  expect(crew.notified).toEqual([...crew.workers.keys()]);
  crew.atWork[0]?.resolve();
  await done;
  crew.notified.length = 0;
  wake();
  expect(crew.notified).toEqual([...crew.workers.keys()]);
  expect(crew.notified).not.toContain(first);
});

it("a job that fails leaves its worker in the crew, and is failed", async () => {
  const crew = crewOf(2);
  crew.wake();
  const { done } = await crew.give();
  crew.atWork[0]?.reject(new Error("Slack is down"));
  await expect(done).rejects.toThrow("Slack is down");
  expect(crew.workers.size).toBe(1);
});

it("a job that begins while the queue is being stopped is done all the same", async () => {
  const crew = crewOf(2);
  crew.wake();
  crew.stop();
  const { done } = await crew.give();
  await crew.passTime();
  expect(crew.workers.size).toBe(1);
  crew.atWork[0]?.resolve();
  await expect(done).resolves.toBeUndefined();
});

it("whoever could not be hired counts for nobody, and somebody is hired in their place", async () => {
  const { wake, workers, stop, goOn } = crewOf(1);
  stop();
  wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(workers.size).toBe(0);
  goOn();
  wake();
  await expect.poll(() => workers.size).toBe(1);
});
