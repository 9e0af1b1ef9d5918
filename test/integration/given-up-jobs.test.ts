import { describe, expect, test } from "vitest";
import {
  type Job,
  MOST_TRIES,
  requestIdOf,
  resumeUnfinished,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { BUG, clickOn, failTimes, OUTAGE, useFailingJobs } from "../support/failing-jobs.ts";

const { store, reported, startProcess, storeRequest, waitingKinds, deleteJobs, audited, countOf } =
  useFailingJobs();

describe("work that was given up", () => {
  test("has its own tries when an event enqueues it again, and is then given up and told again", async () => {
    const job: Job = { kind: "decide", click: clickOn(await storeRequest()) };
    await failTimes(await startProcess(), job, MOST_TRIES);
    const ends = await failTimes(await startProcess(), { ...job }, MOST_TRIES);
    expect(ends).toEqual([...Array<string>(MOST_TRIES - 1).fill("again"), "over"]);
    expect(reported).toEqual(["decide over", "decide over"]);
    expect(await audited()).toHaveLength(2);
    expect((await waitingKinds()).filter((kind) => kind === "tell")).toHaveLength(2);
  });

  test("has its own tries each time it is enqueued, but is told once if it only shows a request", async () => {
    const job: Job = { kind: "show_progress", requestId: await storeRequest() };
    for (let event = 1; event <= 3; event += 1) {
      const ends = await failTimes(await startProcess(), { ...job }, MOST_TRIES);
      expect(ends).toEqual([...Array<string>(MOST_TRIES - 1).fill("again"), "over"]);
    }
    expect(reported).toEqual(["show_progress over"]);
    expect(await audited()).toHaveLength(1);
    expect((await waitingKinds()).filter((kind) => kind === "tell")).toHaveLength(1);
  });

  test("is not begun again by a start if it is an execution that was given up for good", async () => {
    const emergency = { ratifyWithinHours: 24, escalateTo: [] };
    const [plain, urgent, claimed] = [
      await storeRequest("approved"),
      await storeRequest("approved", { emergency }),
      await storeRequest("executing"),
    ];
    const jobs: Job[] = [
      { kind: "execute", requestId: plain },
      { kind: "execute_emergency", requestId: urgent },
      { kind: "execute", requestId: claimed },
    ];
    const resumed = async () => {
      await deleteJobs();
      await resumeUnfinished({ uow: store.uow, clock: systemClock });
      const left = (await store.waiting()).filter(({ kind }) => kind !== "publish_audit");
      return left.sort((a, b) => (requestIdOf(a) ?? 0) - (requestIdOf(b) ?? 0));
    };
    expect(await resumed()).toEqual(jobs);
    const failures = await startProcess();
    for (const job of jobs) await failTimes(failures, job, MOST_TRIES);
    expect(reported).toEqual(["execute over", "execute_emergency over", "execute daily"]);
    // An execution that has claimed its target is not given up, because the outcome of its write is not known yet.
    expect(await resumed()).toEqual([jobs[2]]);
  });

  test("stays given up for a job that the queue had begun to try before", async () => {
    const failures = await startProcess();
    const job: Job = { kind: "ask", requestId: await storeRequest() };
    await failTimes(failures, job, MOST_TRIES);
    expect(await failures.failed(job, BUG, true)).toBe("over");
    expect(reported).toHaveLength(1);
  });

  test("is shown on the card no more while it is tried again", async () => {
    const requestId = await storeRequest();
    const job: Job = { kind: "remind", requestId, step: "reminder" };
    await failTimes(await startProcess(), job, MOST_TRIES);
    await deleteJobs();
    await failTimes(await startProcess(), job, 1);
    expect(await store.uow.run(({ jobFailures }) => jobFailures.givenUpOf(requestId))).toEqual([]);
    expect(await store.waiting()).toEqual([{ kind: "show_card", requestId }]);
  });

  test("is forgotten by a replica that had not read yet that it was given up, unless it failed again", async () => {
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
    const [here, there] = [await startProcess(), await startProcess(clock)];
    const requestId = await storeRequest();
    const job: Job = { kind: "ask", requestId };
    await failTimes(here, job, MOST_TRIES);
    await deleteJobs();
    await there.succeeded(job, false);
    await expect.poll(() => countOf(job)).toBeUndefined();
    expect(await store.waiting()).toEqual([{ kind: "show_card", requestId }]);

    await there.succeeded({ kind: "prune" }, false);
    await failTimes(here, { kind: "prune" }, 1);
    await store.database.lockPool.query("update job_failures set last_at = last_at + interval '1 minute'");
    await failTimes(here, job, 1);
    aheadMs = 30_000;
    await there.succeeded(job, false);
    await expect.poll(() => countOf(job)).toBeUndefined();
    expect(await countOf({ kind: "prune" })).toBe(1);
  });
});

test("failed work that succeeded is forgotten although the records of failures could not be read at first", async () => {
  const job: Job = { kind: "ask", requestId: await storeRequest() };
  let isAway = true;
  let aheadMs = 0;
  const uow: UnitOfWork = {
    ...store.uow,
    read: (work) => (isAway ? Promise.reject(OUTAGE) : store.uow.read(work)),
  };
  const here = await startProcess({ ...systemClock, now: () => new Date(Date.now() + aheadMs) }, uow);
  await failTimes(await startProcess(), job, 3);
  await here.succeeded(job, false);
  isAway = false;
  aheadMs = 60_000;
  await here.succeeded({ kind: "prune" }, false);
  await expect.poll(() => countOf(job)).toBeUndefined();
});
