import { randomBytes } from "node:crypto";
import { jobFailed } from "../../audit/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { nameOf } from "../model/change-request.ts";
import type { Job } from "../ports/job.ts";
import {
  isDaily,
  isShowing,
  type JobContact,
  type JobFailure,
  jobKey,
  MOST_TRIES,
  type RequestContact,
  requestIdOf,
  TriesExhaustedError,
} from "../ports/job-failure.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** How long escalated work pauses, in milliseconds. */
const DAY_MS = 24 * 3_600_000;
/** The age at which the keys are read again, in milliseconds, because other replicas may have added some. */
const KEYS_MAX_AGE_MS = 10_000;

/** Handles failing jobs. Outages are retried without a limit. Faults are counted until the work is given up. */
export interface JobFailures {
  /**
   * Records a failed job. Resolves to `over` if the queue need not try it again, because its work was given up, goes on
   * once a day, or has another due job.
   *
   * `isRetry`: the queue has tried this job before. If not, the faults of work that was given up earlier are counted
   * anew.
   */
  failed(job: Job, error: unknown, isRetry: boolean): Promise<"again" | "over">;
  /** Removes the record of work that succeeded, at once or when the keys are read next. `isRetry` as for `failed`. */
  succeeded(job: Job, isRetry: boolean): Promise<void>;
}

export interface JobFailureObserver {
  onFailed(failure: { job: Job; error: unknown; isOutage: boolean; faults: number | null }): void;
  /** Called once for each work, when it is given up or escalated. */
  onGivenUp(failure: { job: Job; error: unknown; reference: string; goesOnDaily: boolean }): void;
}

