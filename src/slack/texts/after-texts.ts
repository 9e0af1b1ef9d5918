import {
  type Change,
  type ChangeRequest,
  confirmedRoles,
  onlyTarget,
  type RequestView,
  type Target,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { OUTCOME_WORDS } from "./bulk-texts.ts";
import { rolesIn } from "./change-texts.ts";
import { bold, bullet, type Inline, moment, plain, shortened } from "./rich-text.ts";

/** Characters of each role, and of each username, after the change. */
const LONGEST_NAME = 60;

/** The facts of the subject that Incydr showed after the change; none before the end of a request with one subject. */
export function afterLines({ request }: RequestView): Inline[][] {
  if (request.state !== "done") return [];
  const target = onlyTarget(request);
  const { text, isRead } = factsAfter(request.change, target);
  const when = isRead && target.settledAt ? [plain(", as Incydr showed on "), moment(target.settledAt)] : [];
  return [[bold("After "), plain(text), ...when, plain(".")]];
}

/** `isRead`: the bot read these facts in Incydr after the change. */
function factsAfter(change: Change, target: Target): { readonly text: string; readonly isRead: boolean } {
  switch (target.state) {
    case "verified":
    case "already":
      return { text: shownFacts(change), isRead: true };
    case "failed":
      // Without a stored part, the last attempt may have had no effect, and the user was not read after it.
      return { text: shownPart(change, target), isRead: target.outstandingRoleIds !== null };
    case "refused":
    case "stale":
    case "skipped":
      return { text: "this request changed nothing", isRead: false };
    case "unknown":
    case "waiting":
    case "executing":
      return { text: "not known yet", isRead: false };
  }
}

function shownFacts(change: Change): string {
  switch (change.kind) {
    case "deactivate":
      return "inactive";
    case "activate":
      return "active";
    case "move":
      return `organization ${quotedName(change.org.name)}`;
    case "add_roles":
      return `has ${names(change.roles)}`;
    case "remove_roles":
      return `no longer has ${names(change.roles)}`;
    case "replace_roles":
      return `roles: ${names(change.roles)}`;
  }
}

/** The roles that a failed change gave and removed all the same. */
function shownPart(change: Change, target: Target): string {
  if (!("roles" in change)) return "without the change";
  const { given, taken } = confirmedRoles(change, target);
  const parts = [
    ...(given.length > 0 ? [`has ${names(given)}`] : []),
    ...(taken.length > 0 ? [`no longer has ${names(taken)}`] : []),
  ];
  return parts.length === 0 ? "without the change" : `only in part: ${parts.join(", ")}`;
}

function names(roles: readonly { readonly name: string }[]): string {
  return rolesIn(roles.map(({ name }) => ({ name: shortened(name, LONGEST_NAME) }))) || "none";
}

/** The users of a bulk that are named with their outcome. */
const MOST_USERS = 10;

/** The states of a target that need attention come first. */
const ATTENTION: readonly Target["state"][] = [
  "failed",
  "refused",
  "unknown",
  "stale",
  "skipped",
  "executing",
];

/** The first users of a begun bulk with their outcome, and the number of the others. */
export function outcomeBullets({ state, targets }: ChangeRequest) {
  if (state !== "executing" && state !== "done") return [];
  const rank = ({ state: of }: Target) => (ATTENTION.includes(of) ? ATTENTION.indexOf(of) : ATTENTION.length);
  const sorted = targets.toSorted((a, b) => rank(a) - rank(b));
  const rest = sorted.length - MOST_USERS;
  return [
    ...sorted
      .slice(0, MOST_USERS)
      .map(({ username, state: of }) =>
        bullet(plain(`${shortened(quotedUsername(username), LONGEST_NAME)}: ${OUTCOME_WORDS[of]}`)),
      ),
    ...(rest > 0
      ? [
          bullet(
            plain(
              `… and ${rest.toLocaleString("en-US")} more. For a file with all of them, use the button List users.`,
            ),
          ),
        ]
      : []),
  ];
}
