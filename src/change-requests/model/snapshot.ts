import { canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { Fact, SubjectState } from "../../subjects/index.ts";
import type { Change, OrgRef } from "./change.ts";

/** The facts that a change depends on. Decisions are bound to their hash. */
export interface Snapshot {
  readonly userId: string;
  /** `null` if the change doesn't depend on it. */
  readonly active: boolean | null;
  /** Sorted ids; `null` if the change doesn't depend on them. */
  readonly roleIds: readonly string[] | null;
  /** Only for a deactivation or reactivation. */
  readonly legalHold: Fact | null;
  /** The subject's organization, only for a move. The name is not part of the hash. */
  readonly org?: OrgRef;
}

/** The facts of a subject on which a change of this kind depends. */
export function snapshotOf(kind: Change["kind"], facts: SubjectState): Snapshot {
  if (kind === "move") {
    const org = { guid: facts.orgGuid, name: facts.orgName };
    return { userId: facts.userId, active: null, roleIds: null, legalHold: null, org };
  }
  return {
    userId: facts.userId,
    active: facts.active,
    roleIds: facts.roles.map(({ id }) => id).sort(),
    legalHold: kind === "deactivate" || kind === "activate" ? facts.legalHold.fact : null,
  };
}

/** SHA-256 over the ordered snapshots, in hexadecimal. */
export function hashSnapshots(snapshots: readonly Snapshot[]): string {
  return sha256(
    canonicalJson(
      snapshots.map(({ userId, active, roleIds, legalHold, org }) => ({
        userId,
        active,
        roleIds,
        legalHold,
        ...(org ? { orgGuid: org.guid } : {}),
      })),
    ),
  );
}

/** The differences between two snapshots, in words; `nameOf` names a role by its id. */
export function differences(
  before: Snapshot,
  now: Snapshot,
  nameOf: (roleId: string) => string = (roleId) => roleId,
): string[] {
  const found: string[] = [];
  const named = (roleIds: readonly string[]) => roleIds.map((id) => quotedName(nameOf(id))).join(", ");
  if (before.active !== now.active)
    found.push(now.active ? "the account is active again" : "the account is inactive now");
  const [then, today] = [before.roleIds ?? [], now.roleIds ?? []];
  const gained = today.filter((id) => !then.includes(id));
  const lost = then.filter((id) => !today.includes(id));
  if (gained.length > 0) found.push(`roles gained: ${named(gained)}`);
  if (lost.length > 0) found.push(`roles lost: ${named(lost)}`);
  if (before.legalHold !== now.legalHold)
    found.push(`legal hold: ${before.legalHold} before, ${now.legalHold} now`);
  if (before.org?.guid !== now.org?.guid)
    found.push(`organization: ${orgName(before)} before, ${orgName(now)} now`);
  return found;
}

function orgName({ org }: Snapshot): string {
  return org ? quotedName(org.name) : "none";
}
