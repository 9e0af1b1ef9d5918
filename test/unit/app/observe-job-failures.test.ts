import { expect, it } from "vitest";
import { createJobFailureObserver } from "../../../src/app/observers.ts";
import type { Job } from "../../../src/change-requests/index.ts";
import { createMetrics } from "../../../src/observability/index.ts";
import { captureLog } from "../../support/captured-log.ts";

const JOB: Job = { kind: "execute", requestId: 7 };
const ERROR = new TypeError("x is not a function");

function setting() {
  const { logger, logged } = captureLog();
  const metrics = createMetrics();
  return { observer: createJobFailureObserver(logger, metrics), metrics, logged };
}

it("a job that fails is a warning, and counted as an outage or as a fault", async () => {
  const { observer, metrics, logged } = setting();
  observer.onFailed({ job: JOB, error: ERROR, isOutage: true, faults: null });
  observer.onFailed({ job: JOB, error: ERROR, isOutage: false, faults: 3 });
  expect(logged()).toMatchObject([
    { level: "warn", job: "execute", requestId: 7, msg: expect.stringContaining("because of an outage") },
    { level: "warn", job: "execute", requestId: 7, faults: 3, msg: "A job failed because of a fault." },
  ]);
  expect(logged()[0]).not.toHaveProperty("faults");
  const text = await metrics.text();
  for (const outage of [true, false])
    expect(text).toContain(`job_failures_total{kind="execute",outage="${outage}"} 1`);
});

it("work that is given up is an error with its reference, which says whether it goes on once a day", async () => {
  const { observer, metrics, logged } = setting();
  const givenUp = { job: JOB, error: ERROR, reference: "7f3a" };
  observer.onGivenUp({ ...givenUp, goesOnDaily: false });
  observer.onGivenUp({ ...givenUp, goesOnDaily: true });
  const which = { level: "error", job: "execute", requestId: 7, reference: "7f3a" };
  expect(logged()).toMatchObject([
    { ...which, msg: "A job failed too often. The bot does not try it again." },
    { ...which, msg: "A job failed too often. From now on, the bot tries it once a day." },
  ]);
  expect(await metrics.text()).toContain('jobs_given_up_total{kind="execute"} 2');
});
