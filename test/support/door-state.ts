import { auditEntries, auditLength } from "./scenario-audit.ts";
import { seenByOthers } from "./scenario-effects.ts";
import type { World } from "./world.ts";

/** What there is before or after something is tried. */
export type DoorState = Awaited<ReturnType<typeof stateOf>>;

/** What is written, stored, audited, and seen by everybody but one person. */
export async function stateOf(world: World, by: string) {
  return {
    writes: world.incydr.writeLog().length,
    tables: await tablesOf(world),
    auditLength: await auditLength(world),
    seen: seenByOthers(world, by),
  };
}

/** What came of something, attempts that are audited apart: that is what asking in vain leaves. */
export interface Effects {
  readonly writes: number;
  readonly tables: readonly string[];
  readonly audit: readonly string[];
  readonly isSeen: boolean;
}

/** What came of something since that state, which one person tried. */
export async function effectsSince(world: World, before: DoorState, by: string): Promise<Effects> {
  const after = await stateOf(world, by);
  const kinds = (await auditEntries(world, { after: before.auditLength })).map(({ kind }) => kind);
  return {
    writes: after.writes - before.writes,
    tables: Object.keys(after.tables).filter((name) => after.tables[name] !== before.tables[name]),
    audit: kinds.filter((kind) => !kind.startsWith("attempt.")),
    isSeen: JSON.stringify(after.seen) !== JSON.stringify(before.seen),
  };
}

/** Tables that hold what is logged or posted, which is looked at where it is read. */
const RECORDS = ["audit_entries", "audit_publication", "slack_posts", "handled_clicks", "card_pace"];

/** A hash of what each table holds, also of those that will be added. */
async function tablesOf({ db }: World): Promise<Record<string, string>> {
  const { rows } = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_name not like 'kysely%' order by 1`,
  );
  const hashes = rows
    .filter(({ name }) => !RECORDS.includes(name))
    .map(
      ({ name }) =>
        `select '${name}' as name, md5(string_agg(each::text, ' ' order by each::text)) as hash from ${name} as each`,
    );
  // All at once: it is asked for again and again until something is over.
  const { rows: found } = await db.query<{ name: string; hash: string | null }>(hashes.join(" union all "));
  return Object.fromEntries(found.map(({ name, hash }) => [name, hash ?? ""]));
}
