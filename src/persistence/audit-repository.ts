import { type Insertable, type Kysely, type Selectable, sql } from "kysely";
import {
  type AuditEntry,
  type AuditEvent,
  type AuditLog,
  type AuditReader,
  type ChainHead,
  EMPTY_CHAIN,
  EntriesRefusedError,
  link,
  type PublicationQueue,
} from "../audit/index.ts";
import { correlationId } from "../kernel/correlation.ts";
import { storableJson } from "../kernel/storable-text.ts";
import type { Tables } from "./tables.ts";

/** The lock of transactions that append to the chain. */
const CHAIN_LOCK = 4_201;
const PAGE = 500;

/** The audit events of one transaction, until they are stored. */
export interface AuditBuffer extends AuditLog {
  /** Appends the events to the chain. Call it last: other transactions that append wait until this one commits. */
  store(): Promise<void>;
}

/** Collects the events of one transaction, and calls `onAppended` for each. */
export function createAuditBuffer(db: Kysely<Tables>, onAppended: () => void): AuditBuffer {
  const events: { readonly event: AuditEvent; readonly correlationId: string | null }[] = [];
  return {
    async append(event) {
      events.push({ event, correlationId: correlationId() });
      onAppended();
    },

    async store() {
      if (events.length === 0) return;
      const end = await sql<ChainHead>`select seq, hash from audit_chain_end(${CHAIN_LOCK})`.execute(db);
      let head: ChainHead = end.rows[0] ?? EMPTY_CHAIN;
      const rows = events.map(({ event, correlationId }) => {
        const entry = link(head, event, { correlationId });
        head = entry;
        return toRow(entry);
      });
      // PostgreSQL accepts at most 65,535 parameters in one statement.
      for (let from = 0; from < rows.length; from += PAGE)
        await db
          .insertInto("audit_entries")
          .values(rows.slice(from, from + PAGE))
          .execute();
    },
  };
}

function toRow(entry: AuditEntry): Insertable<Tables["audit_entries"]> {
  const actor = entry.actor === "bot" ? null : entry.actor;
  return {
    seq: entry.seq,
    kind: entry.kind,
    at: entry.at,
    actor_slack_id: actor?.slackUserId ?? null,
    actor_email: actor?.email ?? null,
    request_id: entry.requestId,
    subject: entry.subject,
    policy_hash: entry.policyHash,
    details: storableJson(entry.details),
    prev_hash: entry.prevHash,
    hash: entry.hash,
    correlation_id: entry.correlationId,
  };
}

export function createAuditReader(db: Kysely<Tables>): AuditReader {
  return {
    async *all() {
      for (let after = 0; ; ) {
        const rows = await entriesAfter(db, after, PAGE);
        yield* rows.map(toEntry);
        const last = rows.at(-1);
        if (!last) return;
        after = last.seq;
      }
    },
  };
}

/** The entries that are not in the audit channel yet. `oneAtATime` lets only one replica post at a time. */
export function createPublicationQueue(
  db: Kysely<Tables>,
  oneAtATime: <T>(work: () => Promise<T>) => Promise<T>,
): PublicationQueue {
  return {
    withNext: (limit, publish) =>
      oneAtATime(async () => {
        const publication = await db.selectFrom("audit_publication").selectAll().executeTakeFirstOrThrow();
        const { published_seq: after, batch_end: begun, refusals } = publication;
        const rows = await entriesAfter(db, after, begun === null ? limit : begun - after);
        const [first] = rows;
        const last = rows.at(-1);
        if (!first || !last) return false;
        const update = db.updateTable("audit_publication");
        await update.set({ batch_end: last.seq }).execute();
        try {
          await publish(rows.map(toEntry), refusals);
        } catch (error) {
          if (!(error instanceof EntriesRefusedError)) throw error;
          if (rows.length > 1) {
            await update.set({ batch_end: first.seq }).execute();
            return true;
          }
          await update.set({ refusals: sql<number>`refusals + 1` }).execute();
          throw error;
        }
        await update.set({ published_seq: last.seq, batch_end: null, refusals: 0 }).execute();
        // A batch from an earlier attempt keeps its length, so more entries may follow it.
        return rows.length === limit || begun !== null;
      }),
  };
}

/** Counts the entries that are not in the audit channel yet; `oldestAt` is the time of the oldest. */
export async function readAuditBacklog(
  db: Kysely<Tables>,
): Promise<{ count: number; oldestAt: Date | null }> {
  const { count, oldest } = await db
    .selectFrom("audit_entries")
    .where("seq", ">", (where) => where.selectFrom("audit_publication").select("published_seq"))
    .select(({ fn }) => [fn.countAll<number>().as("count"), fn.min<Date | null>("at").as("oldest")])
    .executeTakeFirstOrThrow();
  return { count, oldestAt: oldest };
}

function entriesAfter(db: Kysely<Tables>, after: number, limit: number) {
  return db
    .selectFrom("audit_entries")
    .selectAll()
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(limit)
    .execute();
}

function toEntry(row: Selectable<Tables["audit_entries"]>): AuditEntry {
  return {
    seq: row.seq,
    kind: row.kind,
    at: row.at,
    actor: row.actor_slack_id === null ? "bot" : { slackUserId: row.actor_slack_id, email: row.actor_email },
    requestId: row.request_id,
    subject: row.subject,
    policyHash: row.policy_hash,
    details: row.details,
    prevHash: row.prev_hash,
    hash: row.hash,
    correlationId: row.correlation_id,
  };
}
