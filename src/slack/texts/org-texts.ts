import type { FoundOrg, ListedOrgs, OrgsAge, ShownOrg } from "../../change-requests/index.ts";
import { inQuotes, quotedName } from "../../kernel/quoted-name.ts";
import { count } from "./change-texts.ts";
import { oldestText, pageTitle } from "./directory-texts.ts";
import { bold, code, type Inline, plain, shortened } from "./rich-text.ts";

type ListedOrg = ListedOrgs["orgs"][number];
type NotFound = Extract<FoundOrg, { readonly org: null }>;

/** Characters of a typed text and of an id that are shown. */
const LONGEST_TYPED = 100;
const LONGEST_ID = 128;

/** The number of organizations in a list, and the shown ones. */
export function orgListTitle({ total, offset, orgs, text }: ListedOrgs): string {
  return pageTitle({ total, offset, shown: orgs.length, noun: "organization", isFiltered: text !== null });
}

export function orgFilterText(text: string | null): string | null {
  return text === null ? null : `Filter: name ${inQuotes(shortened(text, LONGEST_TYPED))}`;
}

/** The answer if no organization is known to match. Only a complete reading shows that there is none. */
export function noOrgsText({ age, text }: ListedOrgs): string {
  if (age.readOrgs === 0 && !age.isEveryOrgRead)
    return "The bot has not read any organizations from Incydr yet. Try again in a few minutes.";
  if (!age.isEveryOrgRead)
    return "No match among the organizations that the bot has read so far. There may be more.";
  return text === null ? "The directory has no organizations." : "No organization in the directory matches.";
}

/** An organization's state, users and parent: “active · 12 users · part of Sales”. */
export function orgFacts({ active, userCount, parentOrgGuid, parentName }: ListedOrg): string {
  const users = userCount === null ? "number of users unknown" : count(userCount, "user");
  const parent = parentOrgGuid === null ? "" : ` · part of ${quotedName(parentName ?? parentOrgGuid)}`;
  return `${statusText(active)} · ${users}${parent}`;
}

function statusText(active: boolean | null): string {
  if (active === null) return "status unknown";
  return active ? "active" : "inactive";
}

/** How complete and how old a list of organizations is. */
export function orgsAgeText(age: OrgsAge): string {
  return `${orgsReadText(age)} Show an organization for the current state.`;
}

/** The organizations that the directory has read, and the age of the oldest. */
export function orgsReadText({ readOrgs, isEveryOrgRead, oldestAgeMs }: OrgsAge): string {
  const read = `${count(readOrgs, "organization")} read${isEveryOrgRead ? "" : " so far"}`;
  return `${read}${oldestText(oldestAgeMs)}.`;
}

/** An organization as Incydr shows it now. */
export function orgLines({ id, name, parent, active, userCount }: ShownOrg): Inline[][] {
  return [
    [bold(quotedName(name))],
    [bold("Status "), plain(active === null ? "unknown: Incydr doesn't say it" : statusText(active))],
    [bold("Parent "), ...parentParts(parent)],
    [
      bold("Users "),
      plain(userCount === null ? "unknown: Incydr doesn't say it" : userCount.toLocaleString("en-US")),
    ],
    [bold("Organization id "), code(shortened(id, LONGEST_ID))],
  ];
}

function parentParts(parent: ShownOrg["parent"]): Inline[] {
  if (parent === null) return [plain("Incydr names none")];
  return parent.name === null ? [code(shortened(parent.id, LONGEST_ID))] : [plain(quotedName(parent.name))];
}

/** Why a text names no single organization. */
export function orgNotFoundText({ why, asked, choices }: NotFound): string {
  const name = inQuotes(shortened(asked, LONGEST_TYPED));
  const next = choices.length > 0 ? " Choose one:" : " To list all organizations, use /incydr orgs.";
  switch (why) {
    case "unknown":
      return `Incydr has no organization with exactly the name or id ${name}.${next}`;
    case "ambiguous":
      return `Several organizations are called ${name}.${next}`;
    case "unclear":
      return `Incydr's list of organizations may be incomplete, so the bot can't tell which one is called ${name}. Use the organization's id.${choices.length > 0 ? next : ""}`;
  }
}

export const WHICH_ORG = "Name the organization, such as /incydr org Sales.";
