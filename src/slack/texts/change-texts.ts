import {
  type BulkKind,
  type Change,
  type ChangeRequest,
  type DraftChoice,
  grantHoursOf,
  isBulk,
  nameOf,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";

const UNITS_OF_TIME = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** What a change is called before it is done: “Deactivate”. */
export const CHANGE_TITLES: Readonly<Record<Change["kind"], string>> = {
  deactivate: "Deactivate",
  activate: "Activate",
  move: "Move",
  add_roles: "Add roles",
  remove_roles: "Remove roles",
  replace_roles: "Replace roles",
};

/** The title of every form of a bulk. */
export function bulkTitle(kind: BulkKind): string {
  return `${CHANGE_TITLES[kind]} in bulk`;
}

/** What a form is called: after its change, or after the request that it undoes. */
export function titleOf({
  kind,
  undoes,
  emergency = false,
}: Pick<DraftChoice, "kind" | "undoes" | "emergency">): string {
  if (emergency) return "🚨 Emergency";
  if (undoes !== null) return `Undo ${nameOf(undoes)}`;
  return kind ? CHANGE_TITLES[kind] : "Change";
}

/** A change in words, without its subject: “Add roles: Alert Emails, Watchlist Manager”, “Move to Sales”,
 * “Add roles for 8 hours: Alert Emails”. */
export function describeChange(change: Change): string {
  const title = CHANGE_TITLES[change.kind];
  if (change.kind === "move") return `${title} to ${quotedName(change.org.name)}`;
  const hours = grantHoursOf(change);
  const length = hours === null ? "" : ` for ${lengthText(hours)}`;
  return "roles" in change ? `${title}${length}: ${rolesIn(change.roles)}` : title;
}

/** Requests as people call them: “CR-3, CR-5”. */
export function namesOf(requestIds: readonly number[]): string {
  return requestIds.map(nameOf).join(", ");
}

/** Names another request in a channel: a bulk without its number, since a reader may be a subject of it. */
export function nameOfOther(requestId: number, { bulks }: Pick<RequestView, "bulks">): string {
  return bulks.has(requestId) ? "a bulk" : nameOf(requestId);
}

export function othersNamed(requestIds: readonly number[], view: Pick<RequestView, "bulks">): string {
  return [...new Set(requestIds.map((id) => nameOfOther(id, view)))].join(", ");
}

/** Whom a request is about: a username, or how many users. */
export function targetWords(request: ChangeRequest): string {
  return isBulk(request) ? `${request.targetCount} users` : quotedUsername(onlyTarget(request).username);
}

/** What Incydr shows once the change is in effect. */
export function describeEffect(change: Change, subject: string): string {
  const username = quotedUsername(subject);
  switch (change.kind) {
    case "deactivate":
      return `${username} is deactivated`;
    case "activate":
      return `${username} is active`;
    case "move":
      return `${username} is in the organization ${quotedName(change.org.name)}`;
    case "add_roles":
      return `${username} holds ${rolesIn(change.roles)}`;
    case "remove_roles":
      return `${username} no longer holds ${rolesIn(change.roles)}`;
    case "replace_roles":
      return `${username} holds exactly ${rolesIn(change.roles)}`;
  }
}

/** Names that a message has room for; the audit log has them all. */
export function rolesIn(roles: readonly { readonly name: string }[]): string {
  const names = roles.slice(0, MOST_NAMES).map(({ name }) => quotedName(name));
  const rest = roles.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

const MOST_NAMES = 12;

/** A length of time in words, in the greatest unit that says it exactly: `1 day`, `90 minutes`. */
export function lengthText(hours: number): string {
  const seconds = Math.round(hours * 3_600);
  for (const [unit, size] of UNITS_OF_TIME) {
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? "" : "s"}`;
  }
  return `${seconds} seconds`;
}
