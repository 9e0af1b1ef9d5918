import type { ListedUsers } from "../../change-requests/index.ts";
import { inQuotes, quotedName } from "../../kernel/quoted-name.ts";
import { count, lengthText } from "./change-texts.ts";
import { shortened } from "./rich-text.ts";

type ListedUser = ListedUsers["users"][number];

/** Characters of a part of a filter that are shown. */
const LONGEST_PART = 100;

/** The number of users in a list, and the shown ones: “320 users, 11–20 shown”. */
export function listTitle({ total, offset, users, filter }: ListedUsers): string {
  const isFiltered = filterParts(filter).length > 0;
  return pageTitle({ total, offset, shown: users.length, noun: "user", isFiltered });
}

/** The number of records in a list, and the shown ones. */
export function pageTitle(page: {
  total: number;
  offset: number;
  shown: number;
  noun: string;
  isFiltered: boolean;
}): string {
  const { total, offset, shown, noun, isFiltered } = page;
  const matching = isFiltered ? (total === 1 ? " matches" : " match") : "";
  const title = `${count(total, noun)}${matching}`;
  if (shown === total) return title;
  const [first, last] = [offset + 1, offset + shown].map((each) => each.toLocaleString("en-US"));
  return `${title}, ${first === last ? first : `${first}–${last}`} shown`;
}

/** The filter in words: “active · organization: Sales”; `null` without one. */
export function filterText(filter: ListedUsers["filter"]): string | null {
  return filterParts(filter).join(" · ") || null;
}

function filterParts({ text, active, blocked, org, role }: ListedUsers["filter"]): string[] {
  const named = (label: string, value: string) => `${label} ${inQuotes(shortened(value, LONGEST_PART))}`;
  return [
    ...(text === null ? [] : [named("name", text)]),
    ...(active === null ? [] : [active ? "active" : "inactive"]),
    ...(blocked === null ? [] : [blocked ? "blocked" : "not blocked"]),
    ...(org === null ? [] : [named("organization", org)]),
    ...(role === null ? [] : [named("role", role)]),
  ];
}

/** The answer if no user is known to match. Only a complete directory shows that there is none. */
export function noneText({
  age,
  mayMatch,
}: Pick<ListedUsers, "mayMatch"> & {
  readonly age: Pick<ListedUsers["age"], "readUsers" | "isEveryUserRead">;
}): string {
  if (age.readUsers === 0)
    return "The bot has not read any users from Incydr yet. Try again in a few minutes.";
  return age.isEveryUserRead && mayMatch === 0
    ? "No user in the directory matches."
    : "No match among the users that the bot has read so far. There may be more.";
}

/** The users of whom a fact is unknown that the filter names; `null` if there is none. */
export function mayMatchText({ mayMatch }: Pick<ListedUsers, "mayMatch">): string | null {
  if (mayMatch === 0) return null;
  const who = mayMatch === 1 ? "1 more user" : `${mayMatch.toLocaleString("en-US")} more users`;
  return `${who} may match: the bot doesn't know their status, organization or roles yet.`;
}

/** A user's state and organization: “inactive, blocked · Sales”. */
export function userFacts({ active, blocked, orgName }: ListedUser): string {
  const status = active === null ? "status unknown" : active ? "active" : "inactive";
  const block = blocked === null ? ", block status unknown" : blocked ? ", blocked" : "";
  return `${status}${block} · ${orgName === null ? "organization unknown" : quotedName(orgName)}`;
}

/** How complete and how old a list is. `showsRoles`: whether it depends on roles; default: whether its filter does. */
export function ageText(
  { age, filter }: Pick<ListedUsers, "age" | "filter">,
  { showsRoles = filter.role !== null }: { showsRoles?: boolean } = {},
): string {
  const roles = showsRoles ? ` ${rolesReadText(age)}` : "";
  return `${usersReadText(age)}${roles} Look up a user for the current state.`;
}

/** The users that the directory has read, and the age of the oldest. */
export function usersReadText(age: Omit<ListedUsers["age"], "usersWithRoles">): string {
  const { readUsers, expectedUsers, isEveryUserRead, oldestAgeMs } = age;
  const read = readUsers.toLocaleString("en-US");
  const expected = Math.max(expectedUsers ?? 0, readUsers).toLocaleString("en-US");
  const howMany = isEveryUserRead
    ? `${count(readUsers, "user")} read`
    : expectedUsers === null
      ? `${count(readUsers, "user")} read so far`
      : `${read} of about ${expected} users read so far`;
  return `${howMany}${oldestText(oldestAgeMs)}.`;
}

/** The part of a sentence about the age of the oldest record; empty without one. */
export function oldestText(oldestAgeMs: number | null): string {
  return oldestAgeMs === null ? "" : `; the oldest entry is ${ageInWords(oldestAgeMs)} old`;
}

export function rolesReadText({
  readUsers,
  usersWithRoles,
}: Pick<ListedUsers["age"], "readUsers" | "usersWithRoles">): string {
  return `Roles read: ${usersWithRoles.toLocaleString("en-US")} of ${readUsers.toLocaleString("en-US")} users.`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A rough age: “less than a minute”, “12 minutes”, “3 hours”, “2 days”. */
export function ageInWords(ms: number): string {
  if (ms < MINUTE_MS) return "less than a minute";
  const unitMs = ms < HOUR_MS ? MINUTE_MS : ms < 48 * HOUR_MS ? HOUR_MS : 24 * HOUR_MS;
  return lengthText((Math.floor(ms / unitMs) * unitMs) / HOUR_MS);
}
