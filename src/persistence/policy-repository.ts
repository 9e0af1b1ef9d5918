import { type Kysely, sql } from "kysely";
import type { PolicyRecord } from "../authorization/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import type { Tables } from "./tables.ts";

/** Claims share this lock; a change of policies takes it exclusively. So no write is claimed while policies change. */
const POLICIES_LOCK = 4_204;

export function createPolicyRecord(db: Kysely<Tables>): PolicyRecord {
  async function read() {
    const row = await db
      .selectFrom("policy_versions")
      .select("hash")
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst();
    return row?.hash ?? null;
  }

  return {
    async current({ forChange }) {
      if (forChange) {
        await sql`select pg_advisory_xact_lock(${POLICIES_LOCK})`.execute(db);
        return read();
      }
      const query = sql<{ hash: string | null }>`select deciding_policies(${POLICIES_LOCK}) as hash`;
      return (await query.execute(db)).rows[0]?.hash ?? null;
    },

    read,

    async wasRecorded(hash) {
      const row = await db
        .selectFrom("policy_versions")
        .select("version")
        .where("hash", "=", hash)
        .executeTakeFirst();
      return row !== undefined;
    },

    async record(hash, at) {
      await db.insertInto("policy_versions").values({ hash, recorded_at: at }).execute();
    },

    async keep(hash, { schema, files }) {
      await db
        .insertInto("policy_texts")
        .values({ hash, schema, files: storableJson(files) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async sources(hash) {
      const row = await db
        .selectFrom("policy_texts")
        .select(["schema", "files"])
        .where("hash", "=", hash)
        .executeTakeFirst();
      return row ?? null;
    },
  };
}
