import { RefusalError } from "../kernel/errors.ts";
import { idsIn } from "./policy-files.ts";
import type { PolicySet, PolicySources } from "./policy-sources.ts";

/** Which policy set decides for every replica, as the database has it, within one transaction. */
export interface PolicyRecord {
  /**
   * The hash of the set that decides, until the transaction ends; `null` before the first was recorded.
   * `forChange` before another is recorded, so that nothing is begun under the old one meanwhile.
   */
  current(options: { forChange: boolean }): Promise<string | null>;
  /** The hash of the set that decides, read without a lock; it may change right after. */
  read(): Promise<string | null>;
  /** Whether this set ever decided. */
  wasRecorded(hash: string): Promise<boolean>;
  /** Makes it the one that decides. */
  record(hash: string, at: Date): Promise<void>;
  /** Keeps the texts of a set under its hash, once. */
  keep(hash: string, sources: PolicySources): Promise<void>;
  /** The texts of a set that was kept; `null` if it wasn't. */
  sources(hash: string): Promise<PolicySources | null>;
}

/** What became of a set that a replica loaded. */
export type Recorded =
  | { readonly outcome: "first" | "recorded" | "agrees" }
  /** It decides no more; `current` does. */
  | { readonly outcome: "superseded"; readonly current: string }
  /** It lacks whole files of the set that decides, as a folder does that is being copied; `current` still decides. */
  | { readonly outcome: "incomplete"; readonly current: string; readonly lost: readonly string[] };

/**
 * Records a set that a replica has loaded. One that never decided before becomes the one that decides, for
 * all replicas; one that was superseded doesn't come back by itself, or an old replica that restarts would undo
 * a newer policy; nor is one taken that has lost a file.
 */
export async function recordLoaded(record: PolicyRecord, set: PolicySet, at: Date): Promise<Recorded> {
  const { hash, sources } = set;
  const current = await record.current({ forChange: true });
  if (current !== null && current !== hash) {
    if (await record.wasRecorded(hash)) return { outcome: "superseded", current };
    const before = await record.sources(current);
    const lost = before ? lostFiles(before, set) : [];
    if (lost.length > 0) return { outcome: "incomplete", current, lost };
  }
  await record.keep(hash, sources);
  if (current === hash) return { outcome: "agrees" };
  await record.record(hash, at);
  return { outcome: current === null ? "first" : "recorded" };
}

/** Files that are gone with at least one of their policies: a file that was renamed or joined to another is not lost. */
function lostFiles(before: PolicySources, now: PolicySet): string[] {
  const gone = before.files.filter(({ name }) => !now.sources.files.some((file) => file.name === name));
  const ids = new Set(now.policies.map(({ id }) => id));
  return gone.filter(({ text }) => idsIn(text).some((id) => !ids.has(id))).map(({ name }) => name);
}

/** The policies of this replica are not those that decide: it decides and carries out nothing until they are. */
export class PoliciesDifferError extends RefusalError<"policies_differ", null> {
  constructor(hash: string, current: string) {
    super(
      "policies_differ",
      null,
      `The policies with hash ${hash.slice(0, 12)} don't decide; those with ${current.slice(0, 12)} do. Give this replica the newer files, or let these decide: npm run cli -- policy accept`,
    );
  }
}
