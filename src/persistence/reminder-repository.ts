import { type Kysely, sql } from "kysely";
import type { ReminderRepository } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** The lock for making digests, so that two replicas never send the same reminder. */
const DIGEST_LOCK = 4_203;

const REMINDER = ["request_id as requestId", "step", "due_at as dueAt", "escalate_to as escalateTo"] as const;

export function createReminderRepository(db: Kysely<Tables>): ReminderRepository {
  return {
    async plan(requestId, reminders) {
      await db.deleteFrom("reminders").where("request_id", "=", requestId).execute();
      const rows = reminders.map(({ step, dueAt, escalateTo }) => ({
        request_id: requestId,
        step,
        due_at: dueAt,
        escalate_to: [...escalateTo],
        digest_id: null,
      }));
      if (rows.length > 0) await db.insertInto("reminders").values(rows).execute();
    },

    async replan({ requestId, step, dueAt, escalateTo }) {
      const values = { due_at: dueAt, escalate_to: [...escalateTo], digest_id: null };
      await db
        .insertInto("reminders")
        .values({ request_id: requestId, step, ...values })
        .onConflict((conflict) => conflict.columns(["request_id", "step"]).doUpdateSet(values))
        .execute();
    },

    async escalateTo(requestId) {
      const row = await db
        .selectFrom("reminders")
        .select("escalate_to")
        .where("request_id", "=", requestId)
        .where("step", "=", "escalation")
        .executeTakeFirst();
      return row?.escalate_to ?? [];
    },

    async find(requestId, step) {
      const row = await db
        .selectFrom("reminders")
        .select(REMINDER)
        .where("request_id", "=", requestId)
        .where("step", "=", step)
        .where("digest_id", "is", null)
        .executeTakeFirst();
      return row ?? null;
    },

    async lockDigests() {
      await sql`select pg_advisory_xact_lock(${DIGEST_LOCK})`.execute(db);
      const last = await db
        .selectFrom("digests")
        .select("made_at")
        .orderBy("id", "desc")
        .limit(1)
        .executeTakeFirst();
      return last?.made_at ?? null;
    },

    due: (at) =>
      db
        .selectFrom("reminders")
        .innerJoin("change_requests", "change_requests.id", "reminders.request_id")
        .select(REMINDER)
        .where("digest_id", "is", null)
        .where("due_at", "<=", at)
        .where((where) =>
          where.or([
            where.and([where("step", "<>", "revocation"), where("change_requests.state", "=", "pending")]),
            where.and([
              where("step", "=", "revocation"),
              where.exists(
                where
                  .selectFrom("grants")
                  .select("role_id")
                  .whereRef("grants.request_id", "=", "reminders.request_id")
                  .where("grants.state", "=", "revoking"),
              ),
            ]),
          ]),
        )
        .orderBy("request_id")
        .orderBy("step", "desc")
        .execute(),

    async addDigest(reminders, at) {
      const { id } = await db
        .insertInto("digests")
        .values({ made_at: at })
        .returning("id")
        .executeTakeFirstOrThrow();
      const update = db.updateTable("reminders").set({ digest_id: id });
      for (const { requestId, step } of reminders)
        await update.where("request_id", "=", requestId).where("step", "=", step).execute();
      return id;
    },

    ofDigest: (digestId) =>
      db
        .selectFrom("reminders")
        .select(REMINDER)
        .where("digest_id", "=", digestId)
        .orderBy("request_id")
        .orderBy("step", "desc")
        .execute(),
  };
}
