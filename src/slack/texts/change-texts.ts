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

/** The verb of each change: “Deactivate”. */
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

/** The title of a form: its change, or the request that it undoes. */
export function titleOf({
  kind,
  undoes,
  emergency = false,
}: Pick<DraftChoice, "kind" | "undoes" | "emergency">): string {
  if (emergency) return "🚨 Emergency";
  if (undoes !== null) return `Undo ${nameOf(undoes)}`;
  return kind ? CHANGE_TITLES[kind] : "Change";
}

/** A number and its noun: “1 user”, “1,000 users”. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A change without its subject: “Move to Sales”, “Add roles for 8 hours: Alert Emails”. */
export function describeChange(change: Change, namesIn: typeof everyRoleIn = rolesIn): string {
  const title = CHANGE_TITLES[change.kind];
  if (change.kind === "move") return `${title} to ${quotedName(change.org.name)}`;
  const hours = grantHoursOf(change);
  const length = hours === null ? "" : ` for ${lengthText(hours)}`;
  return "roles" in change ? `${title}${length}: ${namesIn(change.roles)}` : title;
}

/** The names of requests: “CR-3, CR-5”. */
export function namesOf(requestIds: readonly number[]): string {
  return requestIds.map(nameOf).join(", ");
}

/** Names another request in a channel. A bulk is named without its number, since a reader may be its subject. */
export function nameOfOther(requestId: number, { bulks }: Pick<RequestView, "bulks">): string {
  return bulks.has(requestId) ? "a bulk change" : nameOf(requestId);
}

export function othersNamed(requestIds: readonly number[], view: Pick<RequestView, "bulks">): string {
  return [...new Set(requestIds.map((id) => nameOfOther(id, view)))].join(", ");
}

/** The subject of a request: a username, or the number of users. */
export function targetWords(request: ChangeRequest): string {
  return isBulk(request) ? count(request.targetCount, "user") : quotedUsername(onlyTarget(request).username);
}

/** The change as a command for a dialog that points to the card if the role names don't fit. */
export function shortInstruction(change: Change, whom: string, longest: number): string {
  const whole = instruction(change, whom);
  if (!("roles" in change) || (whole.length <= longest && change.roles.length <= MOST_NAMES)) return whole;
  return instruction(change, whom, () => `${count(change.roles.length, "role")} (see the card)`);
}

/** A change as a command: “deactivate X”, “add Alert Emails to X for 8 hours”. */
export function instruction(change: Change, whom: string, namesIn = rolesIn): string {
  const hours = grantHoursOf(change);
  const length = hours === null ? "" : ` for ${lengthText(hours)}`;
  switch (change.kind) {
    case "deactivate":
    case "activate":
      return `${change.kind} ${whom}`;
    case "move":
      return `move ${whom} to ${quotedName(change.org.name)}`;
    case "add_roles":
      return `add ${namesIn(change.roles)} to ${whom}${length}`;
    case "remove_roles":
      return `remove ${namesIn(change.roles)} from ${whom}`;
    case "replace_roles":
      return `replace the roles of ${whom} with ${namesIn(change.roles)}`;
  }
}

/** The verbs of an effect: in general, after a change, in the past, and before a change. */
const EFFECT_VERBS = {
  plain: { is: "is", has: "has", lacks: "no longer has" },
  now: { is: "is now", has: "now has", lacks: "no longer has" },
  past: { is: "was", has: "had", lacks: "no longer had" },
  already: { is: "was already", has: "already had", lacks: "did not have" },
} as const;

/** The effect of a change as a clause: “X now has Alert Emails”. */
export function describeEffect(change: Change, subject: string, when: keyof typeof EFFECT_VERBS): string {
  const username = quotedUsername(subject);
  const { is, has, lacks } = EFFECT_VERBS[when];
  switch (change.kind) {
    case "deactivate":
      return `${username} ${is} deactivated`;
    case "activate":
      return `${username} ${is} active`;
    case "move":
      return `${username} ${is} in the organization ${quotedName(change.org.name)}`;
    case "add_roles":
      return `${username} ${has} ${rolesIn(change.roles)}`;
    case "remove_roles":
      return `${username} ${lacks} ${rolesIn(change.roles)}`;
    case "replace_roles":
      return `${username} ${has} exactly these roles: ${rolesIn(change.roles)}`;
  }
}

/** At most `most` role names and the number of the others; the audit log has all. */
export function rolesIn(roles: readonly { readonly name: string }[], most = MOST_NAMES): string {
  const names = roles.slice(0, most).map(({ name }) => quotedName(name));
  const rest = roles.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

const MOST_NAMES = 12;

/** As many role names as a line of a card has room for. */
export function everyRoleIn(roles: readonly { readonly name: string }[]): string {
  const fitting = roles.filter((_, at) => rolesIn(roles.slice(0, at), at).length < LONGEST_ROLES);
  return rolesIn(roles, fitting.length);
}

const LONGEST_ROLES = 1_800;

/** A length of time in the largest unit that is exact: `1 day`, `90 minutes`. */
export function lengthText(hours: number): string {
  const seconds = Math.round(hours * 3_600);
  for (const [unit, size] of UNITS_OF_TIME) {
    if (seconds % size === 0) return count(seconds / size, unit);
  }
  return `${seconds} seconds`;
}
