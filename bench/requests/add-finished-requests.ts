import type pg from "pg";

/** The first number of the copies, higher than the number of any request of the run. */
const FIRST = 1_000_000;

/**
 * Adds `count` finished requests to the database. Each is a copy of an existing request with its target, its decision,
 * its messages in Slack and three published audit entries. The copied entries are not a valid chain.
 */
export async function addFinishedRequests(db: pg.Pool, count: number): Promise<void> {
  const { rows } = await db.query<{ id: number }>(
    "select min(id) as id from change_requests where state = 'done'",
  );
  const original = rows[0]?.id;
  const copies = (table: string, where: string, changed: string) =>
    db.query(
      `insert into ${table} overriding system value
       select (jsonb_populate_record(original, jsonb_build_object(${changed}))).*
       from ${table} as original, generate_series(1, ${count}) as n where ${where} = $1`,
      [original],
    );
  await copies("change_requests", "original.id", `'id', ${FIRST} + n`);
  await copies("targets", "original.request_id", `'request_id', ${FIRST} + n`);
  await copies(
    "decisions",
    "original.request_id",
    `'request_id', ${FIRST} + n, 'position', ${FIRST} + n, 'click_id', gen_random_uuid()`,
  );
  await db.query(
    `insert into slack_posts select 'copy ' || n || ' of ' || key, channel_id, thread_ts, ts, content_hash, begun_at
     from slack_posts, generate_series(1, $1 / 2) as n where key like '%' || $2 || '%' limit 2 * $1`,
    [count, String(original)],
  );
  await db.query(
    `insert into audit_entries
     select (jsonb_populate_record(entry, jsonb_build_object('seq', head.seq + n,
       'prev_hash', 'copy ' || n - 1, 'hash', 'copy ' || n))).*
     from (select max(seq) as seq from audit_entries) as head
       join audit_entries as entry using (seq), generate_series(1, 3 * $1) as n`,
    [count],
  );
  await db.query("update audit_publication set published_seq = (select max(seq) from audit_entries)");
  await db.query("vacuum analyze");
}
