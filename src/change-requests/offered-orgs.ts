import type { IncydrReader, Org } from "../incydr/index.ts";
import type { Preflight } from "../subjects/index.ts";
import type { OrgRef } from "./change.ts";
import { AmbiguousOrgError, NothingToDoError, OrgInactiveError, UnknownOrgError } from "./request-errors.ts";

/** An organization of the tenant, as it can be chosen. */
export interface OrgOption extends OrgRef {
  /** Name of the organization above it; `null` for one at the top. */
  readonly parent: string | null;
  readonly active: boolean;
}

/** Names offered to somebody who mistyped one. */
const MOST_SUGGESTIONS = 5;

/**
 * Every organization of the tenant by name, inactive ones included, so that it can be said why one of them
 * can't be chosen.
 * @throws {NothingToDoError} when Incydr doesn't say in which one the subject is: nothing could be read back.
 */
export async function offeredOrgs(
  incydr: IncydrReader,
  { username, orgGuid }: Preflight,
): Promise<readonly OrgOption[]> {
  if (orgGuid === "")
    throw new NothingToDoError(
      `Incydr doesn't say in which organization ${username} is. Nothing was requested.`,
    );
  const orgs = await incydr.orgs.list({}, { lane: "interactive" });
  const names = new Map(orgs.map((org) => [org.orgGuid as string, nameOf(org)])); // a branded GUID is a string
  return orgs
    .map((org) => ({
      guid: org.orgGuid as string, // the same
      name: nameOf(org),
      parent: org.parentOrgGuid ? (names.get(org.parentOrgGuid) ?? null) : null,
      active: org.active !== false,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The organization that was typed, by its GUID or its name in any case.
 * @throws {UnknownOrgError | AmbiguousOrgError | OrgInactiveError | NothingToDoError}
 */
export function chooseOrg(typed: string, facts: Preflight, options: readonly OrgOption[]): OrgOption {
  const wanted = typed.trim().toLowerCase();
  const byGuid = options.filter(({ guid }) => guid.toLowerCase() === wanted);
  const matches = byGuid.length > 0 ? byGuid : options.filter(({ name }) => name.toLowerCase() === wanted);
  const [only, ...others] = matches;
  if (!only) {
    const similar = options.filter(({ name, active }) => active && name.toLowerCase().includes(wanted));
    throw new UnknownOrgError(
      typed.trim(),
      similar.slice(0, MOST_SUGGESTIONS).map(({ name }) => name),
    );
  }
  if (others.length > 0)
    throw new AmbiguousOrgError(
      typed.trim(),
      matches.slice(0, MOST_SUGGESTIONS).map(({ guid }) => guid),
    );
  const fault = orgFault(only, facts);
  if (fault === "same")
    throw new NothingToDoError(
      `${facts.username} is in the organization “${only.name}” already. Nothing was requested.`,
    );
  if (fault === "inactive") throw new OrgInactiveError(only.name);
  return only;
}

/** Why a subject can't be moved to an organization; `null` if nothing is against it. */
export function orgFault(
  org: OrgOption,
  { orgGuid }: Pick<Preflight, "orgGuid">,
): "same" | "inactive" | null {
  // GUIDs are the same in either case.
  if (org.guid.toLowerCase() === orgGuid.toLowerCase()) return "same";
  return org.active ? null : "inactive";
}

function nameOf({ orgName, orgGuid }: Org): string {
  return orgName ?? orgGuid;
}
