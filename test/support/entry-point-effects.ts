import { HARBORLIGHT } from "../../sandbox/slack/harborlight.ts";
import { auditEntries, auditLength } from "./scenario-audit.ts";
import { seenBy } from "./scenario-effects.ts";
import type { World } from "./world.ts";

/** The effects of a case. Audited attempts are no effect: a forbidden action leaves one. */
export interface Effects {
  readonly writes: number;
  readonly tables: readonly string[];
  readonly audit: readonly string[];
  readonly isSeen: boolean;
}

/** Watches the writes, the tables, the audit entries, and the views of everybody except the person who acts. */
export interface EffectsWatch {
  /** Counts the next effects from the current state. */
  mark(): Promise<void>;
  /**
   * Begins the attempt of `by`. The present views don't count as effects. The views of the previous person are not
   * watched either, because an answer to their attempt may still come.
   */
  beginsCase(by: string): void;
  /** Every audit entry since the mark, with audited attempts. */
  audited(): Promise<string[]>;
  /** Whether the attempt has any effect. Stops at the first effect. */
  isAnything(): Promise<boolean>;
  /** The tables whose content has changed. */
  changedTables(): Promise<string[]>;
  /** All effects of the attempt. Later effects are counted from here. */
  takeEffects(): Promise<Effects>;
}

interface State {
  readonly writes: number;
  readonly tables: Readonly<Record<string, string>>;
  readonly auditLength: number;
  readonly seen: ReadonlyMap<string, string>;
}

/** Begins to watch a world with all tables, so that future tables are watched too. */
export async function watchEffects(world: World): Promise<EffectsWatch> {
  // The statement has a name, so that each connection plans it once.
  const hashes = await hashesOfTables(world);
  const tablesOf = async (): Promise<Record<string, string>> => {
    const { rows } = await world.db.query<{ name: string; hash: string }>({ name: "hashes", text: hashes });
    return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
  };
  const stateOf = async (): Promise<State> => ({
    writes: world.incydr.writeLog().length,
    tables: await tablesOf(),
    auditLength: await auditLength(world),
    seen: seenByAll(world),
  });
  let before = await stateOf();
  /** The person who acts, and the person who acted before. */
  let trying: readonly (string | undefined)[] = [];

  const audited = async () =>
    (await auditEntries(world, { after: before.auditLength })).map(({ kind }) => kind);
  const isSeen = () =>
    HARBORLIGHT.people.some(
      ({ key }) =>
        !trying.includes(key) && seenBy(world, key).some(([place, text]) => before.seen.get(place) !== text),
    );
  const changed = (tables: State["tables"]) =>
    Object.keys(tables).filter((name) => tables[name] !== before.tables[name]);
  return {
    audited,
    mark: async () => {
      before = await stateOf();
    },
    beginsCase: (by) => {
      trying = [by, trying[0]];
      before = { ...before, seen: seenByAll(world) };
    },
    isAnything: async () =>
      world.incydr.writeLog().length > before.writes ||
      (await audited()).some(isEffect) ||
      isSeen() ||
      changed(await tablesOf()).length > 0,
    changedTables: async () => changed(await tablesOf()),
    takeEffects: async () => {
      const after = await stateOf();
      const effects = {
        writes: after.writes - before.writes,
        tables: changed(after.tables),
        audit: (await audited()).filter(isEffect),
        isSeen: isSeen(),
      };
      before = after;
      return effects;
    },
  };
}

function seenByAll(world: World): Map<string, string> {
  return new Map(HARBORLIGHT.people.flatMap(({ key }) => seenBy(world, key)));
}

function isEffect(kind: string): boolean {
  return !kind.startsWith("attempt.");
}

/** Tables of log entries and posted messages. Their effects are watched in the log and in the views. */
const RECORDS = ["audit_entries", "audit_publication", "slack_posts", "handled_clicks", "card_pace"];

/** A statement that returns a hash of the content of each table. */
async function hashesOfTables({ db }: World): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_name not like 'kysely%' order by 1`,
  );
  // A sum of hashes needs no sorting. One statement reads all tables, because it runs again and again.
  const one = (name: string) =>
    `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(each::text, 0)), 0) as hash
     from ${name} as each`;
  return rows
    .filter(({ name }) => !RECORDS.includes(name))
    .map(({ name }) => one(name))
    .join(" union all ");
}
