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
import type { Tables } from "./schema.ts";

/** Names the lock under which entries take their place in the chain. */
const CHAIN_LOCK = 4_201;
const PAGE = 500;

/** The events of one transaction, until they are stored. */
export interface AuditBuffer extends AuditLog {
  /**
   * Gives the events their places in the chain. The last thing that a transaction does: every other one that appends
   * waits from here until it commits.
   */
  store(): Promise<void>;
}

/** Collects the events of one transaction; `onAppended` hears of each. */
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
      const rows: Insertable<Tables["audit_entries"]>[] = [];
      let head: ChainHead = end.rows[0] ?? EMPTY_CHAIN;
      for (const { event, correlationId } of events) {
        const entry = link(head, event, { correlationId });
        rows.push(toRow(entry));
        head = entry;
      }
      // The database takes 65,535 values in one statement.
      for (let from = 0; from < rows.length; from += PAGE)
        await db
          .insertInto("audit_entries")
          .values(rows.slice(from, from + PAGE))
          .execute();
    },
  };
}

function toRow(entry: AuditEntry): Insertable<Tables["audit_entries"]> {
  const { seq, kind, at, actor, requestId, subject, policyHash, details, prevHash, hash, correlationId } =
    entry;
  return {
    seq,
    kind,
    at,
    actor_slack_id: actor === "bot" ? null : actor.slackUserId,
    actor_email: actor === "bot" ? null : actor.email,
    request_id: requestId,
    subject,
    policy_hash: policyHash,
    details: storableJson(details),
    prev_hash: prevHash,
    hash,
    correlation_id: correlationId,
  };
}

/** Reads the chain a page at a time. */
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

/** What the audit channel hasn't been told yet; `oneAtATime` keeps two replicas from posting at once. */
export function createPublicationQueue(
  db: Kysely<Tables>,
  oneAtATime: <T>(work: () => Promise<T>) => Promise<T>,
): PublicationQueue {
  return {
    withNext: (limit, publish) =>
      oneAtATime(async () => {
        const {
          published_seq: after,
          batch_end: begun,
          refusals,
        } = await db.selectFrom("audit_publication").selectAll().executeTakeFirstOrThrow();
        const rows = await entriesAfter(db, after, begun === null ? limit : begun - after);
        const [first] = rows;
        const last = rows.at(-1);
        if (!first || !last) return false;
        await db.updateTable("audit_publication").set({ batch_end: last.seq }).execute();
        try {
          await publish(rows.map(toEntry), refusals);
        } catch (error) {
          if (!(error instanceof EntriesRefusedError)) throw error;
          if (rows.length > 1) {
            await db.updateTable("audit_publication").set({ batch_end: first.seq }).execute();
            return true;
          }
          await db.updateTable("audit_publication").set({ refusals: sql<number>`refusals + 1` }).execute();
          throw error;
        }
        await db
          .updateTable("audit_publication")
          .set({ published_seq: last.seq, batch_end: null, refusals: 0 })
          .execute();
        // A batch that was begun before is as long as it was then.
        return rows.length === limit || begun !== null;
      }),
  };
}

/** The entries that the audit channel hasn't been told yet: how many, and when the oldest was made. */
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
