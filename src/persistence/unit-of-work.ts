import { type Kysely, sql } from "kysely";
import type { EnqueuedJob, HandledClicks, Job, JobQueue, UnitOfWork } from "../change-requests/index.ts";
import { asJson, canonicalJson } from "../kernel/canonical-json.ts";
import { withAnyCorrelation } from "../kernel/correlation.ts";
import { createAuditBuffer } from "./audit-repository.ts";
import { createCardPace } from "./card-pace.ts";
import { createChangeRequestRepository } from "./change-request-repository.ts";
import { createBulkDraftRepository, createDraftRepository } from "./draft-repository.ts";
import { createFreezeRepository } from "./freeze-repository.ts";
import { createGrantRepository } from "./grant-repository.ts";
import { createGroupRepository } from "./group-repository.ts";
import { createJobFailureRepository } from "./job-failure-repository.ts";
import { createPolicyRecord } from "./policy-repository.ts";
import { createReminderRepository } from "./reminder-repository.ts";
import type { Tables } from "./tables.ts";
import { createUpkeepRepository } from "./upkeep-repository.ts";

export interface JobSink {
  /** Enqueues jobs with a database connection or transaction. */
  enqueueWithin(db: Kysely<Tables>, jobs: readonly EnqueuedJob[]): Promise<void>;
  /** Is called when the transaction that enqueued these jobs has committed. */
  wake(jobs: readonly EnqueuedJob[]): void;
  /** When the first waiting job with this payload is due, by the database's clock; `null` if none waits. */
  nextDue(db: Kysely<Tables>, job: Job): Promise<Date | null>;
}

/** For processes without a queue: discards jobs. */
export const NO_JOBS: JobSink = {
  enqueueWithin: async () => {},
  wake: () => {},
  nextDue: async () => null,
};

/** A job that is due within this time is due soon, in milliseconds: the queue's longest pause between two tries. */
const SOON_MS = 60_000;

/**
 * Stores state, audit entries and jobs in one transaction. A transaction without a correlation id gets a new one.
 *
 * To avoid deadlocks, each transaction takes the locks that it needs in this order:
 * - a draft's row, one request's row, the freeze, the policies
 * - a subject's claims (`grants.lockClaims`), the card pace, one subject's grants
 * - last the end of the audit chain, which `run` takes by itself
 *
 * Transactions with further locks, such as clicks and digests, keep to this order too.
 */
export function createUnitOfWork(db: Kysely<Tables>, sink: JobSink): UnitOfWork {
  const stored = storedIn(db);
  return {
    async run(work) {
      let distinct: readonly EnqueuedJob[] = [];
      const transact = async (tx: Kysely<Tables>) => {
        const enqueued: EnqueuedJob[] = [];
        const jobs: JobQueue = {
          enqueue: async (job, options) => void enqueued.push({ job, ...options }),
          isWaiting: async (job) => (await sink.nextDue(tx, job)) !== null,
          isDueSoon: async (job) => {
            const due = await sink.nextDue(tx, job);
            return due !== null && due.getTime() <= (await databaseNow(tx)).getTime() + SOON_MS;
          },
        };
        const audit = createAuditBuffer(tx, () => enqueued.push({ job: { kind: "publish_audit" } }));
        const result = await work({
          ...storedIn(tx),
          audit,
          jobs,
          groups: createGroupRepository(tx),
          clicks: createHandledClicks(tx),
          reminders: createReminderRepository(tx),
          upkeep: createUpkeepRepository(tx),
        });
        distinct = dedupeJobs(enqueued);
        await sink.enqueueWithin(tx, distinct);
        await audit.store();
        return result;
      };
      const result = await withAnyCorrelation(() => db.transaction().execute(transact));
      sink.wake(distinct);
      return result;
    },

    read: (work) => work(stored),
  };
}

function storedIn(db: Kysely<Tables>) {
  return {
    requests: createChangeRequestRepository(db),
    freeze: createFreezeRepository(db),
    grants: createGrantRepository(db),
    policies: createPolicyRecord(db),
    drafts: createDraftRepository(db),
    bulkDrafts: createBulkDraftRepository(db),
    cards: createCardPace(db),
    jobFailures: createJobFailureRepository(db),
  };
}

async function databaseNow(db: Kysely<Tables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select current_instant() as now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error("The database did not return its time.");
  return row.now;
}

/** Without a transaction, a claim is stored at once. */
export function createHandledClicks(db: Kysely<Tables>): HandledClicks {
  return {
    async claim(clickId, at) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("handled_clicks")
        .values({ click_id: clickId, handled_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}

/** Removes equal jobs of one transaction, and each `show_card` beside an `announce`, which shows the card too. */
export function dedupeJobs(jobs: readonly EnqueuedJob[]): readonly EnqueuedJob[] {
  const byText = new Map(jobs.map((each) => [canonicalJson(asJson(each)), each]));
  const announced = new Set(
    jobs.flatMap(({ job, startAfter }) => (job.kind === "announce" && !startAfter ? [job.requestId] : [])),
  );
  return [...byText.values()].filter(({ job }) => job.kind !== "show_card" || !announced.has(job.requestId));
}
