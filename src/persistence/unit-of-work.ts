import { type Kysely, type Transaction as KyselyTransaction, sql } from "kysely";
import type { Job, UnitOfWork } from "../change-requests/index.ts";
import { createAuditBuffer } from "./audit-repository.ts";
import { createBulkDraftRepository } from "./bulk-draft-repository.ts";
import { createCardPace } from "./card-pace.ts";
import { createChangeRequestRepository } from "./change-request-repository.ts";
import { createDraftRepository } from "./draft-repository.ts";
import { createFreezeRepository } from "./freeze-repository.ts";
import { createGrantRepository } from "./grant-repository.ts";
import { createGroupRepository } from "./group-repository.ts";
import { createHandledClicks } from "./handled-clicks.ts";
import { createPolicyRecord } from "./policy-repository.ts";
import { createReminderRepository } from "./reminder-repository.ts";
import type { Tables } from "./schema.ts";
import { createUpkeepRepository } from "./upkeep-repository.ts";

/** Leaves a job in the queue, as a part of the transaction given. */
export type EnqueueWithin = (
  tx: KyselyTransaction<Tables>,
  job: Job,
  options?: { startAfter?: Date },
) => Promise<void>;

/**
 * State, audit entries and jobs in one transaction of the database.
 *
 * So that no two of them wait for each other, each takes its locks in this order, and may leave out any: the row of a
 * draft; the row of one request; the freeze; the policies; the turn of a subject's claims (`grants.takeTurn`); the card
 * pace; the grants of one subject; and, without being asked and last of all, the end of the audit chain. The others (clicks,
 * emergencies of a person, requests about a user, digests, upkeep) are each taken by transactions that take none of
 * these in another order.
 */
export function createUnitOfWork(db: Kysely<Tables>, enqueue: EnqueueWithin): UnitOfWork {
  return {
    run: (work) =>
      db.transaction().execute(async (tx) => {
        const audit = createAuditBuffer(tx);
        const result = await work({
          requests: createChangeRequestRepository(tx),
          drafts: createDraftRepository(tx),
          bulkDrafts: createBulkDraftRepository(tx),
          audit,
          jobs: { enqueue: (job, options) => enqueue(tx, job, options), now: () => databaseNow(tx) },
          freeze: createFreezeRepository(tx),
          grants: createGrantRepository(tx),
          groups: createGroupRepository(tx),
          policies: createPolicyRecord(tx),
          clicks: createHandledClicks(tx),
          reminders: createReminderRepository(tx),
          cards: createCardPace(tx),
          upkeep: createUpkeepRepository(tx),
        });
        if ((await audit.store()) > 0) await enqueue(tx, { kind: "publish_audit" });
        return result;
      }),
  };
}

async function databaseNow(tx: KyselyTransaction<Tables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error("The database doesn't tell the time.");
  return row.now;
}
