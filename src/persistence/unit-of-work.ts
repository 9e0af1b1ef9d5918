import { type Kysely, sql } from "kysely";
import type { EnqueuedJob, HandledClicks, Job, JobQueue, UnitOfWork } from "../change-requests/index.ts";
import { asJson, canonicalJson } from "../kernel/canonical-json.ts";
import { withAnyCorrelation } from "../kernel/correlation.ts";
import { createAuditBuffer } from "./audit-repository.ts";
import { createBulkDraftRepository } from "./bulk-draft-repository.ts";
import { createCardPace } from "./card-pace.ts";
import { createChangeRequestRepository } from "./change-request-repository.ts";
import { createDraftRepository } from "./draft-repository.ts";
import { createFreezeRepository } from "./freeze-repository.ts";
import { createGrantRepository } from "./grant-repository.ts";
import { createGroupRepository } from "./group-repository.ts";
import { createJobFailureRepository } from "./job-failure-repository.ts";
import { createPolicyRecord } from "./policy-repository.ts";
import { createReminderRepository } from "./reminder-repository.ts";
import type { Tables } from "./schema.ts";
import { createUpkeepRepository } from "./upkeep-repository.ts";

/** Where transactions leave jobs. */
export interface JobSink {
  /** Leaves jobs in the queue, as a part of the transaction if that is given. */
  enqueueWithin(db: Kysely<Tables>, jobs: readonly EnqueuedJob[]): Promise<void>;
  /** Hears of jobs once they are there to be worked on. */
  wake(jobs: readonly EnqueuedJob[]): void;
  /** When the first job with this payload is due that waits in the queue, by the database's clock; `null` if none waits. */
  nextDue(db: Kysely<Tables>, job: Job): Promise<Date | null>;
}

/** For processes that leave no jobs: those go nowhere. */
export const NO_JOBS: JobSink = {
  enqueueWithin: async () => {},
  wake: () => {},
  nextDue: async () => null,
};

/** A job that is due within this is due soon, in milliseconds: the longest pause of the queue between two tries. */
const SOON_MS = 60_000;

/**
 * State, audit entries and jobs in one transaction of the database. A transaction that has no correlation id gets one of
 * its own.
 *
 * So that no two of them wait for each other, each takes its locks in this order, and may leave out any: the row of a
 * draft; the row of one request; the freeze; the policies; the turn of a subject's claims (`grants.lockClaims`); the card
 * pace; the grants of one subject; and, without being asked and last of all, the end of the audit chain. The others (clicks,
 * emergencies of a person, requests about a user, digests, upkeep) are each taken by transactions that take none of
 * these in another order.
 */
export function createUnitOfWork(db: Kysely<Tables>, sink: JobSink): UnitOfWork {
  const stored = storedIn(db);
  return {
    async run(work) {
      let distinct: readonly EnqueuedJob[] = [];
      const transact = async (tx: Kysely<Tables>) => {
        const left: EnqueuedJob[] = [];
        const jobs: JobQueue = {
          enqueue: async (job, options) => void left.push({ job, ...options }),
          isWaiting: async (job) => (await sink.nextDue(tx, job)) !== null,
          isDueSoon: async (job) => {
            const due = await sink.nextDue(tx, job);
            return due !== null && due.getTime() <= (await databaseNow(tx)).getTime() + SOON_MS;
          },
        };
        const audit = createAuditBuffer(tx, () => left.push({ job: { kind: "publish_audit" } }));
        const result = await work({
          ...storedIn(tx),
          audit,
          jobs,
          groups: createGroupRepository(tx),
          clicks: createHandledClicks(tx),
          reminders: createReminderRepository(tx),
          upkeep: createUpkeepRepository(tx),
        });
        distinct = dedupeJobs(left);
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

/** What there is with and without a transaction. */
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

/** Clicks that were carried out, within one transaction. */
function createHandledClicks(db: Kysely<Tables>): HandledClicks {
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

/** The jobs that one transaction leaves, each once; an announcement shows the card as well. */
export function dedupeJobs(jobs: readonly EnqueuedJob[]): readonly EnqueuedJob[] {
  const byText = new Map(jobs.map((left) => [canonicalJson(asJson(left)), left]));
  const announced = new Set(
    jobs.flatMap(({ job, startAfter }) => (job.kind === "announce" && !startAfter ? [job.requestId] : [])),
  );
  return [...byText.values()].filter(({ job }) => job.kind !== "show_card" || !announced.has(job.requestId));
}
