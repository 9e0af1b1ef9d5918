import {
  IncompleteListError,
  isComplete,
  isIdShaped,
  isIncydrError,
  type Org,
  parseOrgGuid,
} from "../../incydr/index.ts";
import { foldName } from "../../kernel/visible-text.ts";
import type { Preflight } from "../../subjects/index.ts";
import type { OrgOption } from "../model/change.ts";
import {
  AmbiguousOrgError,
  NothingToDoError,
  OrgInactiveError,
  UnknownOrgError,
} from "../model/request-errors.ts";
import { matchName, shownName } from "./match-name.ts";
import type { MenuDraft } from "./menu-draft.ts";
import type { ListReader } from "./remembered-lists.ts";

/** `complete`: whether `options` has every organization of the tenant. */
export interface OfferedOrgs {
  readonly options: readonly OrgOption[];
  readonly complete: boolean;
}

export const NO_ORGS: OfferedOrgs = { options: [], complete: true };

/** The most similar names in an answer. */
const MOST_SUGGESTIONS = 5;

/** The most options that Slack accepts for a search. */
const MOST_FOUND = 100;

/**
 * The organizations of the tenant by name, including inactive ones, so that an answer can say why one can't be chosen. If
 * the list is incomplete and `named` is a missing GUID, that organization is read by itself.
 * @throws {NothingToDoError} if the subject's organization is unknown, so that a move could not be verified
 */
export async function offeredOrgs(
  incydr: ListReader,
  { username, orgGuid }: Preflight,
  named: string | null = null,
): Promise<OfferedOrgs> {
  if (orgGuid === "") throw new NothingToDoError({ why: "org_unknown", username });
  const list = await incydr.orgs.list({}, { lane: "interactive" });
  const complete = isComplete(list);
  const missing = complete || named === null ? null : await orgWithGuid(incydr, named, list);
  const orgs = missing ? [...list, missing] : list;
  const names = new Map(orgs.map((org) => [org.orgGuid as string, nameOf(org)])); // a branded GUID is a string
  const options = orgs
    .map((org) => ({
      guid: org.orgGuid as string, // a branded GUID is a string
      name: nameOf(org),
      parent: org.parentOrgGuid ? (names.get(org.parentOrgGuid) ?? null) : null,
      active: org.active !== false,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return { options, complete };
}

async function orgWithGuid(incydr: ListReader, named: string, list: readonly Org[]): Promise<Org | null> {
  const guid = shownName(named);
  if (!isIdShaped(guid) || list.some(({ orgGuid }) => orgGuid.toLowerCase() === guid.toLowerCase()))
    return null;
  try {
    return await incydr.orgs.get(parseOrgGuid(guid), { lane: "interactive" });
  } catch (error) {
    // A name can have the shape of a GUID, and Incydr may refuse it then.
    if (isIncydrError(error, "not_found", "invalid")) return null;
    throw error;
  }
}

/**
 * Finds the typed organization, by `matchName`. If `complete` is false, only a GUID is conclusive.
 * @throws {AppError} the refusal if it finds none or several, or if the subject can't be moved there
 */
export function chooseOrg(
  typed: string,
  facts: Preflight,
  options: readonly OrgOption[],
  complete = true,
): OrgOption {
  const name = shownName(typed);
  const [only, ...others] = matchName(typed, options, ({ guid }) => guid);
  if (!complete && only?.guid.toLowerCase() !== name.toLowerCase())
    throw new IncompleteListError(
      `Could not tell whether there is one organization “${name}”: Incydr's list of organizations may be incomplete. Use the organization's GUID`,
    );
  if (!only) {
    const wanted = foldName(name);
    const similar = options.filter((org) => org.active && foldName(org.name).includes(wanted));
    const names = similar.slice(0, MOST_SUGGESTIONS).map((org) => org.name);
    throw new UnknownOrgError(name, names);
  }
  if (others.length > 0) {
    const some = [only, ...others].slice(0, MOST_SUGGESTIONS);
    throw new AmbiguousOrgError(
      name,
      some.map((org) => ({ id: org.guid, name: org.name })),
    );
  }
  const fault = orgFault(only, facts);
  if (fault === "same")
    throw new NothingToDoError({ why: "in_org", username: facts.username, org: only.name });
  if (fault === "inactive") throw new OrgInactiveError(only.name);
  return only;
}

/** Why a subject can't be moved to an organization; `null` if they can. */
export function orgFault(
  org: OrgOption,
  { orgGuid }: Pick<Preflight, "orgGuid">,
): "same" | "inactive" | null {
  // Incydr's GUIDs ignore case.
  if (org.guid.toLowerCase() === orgGuid.toLowerCase()) return "same";
  return org.active ? null : "inactive";
}

function nameOf({ orgName, orgGuid }: Org): string {
  return orgName ?? orgGuid;
}

/**
 * Makes the function that finds organizations for the form of a draft, by a part of their name or of their parent's name.
 * The list comes from Incydr, which was read when the form opened. Nobody gets any before that.
 * @throws the errors of `createMenuDraft`
 */
export function createSearchOrgs({ menuDraft }: { menuDraft: MenuDraft }) {
  return async function searchOrgs(
    draftId: string,
    slackUserId: string,
    typed: string,
  ): Promise<readonly OrgOption[]> {
    const draft = await menuDraft(draftId, slackUserId);
    if (!draft?.facts) return [];
    const { facts, orgOptions } = draft;
    const wanted = foldName(typed);
    const isMeant = ({ name, parent }: OrgOption) =>
      wanted === "" || foldName(name).includes(wanted) || foldName(parent ?? "").includes(wanted);
    return orgOptions.filter((org) => orgFault(org, facts) === null && isMeant(org)).slice(0, MOST_FOUND);
  };
}

export type SearchOrgs = ReturnType<typeof createSearchOrgs>;
