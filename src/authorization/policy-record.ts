import { RefusalError } from "../kernel/errors.ts";
import { idsIn } from "./policy-files.ts";
import type { PolicySet, PolicySources } from "./policy-sources.ts";

/** The stored record of the policy set that decides for all replicas, within one transaction. */
export interface PolicyRecord {
  /**
   * The hash of the set that decides until the transaction ends; `null` before the first is recorded. `forChange` takes
   * the lock for recording another set, so that no write starts under the old one meanwhile.
   */
  current(options: { forChange: boolean }): Promise<string | null>;
  /** The hash of the set that decides, read without a lock; it may change right after. */
  read(): Promise<string | null>;
  wasRecorded(hash: string): Promise<boolean>;
  /** Records this set, which then decides. */
  record(hash: string, at: Date): Promise<void>;
  keep(hash: string, sources: PolicySources): Promise<void>;
  /** The stored texts of a set; `null` if they are not stored. */
  sources(hash: string): Promise<PolicySources | null>;
}

export type Recorded =
  | { readonly outcome: "first" | "recorded" | "agrees" }
  /** The set decided earlier; now `current` decides. */
  | { readonly outcome: "superseded"; readonly current: string }
  /** The set lacks files of `current`, as while a folder is copied; `current` still decides. */
  | { readonly outcome: "incomplete"; readonly current: string; readonly lost: readonly string[] };

/**
 * Records a set that a replica has loaded. A new set decides for all replicas from then on. A superseded set does not
 * decide again by itself, so that the restart of an old replica does not undo newer policies. A set that lacks files does
 * not decide either.
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

/** Files that are gone with at least one of their policies. A renamed or merged file keeps its policies. */
function lostFiles(before: PolicySources, now: PolicySet): string[] {
  const gone = before.files.filter(({ name }) => !now.sources.files.some((file) => file.name === name));
  const ids = new Set(now.policies.map(({ id }) => id));
  return gone.filter(({ text }) => idsIn(text).some((id) => !ids.has(id))).map(({ name }) => name);
}

/** This replica's policies are not in force. Until it has the ones in force, it decides and executes nothing. */
export class PoliciesDifferError extends RefusalError<"policies_differ", null> {
  constructor(hash: string, current: string) {
    super(
      "policies_differ",
      null,
      `This replica has the policies ${hash.slice(0, 12)}, but the policies ${current.slice(0, 12)} are in force. Give it those, or run on this replica: npm run cli -- policy accept`,
    );
  }
}
