import { expect, test } from "vitest";
import { createJobFailures, type Job, MOST_TRIES, type UnitOfWork } from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { clickOn, failTimes, OUTAGE, useFailingJobs } from "../support/failing-jobs.ts";

const { store, notices, startProcess, storeRequest, countOf } = useFailingJobs();

test("that a request can't be shown is told although a decision on it was given up before", async () => {
  const requestId = await storeRequest();
  const failures = await startProcess();
  await failTimes(failures, { kind: "decide", click: clickOn(requestId) }, MOST_TRIES);
  await failTimes(failures, { kind: "show_card", requestId }, MOST_TRIES);
  expect(await notices()).toMatchObject([{ work: "decide" }, { work: "show_card" }]);
});

test("work that succeeded is forgotten as failed although the failed work could not be read at first", async () => {
  const job: Job = { kind: "ask", requestId: await storeRequest() };
  let isAway = true;
  let aheadMs = 0;
  const uow: UnitOfWork = {
    ...store().uow,
    read: (work) => (isAway ? Promise.reject(OUTAGE) : store().uow.read(work)),
  };
  const here = createJobFailures({
    uow,
    clock: { ...systemClock, now: () => new Date(Date.now() + aheadMs) },
    isOutage: () => false,
    errorCodeOf: () => "unknown",
    observer: { onFailed: () => {}, onGivenUp: () => {} },
  });
  await failTimes(await startProcess(), job, 3);
  await here.succeeded(job, false);
  isAway = false;
  aheadMs = 60_000;
  await here.succeeded({ kind: "prune" }, false);
  await expect.poll(() => countOf(job)).toBeUndefined();
});
