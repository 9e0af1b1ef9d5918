import { canonicalJson, sha256 } from "../kernel/canonical-json.ts";
import type { Fact, SubjectState } from "../subjects/index.ts";
import type { Change } from "./change.ts";

/** The facts that a change depends on; what an approver approves. */
export interface Snapshot {
  readonly userId: string;
  readonly active: boolean;
  /** Ids, sorted. */
  readonly roleIds: readonly string[];
  /** Only where the change depends on it: whether somebody is monitored. */
  readonly legalHold: Fact | null;
}

/** The part of a preflight that decides whether an approval still stands. */
export function snapshotOf(kind: Change["kind"], facts: SubjectState): Snapshot {
  return {
    userId: facts.userId,
    active: facts.active,
    roleIds: facts.roles.map(({ id }) => id).sort(),
    legalHold: kind === "deactivate" || kind === "activate" ? facts.legalHold.fact : null,
  };
}

/** SHA-256 over the ordered targets' snapshots, hexadecimal: what decisions on a request are bound to. */
export function hashSnapshots(snapshots: readonly Snapshot[]): string {
  return sha256(
    canonicalJson(
      snapshots.map(({ userId, active, roleIds, legalHold }) => ({ userId, active, roleIds, legalHold })),
    ),
  );
}

/** What differs between what was approved and what is, in words. */
export function differences(before: Snapshot, now: Snapshot): string[] {
  const found: string[] = [];
  if (before.active !== now.active)
    found.push(now.active ? "the account is active again" : "the account is inactive now");
  const gained = now.roleIds.filter((id) => !before.roleIds.includes(id));
  const lost = before.roleIds.filter((id) => !now.roleIds.includes(id));
  if (gained.length > 0) found.push(`roles gained: ${gained.join(", ")}`);
  if (lost.length > 0) found.push(`roles lost: ${lost.join(", ")}`);
  if (before.legalHold !== now.legalHold)
    found.push(`legal hold: ${before.legalHold} before, ${now.legalHold} now`);
  return found;
}
