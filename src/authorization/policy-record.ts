import { AppError } from "../kernel/errors.ts";

/** Which policy set decides for every replica, as the database has it, within one transaction. */
export interface PolicyRecord {
  /**
   * The hash of the set that decides, until the transaction ends; `null` before the first was recorded.
   * `forChange` before another is recorded, so that nothing is begun under the old one meanwhile.
   */
  current(options: { forChange: boolean }): Promise<string | null>;
  /** Whether this set ever decided. */
  wasRecorded(hash: string): Promise<boolean>;
  /** Makes it the one that decides. */
  record(hash: string, at: Date): Promise<void>;
}

/** What became of a set that a replica loaded. */
export type Recorded =
  | { readonly outcome: "first" | "recorded" | "agrees" }
  /** It decides no more; `current` does. */
  | { readonly outcome: "superseded"; readonly current: string };

/**
 * Records a set that a replica has loaded. One that never decided before becomes the one that decides, for
 * all replicas; one that was superseded doesn't come back by itself, or an old replica that restarts would undo
 * a newer policy.
 */
export async function recordLoaded(record: PolicyRecord, hash: string, at: Date): Promise<Recorded> {
  const current = await record.current({ forChange: true });
  if (current === hash) return { outcome: "agrees" };
  if (current !== null && (await record.wasRecorded(hash))) return { outcome: "superseded", current };
  await record.record(hash, at);
  return { outcome: current === null ? "first" : "recorded" };
}

/** The policies of this replica are not those that decide: it carries nothing out until they are. */
export class PoliciesDifferError extends AppError<"policies_differ"> {
  constructor(hash: string, current: string) {
    super(
      "policies_differ",
      `The policies with hash ${hash.slice(0, 12)} were superseded by ${current.slice(0, 12)}. Give this replica the newer files, or let the older ones decide again: npm run cli -- policy accept`,
    );
  }
}
