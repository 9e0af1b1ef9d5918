import { describe, expect, test } from "vitest";
import {
  type Job,
  MOST_TRIES,
  TriesExhaustedError,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { someBulkDraft } from "../support/draft-objects.ts";
import { BUG, clickOn, failTimes, OUTAGE, PLACE, useFailingJobs } from "../support/failing-jobs.ts";

const HOUR_MS = 3_600_000;

const { store, reported, notices, startProcess, storeRequest, waitingKinds, audited, countOf } =
  useFailingJobs();

/** How many hours from now the jobs of a kind are due. */
async function hoursUntil(kind: string): Promise<number[]> {
  const { rows } = await store.database.lockPool.query(
    "select extract(epoch from start_after - now())::float / 3600 as hours from pgboss.job where name = $1 and state = 'created'",
    [kind],
  );
  return rows.map(({ hours }) => Math.round(hours));
}

describe("work that fails by a fault", () => {
  test("is given up once, at the twentieth time: it is recorded, reported, shown, and told to the person who clicked", async () => {
    const failures = await startProcess();
    const requestId = await storeRequest();
    const job: Job = { kind: "decide", click: clickOn(requestId) };
    const ends = await failTimes(failures, job, MOST_TRIES + 2);
    expect(ends).toEqual([...Array<string>(MOST_TRIES - 1).fill("again"), "over", "over", "over"]);
    expect(reported).toEqual(["decide over"]);
    expect(await audited()).toMatchObject([
      {
        kind: "job.given_up",
        request: `CR-${requestId}`,
        subject: "nadia.petrov@harborlight.example",
        details: { job: "decide", error: "TypeError", reference: expect.any(String), faults: MOST_TRIES },
      },
    ]);
    const [failure] = await store.uow.read(({ jobFailures }) => jobFailures.givenUpOf(requestId));
    const reference = failure?.reference;
    expect(reference).toMatch(/^[0-9a-f]{4}$/);
    expect(await notices()).toEqual([
      { kind: "given_up", work: "decide", requestId, reference, goesOnDaily: false },
    ]);
    expect(await waitingKinds()).toEqual(["publish_audit", "show_card", "tell"]);
    expect(await store.waiting()).toContainEqual(
      expect.objectContaining({ kind: "tell", slackUserId: "U0THEO", place: PLACE }),
    );
  });

  test("is counted across restarts, and across jobs that were enqueued for the same work", async () => {
    const job: Job = { kind: "execute", requestId: await storeRequest("approved") };
    for (let start = 1; start < MOST_TRIES; start += 1)
      expect(await failTimes(await startProcess(), job, 1)).toEqual(["again"]);
    expect(await failTimes(await startProcess(), { ...job }, 1)).toEqual(["over"]);
    expect(reported).toEqual(["execute over"]);
  });

  test("is told to the requester if nobody clicked for it", async () => {
    const requestId = await storeRequest("approved");
    await failTimes(await startProcess(), { kind: "execute", requestId }, MOST_TRIES);
    expect(await store.waiting()).toContainEqual(
      expect.objectContaining({ kind: "tell", slackUserId: "U0MAYA" }),
    );
  });

  test("is told to the person who opened the bulk that was to be read", async () => {
    const draft = someBulkDraft();
    await store.uow.run((tx) => tx.bulkDrafts.insert(draft));
    await failTimes(await startProcess(), { kind: "read_bulk", draftId: draft.id }, MOST_TRIES);
    expect(await store.waiting()).toContainEqual(
      expect.objectContaining({ kind: "tell", slackUserId: "U0MAYA", place: PLACE }),
    );
  });

  test("is given up even if its request is gone or its payload makes no sense, and then tells nobody", async () => {
    const failures = await startProcess();
    const noNumber = { kind: "announce", requestId: "CR-1", topic: "denied" } as unknown as Job; // as a row could have it
    for (const job of [{ kind: "show_card", requestId: 404 } as const, noNumber])
      expect((await failTimes(failures, job, MOST_TRIES)).at(-1)).toBe("over");
    expect(reported).toEqual(["show_card over", "announce over"]);
    expect(await waitingKinds()).toEqual(["publish_audit", "publish_audit"]);
  });

  test("tells nobody that telling failed, and shows on no card that the card can't be shown", async () => {
    const failures = await startProcess();
    const requestId = await storeRequest();
    const words = { text: "No", blocks: [] };
    await failTimes(failures, { kind: "tell", slackUserId: "U0MAYA", place: PLACE, words }, MOST_TRIES);
    expect(await waitingKinds()).toEqual(["publish_audit"]);
    await failTimes(failures, { kind: "show_card", requestId }, MOST_TRIES);
    expect(await waitingKinds()).toEqual(["publish_audit", "publish_audit", "tell"]);
  });

  test("tells the requester once that a request can't be shown, after a decision on it was given up too", async () => {
    const failures = await startProcess();
    const requestId = await storeRequest();
    await failTimes(failures, { kind: "decide", click: clickOn(requestId) }, MOST_TRIES);
    await failTimes(failures, { kind: "show_card", requestId }, MOST_TRIES);
    await failTimes(failures, { kind: "announce", requestId, topic: "denied" }, MOST_TRIES);
    await failTimes(failures, { kind: "ask", requestId }, MOST_TRIES);
    expect(await notices()).toMatchObject([{ work: "decide" }, { work: "show_card" }]);
    expect(await audited()).toHaveLength(4);
  });

  test("begins to be counted anew after a success", async () => {
    const failures = await startProcess();
    const job: Job = { kind: "remind", requestId: await storeRequest(), step: "reminder" };
    await failTimes(failures, job, MOST_TRIES - 1);
    await failures.succeeded(job, true);
    expect(await failTimes(failures, job, MOST_TRIES - 1)).not.toContain("over");
  });

  test("is given up at once if it has counted its own tries", async () => {
    const job: Job = { kind: "settle", requestId: await storeRequest("executing") };
    expect(await failTimes(await startProcess(), job, 1, new TriesExhaustedError(BUG))).toEqual(["over"]);
    expect(reported).toEqual(["settle daily"]);
  });
});

describe("an outage", () => {
  test("is waited out for however long, and counts as no fault", async () => {
    const failures = await startProcess();
    const job: Job = { kind: "decide", click: clickOn(await storeRequest()) };
    expect(new Set(await failTimes(failures, job, 3 * MOST_TRIES, OUTAGE))).toEqual(new Set(["again"]));
    expect(await countOf(job)).toBeUndefined();
    expect(reported).toEqual([]);
  });

  test("doesn't bring the end of the tries nearer if it comes between faults", async () => {
    const failures = await startProcess();
    const job: Job = { kind: "decide", click: clickOn(await storeRequest()) };
    await failTimes(failures, job, MOST_TRIES - 1);
    await failTimes(failures, job, 50, OUTAGE);
    expect(reported).toEqual([]);
    expect(await failTimes(failures, job, 1)).toEqual(["over"]);
  });
});

describe("work that is never given up", () => {
  test.for<[string, (requestId: number) => Job]>([
    ["a revocation", (requestId) => ({ kind: "end_grants", requestId })],
    ["an expiry", (requestId) => ({ kind: "expire", requestId })],
    ["the reading of an outcome", (requestId) => ({ kind: "settle", requestId })],
    ["the end of a ratification's time", (requestId) => ({ kind: "ratification_due", requestId })],
    [
      "a revocation that somebody clicked for",
      (requestId) => ({ kind: "revoke_grants", click: clickOn(requestId) }),
    ],
    ["an execution that has claimed a target", (requestId) => ({ kind: "execute", requestId })],
  ])("escalates once and goes on once a day: %s", async ([, jobOf]) => {
    const requestId = await storeRequest("executing");
    const job = jobOf(requestId);
    const failures = await startProcess();
    expect((await failTimes(failures, job, MOST_TRIES)).at(-1)).toBe("over");
    expect(reported).toEqual([`${job.kind} daily`]);
    expect(await audited()).toMatchObject([{ kind: "job.escalated", request: `CR-${requestId}` }]);
    const [failure] = await store.uow.read(({ jobFailures }) => jobFailures.givenUpOf(requestId));
    expect(await store.waiting()).toContainEqual({
      ...{ kind: "sound_alarm", requestId },
      topic: `stuck:${failure?.reference}`,
    });
    expect(await store.waiting()).toContainEqual({ kind: "show_card", requestId });
    expect(await hoursUntil(job.kind)).toEqual([24]);
    // The next day comes, after a restart that enqueued the same work.
    await store.database.lockPool.query("update pgboss.job set state = 'active' where name = $1", [job.kind]);
    expect(await failTimes(await startProcess(), job, 3)).toEqual(["over", "over", "over"]);
    expect(await hoursUntil(job.kind)).toEqual([24]);
    expect(reported).toHaveLength(1);
  });

  test("is no execution that has claimed nothing, because its request expires", async () => {
    const job: Job = { kind: "execute", requestId: await storeRequest("approved") };
    await failTimes(await startProcess(), job, MOST_TRIES);
    expect(await hoursUntil("execute")).toEqual([]);
    expect(reported).toEqual(["execute over"]);
  });

  test("is the delivery of the audit log, which is not even slowed down", async () => {
    expect(await failTimes(await startProcess(), { kind: "publish_audit" }, 3 * MOST_TRIES)).not.toContain(
      "over",
    );
    expect(reported).toEqual([]);
  });
});

describe("a job that failed", () => {
  const job: Job = { kind: "publish_audit" };
  const leave = (startAfter?: Date) =>
    store.uow.run((tx) => tx.jobs.enqueue(job, startAfter ? { startAfter } : {}));

  test("is left to another of the same work that is due soon, so that an outage collects no jobs", async () => {
    const failures = await startProcess();
    expect(await failTimes(failures, job, 1, OUTAGE)).toEqual(["again"]);
    await leave();
    expect(await failTimes(failures, job, 1, OUTAGE)).toEqual(["over"]);
    expect(await failTimes(failures, job, 1)).toEqual(["over"]);
  });

  test("is not left to another of the same work that is due much later, or runs now", async () => {
    const failures = await startProcess();
    await leave(new Date(Date.now() + HOUR_MS));
    expect(await failTimes(failures, job, 1, OUTAGE)).toEqual(["again"]);
    await leave();
    await store.database.lockPool.query("update pgboss.job set state = 'active' where start_after <= now()");
    expect(await failTimes(failures, job, 1, OUTAGE)).toEqual(["again"]);
  });
});

test("a success after the first sends the database nothing, unless the work is known to have failed", async () => {
  const failures = await startProcess();
  const job: Job = { kind: "decide", click: clickOn(1) };
  await failures.failed({ kind: "prune" }, BUG, false);
  let statements = 0;
  let keysRead: Promise<unknown> = Promise.resolve();
  const counting: UnitOfWork = {
    run(work) {
      statements += 1;
      return store.uow.run(work);
    },
    read(work) {
      statements += 1;
      const answer = store.uow.read(work);
      keysRead = answer;
      return answer;
    },
  };
  const other = await startProcess({ ...systemClock, now: () => new Date(0) }, counting);
  await other.succeeded(job, false);
  expect(statements).toBe(1);
  await keysRead;
  statements = 0;
  await other.succeeded(job, false);
  expect(statements).toBe(0);
  await other.succeeded({ kind: "prune" }, false);
  expect(statements).toBe(1);
});
