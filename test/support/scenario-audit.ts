import type { World } from "./world.ts";

/** An entry of the audit log, as a test looks at it. */
export interface AuditedEntry {
  readonly kind: string;
  /** The actor's Slack id; null: the bot itself. */
  readonly by: string | null;
  readonly request: string | null;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The entries of the audit log, oldest first; with `after`, those behind that many. */
export async function auditEntries({ db }: World, { after = 0 } = {}): Promise<AuditedEntry[]> {
  const { rows } = await db.query<AuditedEntry>(
    `select kind, actor_slack_id as by, request_id as request, subject, details
     from audit_entries where seq > $1 order by seq`,
    [after],
  );
  return rows;
}

/** How many entries the audit log has. */
export async function auditLength({ db }: World): Promise<number> {
  const { rows } = await db.query<{ length: number }>("select count(*)::int as length from audit_entries");
  return rows[0]?.length ?? 0;
}

/** What the audit log says of one request, oldest first. */
export async function auditKindsOf(world: World, request: string): Promise<string[]> {
  return (await auditEntries(world)).filter((entry) => entry.request === request).map(({ kind }) => kind);
}
