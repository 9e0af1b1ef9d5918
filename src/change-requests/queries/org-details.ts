import { type AuditEvent, orgViewed, rejectedAttempt } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import {
  type IncydrReader,
  isComplete,
  isIdShaped,
  isIncydrError,
  type List,
  type Org,
  parseOrgGuid,
} from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import type { TenantDirectory } from "../../subjects/index.ts";
import { matchName, shownName } from "../drafting/match-name.ts";
import { type FoundOrg, type OrgChoice, type ShownOrg, storedName } from "../model/tenant-answers.ts";

/** The most similar names in an answer. */
const MOST_CHOICES = 5;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The codes of the audit log for a text that names no single organization. */
const FAULTS = { unknown: "unknown_org", ambiguous: "ambiguous_org", unclear: "unexpected_answer" } as const;

/**
 * Makes the function that reads an organization from Incydr by its id or its typed name; audited. The directory only
 * names the parent and similar organizations.
 * @throws {ForbiddenError} if the policies forbid lists
 */
export function createOrgDetails(options: {
  authorizer: Authorizer;
  incydr: Pick<IncydrReader, "orgs">;
  directory: Pick<TenantDirectory, "orgs" | "orgName">;
  record: (event: AuditEvent) => Promise<void>;
  clock: Pick<Clock, "now">;
}) {
  const { authorizer, incydr, directory, record, clock } = options;

  return async function orgDetails(slackUserId: string, typed: string): Promise<FoundOrg> {
    const about = { asked: typed };
    const { email, policyHash } = await authorizer.authorize(slackUserId, "list", {
      freshness: RECENT,
      about,
    });
    const by = () => ({ actor: { slackUserId, email }, at: clock.now(), policyHash });
    const recordRejected = (fault: string, message: string) =>
      record(rejectedAttempt({ ...by(), details: { action: "list", asked: typed, fault, message } }));
    const found = await find(typed).catch(async (error: unknown) => {
      if (error instanceof AppError) await recordRejected(error.code, error.message);
      throw error;
    });
    if (found.org) await record(orgViewed(by(), { orgGuid: found.org.id, name: found.org.name }));
    else await recordRejected(FAULTS[found.why], `“${found.asked}” names no single organization.`);
    return found;
  };

  async function find(typed: string): Promise<FoundOrg> {
    const id = shownName(typed);
    const direct = GUID.test(id) ? await orgWithId(id) : null;
    if (direct) return { org: await shown(direct, []) };
    const list = await incydr.orgs.list({}, { lane: "interactive" });
    const options = list.map((org) => ({ org, name: nameOf(org) }));
    const matches = matchName(typed, options, ({ org }) => org.orgGuid);
    const [only, ...others] = matches;
    // An incomplete list may lack a second organization of this name, but no second one of this id.
    const isById = only?.org.orgGuid.toLowerCase() === id.toLowerCase();
    if (only && others.length === 0 && (isComplete(list) || isById))
      return { org: await shown(only.org, list) };
    if (!only && !isComplete(list) && isIdShaped(id)) {
      const missing = await orgWithId(id);
      if (missing) return { org: await shown(missing, list) };
    }
    // A command takes no other ids.
    const named = matches.map(({ org }) => choiceOf(org)).filter((choice) => isIdShaped(choice.id));
    if (others.length > 0)
      return { org: null, why: "ambiguous", asked: storedName(id), choices: named.slice(0, MOST_CHOICES) };
    const choices = distinct([...named, ...(await similar(id, list))]).slice(0, MOST_CHOICES);
    return { org: null, why: isComplete(list) ? "unknown" : "unclear", asked: storedName(id), choices };
  }

  /** The organization with this id; `null` if Incydr has none. */
  async function orgWithId(id: string): Promise<Org | null> {
    try {
      return await incydr.orgs.get(parseOrgGuid(id), { lane: "interactive" });
    } catch (error) {
      // A name can have the shape of an id, and Incydr may refuse it then.
      if (isIncydrError(error, "not_found", "invalid")) return null;
      throw error;
    }
  }

  /** Organizations of the directory with this text in their name. Those that Incydr no longer lists are left out. */
  async function similar(text: string, list: List<Org>): Promise<OrgChoice[]> {
    const { orgs } = await directory.orgs(text, { offset: 0, limit: MOST_CHOICES });
    const listed = new Set(list.map(({ orgGuid }) => orgGuid.toLowerCase()));
    return orgs
      .filter(({ orgGuid }) => !isComplete(list) || listed.has(orgGuid.toLowerCase()))
      .map(({ orgGuid, orgName }) => ({ id: orgGuid, name: orgName }));
  }

  async function shown(org: Org, list: readonly Org[]): Promise<ShownOrg> {
    const { orgGuid, parentOrgGuid, active, userCount } = org;
    const isCount = Number.isSafeInteger(userCount) && Number(userCount) >= 0;
    return {
      ...{ id: orgGuid, name: storedName(nameOf(org)), active },
      userCount: isCount ? userCount : null,
      parent: parentOrgGuid && { id: parentOrgGuid, name: await parentName(parentOrgGuid, list) },
    };
  }

  async function parentName(parentId: string, list: readonly Org[]): Promise<string | null> {
    const listed = list.find(({ orgGuid }) => orgGuid.toLowerCase() === parentId.toLowerCase());
    const name = listed ? listed.orgName : await directory.orgName(parentId);
    return name === null ? null : storedName(name);
  }
}

export type ShowOrg = ReturnType<typeof createOrgDetails>;

function nameOf({ orgName, orgGuid }: Org): string {
  return orgName ?? orgGuid;
}

function choiceOf(org: Org): OrgChoice {
  return { id: org.orgGuid, name: storedName(nameOf(org)) };
}

function distinct(choices: readonly OrgChoice[]): OrgChoice[] {
  return [...new Map(choices.map((choice) => [choice.id, choice])).values()];
}
