import { expect } from "vitest";
import { verifyChain } from "../../src/audit/index.ts";
import { createAuditReader, openDatabase } from "../../src/persistence/index.ts";
import { untilQuiet } from "./scenario-world.ts";
import type { World } from "./world.ts";

/** The kinds of the audit entries of a request with one approval whose first execution succeeds. */
export const CARRIED_OUT = [
  "request.created",
  "decision.approved",
  "request.approved",
  "request.executing",
  "target.executing",
  "target.verified",
  "request.done",
];

/** The fields of an audit entry that tests read. */
export interface AuditedEntry {
  readonly kind: string;
  /** The actor's Slack id; null: the bot itself. */
  readonly by: string | null;
  readonly request: string | null;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The entries of the audit log, oldest first; without the first `after` entries. */
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

/** Makes a change to a user group, and waits until the bot knows. */
export async function untilNoticed(world: World, change: () => Promise<unknown>): Promise<void> {
  const after = await auditLength(world);
  await change();
  const kinds = async () => (await auditEntries(world, { after })).map(({ kind }) => kind);
  await expect.poll(kinds).toContain("group.changed");
}

/** The kinds of the audit entries of one request, oldest first. */
export async function auditKindsOf(world: World, request: string): Promise<string[]> {
  return (await auditEntries(world)).filter((entry) => entry.request === request).map(({ kind }) => kind);
}

/** Expects an intact chain, and one message of the audit channel for each entry, in order. */
export async function expectAuditTold(world: World): Promise<void> {
  await untilQuiet(world);
  await using database = openDatabase({ connectionString: world.env.DATABASE_URL ?? "", log: () => {} });
  const { head, faults } = await verifyChain(createAuditReader(database.db).all());
  expect(faults).toEqual([]);
  const told = world.slack
    .as("theo")
    .sees("insider-risk-audit")
    .flatMap(({ plain }) => [...plain.matchAll(/^• #(\d+) /gm)].map(([, seq]) => Number(seq)));
  expect(told).toEqual(Array.from({ length: head.seq }, (_, index) => index + 1));
}
