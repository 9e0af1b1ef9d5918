import { readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { z } from "zod";
import type { World } from "./world.ts";

const row = z.looseObject({});

const recordingSchema = z.object({
  /** When it was recorded. */
  at: z.coerce.date(),
  /** The numbers of the requests, by their recorded state. */
  requests: z.record(z.string(), z.number()),
  /** The changed users of the simulated tenant, in their recorded state. */
  tenant: z.array(z.object({ userId: z.string(), active: z.boolean(), roleIds: z.array(z.string()) })),

  /** The messages that the bot had posted, by their key. */
  posts: z.array(
    z.object({ key: z.string(), text: z.string(), blocks: z.array(row), metadata: z.looseObject({}) }),
  ),
  /** The submissions of open forms, with the Slack id of the person. */
  submissions: z.array(
    z.object({
      by: z.string(),
      view: z.object({
        callback_id: z.string(),
        private_metadata: z.string(),
        state: z.object({ values: z.looseObject({}) }),
      }),
    }),
  ),
  /** The bot's jobs of each kind. */
  jobs: z.array(z.object({ kind: z.string(), data: z.looseObject({}) })),
  tables: z.record(z.string(), z.array(row)),
});

/** The stored rows and posted messages of an earlier version of the bot at its end. */
export type Recording = z.infer<typeof recordingSchema>;

/** Reads a recording of `test/compatibility`. */
export async function readRecording(name: string): Promise<Recording> {
  const file = path.join(import.meta.dirname, "../compatibility", `${name}.json`);
  return recordingSchema.parse(JSON.parse(await readFile(file, "utf8")));
}

const MIGRATIONS = path.join(import.meta.dirname, "../../migrations");

/**
 * Replaces the tables of a database by the recorded tables and rows. Moves all times to the present, except the times
 * of the audit log, which are hashed.
 */
export async function restoreTables(connectionString: string, { at, tables }: Recording): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query("drop schema public cascade; create schema public");
    await client.query(
      "create table kysely_migration (name varchar(255) primary key, timestamp varchar(255))",
    );
    for (const { name } of tables.kysely_migration ?? [])
      await client.query(await readFile(path.join(MIGRATIONS, `${name}.sql`), "utf8"));
    // The rows are in the order of the tables' names, and not in the order of the references between tables.
    await client.query("set session_replication_role = replica");
    for (const [table, rows] of Object.entries(tables)) {
      await client.query(`delete from ${table}`);
      await client.query(
        `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      );
    }
    const { rows } = await client.query<{ table: string; column: string; type: string }>(
      `select table_name as table, column_name as column, data_type as type from information_schema.columns
       where table_schema = 'public' and table_name <> 'audit_entries'
         and (is_identity = 'YES' or data_type = 'timestamp with time zone')`,
    );
    for (const [table, columns] of Map.groupBy(rows, (each) => each.table)) {
      const times = columns.filter(({ type }) => type !== "bigint");
      // One statement moves all times of a row, because a constraint may compare them.
      const moved = times.map(({ column }) => `${column} = ${column} + (now() - $1)`).join(", ");
      if (moved !== "") await client.query(`update ${table} set ${moved}`, [at]);
      for (const { column, type } of columns) {
        if (type === "bigint")
          await client.query(
            `select setval(pg_get_serial_sequence('${table}', '${column}'), coalesce(max(${column}), 0) + 1, false) from ${table}`,
          );
      }
    }
  } finally {
    await client.end();
  }
}

/** Posts the recorded messages to the simulated Slack again, with new timestamps. */
export async function restorePosts({ slack, db }: World, { posts, tables }: Recording): Promise<void> {
  const stored = new Map((tables.slack_posts ?? []).map((each) => [each.key, each]));
  const times = new Map<unknown, string>();
  // Cards are posted first, because other messages may be in their threads.
  for (const post of posts.toSorted(
    (a, b) => Number(b.key.startsWith("card:")) - Number(a.key.startsWith("card:")),
  )) {
    const { channel_id, thread_ts, ts } = stored.get(post.key) ?? {};
    const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ channel: channel_id, text: post.text, blocks: post.blocks, metadata: post.metadata },
        ...(thread_ts ? { thread_ts: times.get(thread_ts) } : {}),
      }),
    });
    const posted = z.object({ ts: z.string() }).parse(await answer.json());
    times.set(ts, posted.ts);
    await db.query("update slack_posts set ts = $2, thread_ts = $3 where key = $1", [
      post.key,
      posted.ts,
      thread_ts ? times.get(thread_ts) : null,
    ]);
  }
}

/** Brings the simulated tenant to its recorded state. */
export function restoreTenant({ incydr }: World, { tenant }: Recording): void {
  for (const { userId, active, roleIds } of tenant) {
    incydr.control.edit.setActive(userId, active);
    incydr.control.edit.setRoles(userId, roleIds);
  }
}