export function createJobFailures(options: {
  uow: UnitOfWork;
  clock: Clock;
  isOutage: (error: unknown) => boolean;
  errorCodeOf: (error: unknown) => string;
  observer: JobFailureObserver;
}): JobFailures {
  const { uow, clock, isOutage, errorCodeOf, observer } = options;
  let keys: Set<string> = new Set();
  /** Jobs that succeeded since the keys were read. Another replica may have recorded their earlier faults. */
  let unchecked: { readonly job: Job; readonly at: Date }[] = [];
  let loadedAtMs = Number.NEGATIVE_INFINITY;

  /** Reads the keys of failed work: after the first success, and then once they are too old. */
  async function load(): Promise<void> {
    loadedAtMs = clock.now().getTime();
    const succeeded = unchecked;
    unchecked = [];
    try {
      keys = new Set(await uow.read(({ jobFailures }) => jobFailures.keys()));
      for (const { job, at } of keys.size > 0 ? succeeded : []) {
        const key = jobKey(job);
        if (keys.has(key)) await forget(key, at);
      }
    } catch (error) {
      unchecked = [...succeeded, ...unchecked];
      throw error;
    }
  }

  /** Removes the record of work that succeeded at `at`, unless it failed later. */
  async function forget(key: string, at: Date): Promise<void> {
    await uow.run(async (tx) => {
      const removed = await tx.jobFailures.remove(key, { failedUntil: at });
      if (removed?.givenUpAt && removed.requestId !== null)
        await tx.jobs.enqueue({ kind: "show_card", requestId: removed.requestId });
    });
    keys.delete(key);
  }

  return {
    async failed(job, error, isRetry) {
      if (isOutage(error)) {
        observer.onFailed({ job, error, isOutage: true, faults: null });
        return (await uow.run((tx) => tx.jobs.isDueSoon(job))) ? "over" : "again";
      }
      const failure = await count(job, error, isRetry);
      observer.onFailed({ job, error, isOutage: false, faults: failure.faults });
      // The audit channel gets every entry in order, and its publisher skips a refused entry by itself.
      const isLast = failure.faults >= MOST_TRIES || error instanceof TriesExhaustedError;
      if (!isLast || job.kind === "publish_audit")
        return (await uow.run((tx) => tx.jobs.isDueSoon(job))) ? "over" : "again";
      const report = await uow.run((tx) => giveUp(tx, job, failure.key));
      if (report) observer.onGivenUp({ job, error, ...report });
      return "over";
    },

    async succeeded(job, isRetry) {
      const at = clock.now();
      if (isRetry || (keys.size > 0 && keys.has(jobKey(job)))) await forget(jobKey(job), at);
      else unchecked.push({ job, at });
      if (at.getTime() - loadedAtMs > KEYS_MAX_AGE_MS) void load().catch(() => {});
    },
  };

  async function count(job: Job, error: unknown, isRetry: boolean): Promise<JobFailure> {
    const key = jobKey(job);
    keys.add(key);
    return uow.run(async (tx) => {
      const isFirst = !isRetry && (await isCountedAnew(tx, job, key));
      return tx.jobFailures.addFault({
        key,
        kind: job.kind,
        requestId: requestIdOf(job),
        errorCode: errorCodeOf(error),
        reference: randomBytes(2).toString("hex"),
        isFirst,
        at: clock.now(),
      });
    });
  }

  /**
   * Whether the faults count from one, because an event enqueued work again that was given up. Such work is reported
   * again; but work that only shows a request is reported once, because a bulk enqueues it for every target. Daily work
   * keeps its count.
   */
  async function isCountedAnew(tx: Transaction, job: Job, key: string): Promise<boolean> {
    const earlier = await tx.jobFailures.lock(key);
    if (!earlier?.givenUpAt) return false;
    if (isShowing(job.kind)) return true;
    const { requestId } = earlier;
    const request = requestId === null ? null : await tx.jobFailures.contact(requestId);
    if (isDaily(job.kind, request?.state ?? null)) return false;
    await tx.jobFailures.remove(key);
    // The card no longer has to show that the work was given up.
    if (requestId !== null && request) await tx.jobs.enqueue({ kind: "show_card", requestId });
    return true;
  }

  /** Resolves to the report; `null` if the work was reported before. */
  async function giveUp(
    tx: Transaction,
    job: Job,
    key: string,
  ): Promise<{ reference: string; goesOnDaily: boolean } | null> {
    const failure = await tx.jobFailures.lock(key);
    // Another replica has done the work meanwhile.
    if (!failure) return null;
    const { requestId } = failure;
    const request = requestId === null ? null : await tx.jobFailures.contact(requestId);
    const goesOnDaily = isDaily(job.kind, request?.state ?? null);
    if (goesOnDaily && !(await tx.jobs.isWaiting(job))) {
      const startAfter = wakeTime(clock, new Date(clock.now().getTime() + DAY_MS));
      await tx.jobs.enqueue(job, { startAfter });
    }
    if (failure.givenUpAt) return null;
    const before = requestId === null ? [] : await tx.jobFailures.givenUpOf(requestId);
    const at = clock.now();
    await tx.jobFailures.giveUp(key, at);
    const { kind, errorCode, reference, faults } = failure;
    const fault = { job: kind, error: errorCode, reference, faults };
    const concerned = {
      requestId: requestId === null ? null : nameOf(requestId),
      subject: request?.subject ?? null,
      goesOnDaily,
    };
    await tx.audit.append(jobFailed({ actor: "bot", at }, fault, concerned));
    if (requestId !== null && request) {
      // A card that can't be shown can't show its own failure.
      if (kind !== "show_card" && kind !== "show_progress")
        await tx.jobs.enqueue({ kind: "show_card", requestId });
      if (goesOnDaily) await tx.jobs.enqueue({ kind: "sound_alarm", requestId, topic: `stuck:${reference}` });
    }
    // A failing card makes every announcement fail as well, so one message is enough.
    const isRepeat = isShowing(job.kind) && before.some((earlier) => isShowing(earlier.kind));
    const contact = isRepeat ? null : await contactOf(tx, job, request);
    if (contact) {
      const { slackUserId, place } = contact;
      const notice = { kind: "given_up", work: job.kind, requestId, reference, goesOnDaily } as const;
      await tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
    }
    return { reference, goesOnDaily };
  }
}

/** The person who clicked, who opened the bulk, or else the requester. */
async function contactOf(
  tx: Transaction,
  job: Job,
  request: RequestContact | null,
): Promise<JobContact | null> {
  if ("click" in job) return job.click;
  if (job.kind === "export_users") return job;
  if ("draftId" in job) return tx.jobFailures.draftContact(job.draftId);
  // A failed `tell` has no request, so it enqueues no other `tell`.
  return request;
}
