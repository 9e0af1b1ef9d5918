import {
  type Grant,
  grantHoursOf,
  type ListedGrant,
  nameOf,
  onlyTarget,
  type RequestView,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { lengthText, rolesIn } from "./change-texts.ts";
import { bold, bullet, code, type Inline, moment, person, plain, shortened } from "./rich-text.ts";

/** The lines of a card about temporary roles; none for other requests. */
export function grantLines(view: RequestView): Inline[][] {
  const { request, grants } = view;
  const hours = grantHoursOf(request.change);
  if (hours === null || ["denied", "cancelled", "expired"].includes(request.state)) return [];
  if (request.state !== "done") {
    const meaning = "starting when the change is made. Then the roles are removed.";
    return [[bold("⏱️ Temporary: "), plain(`${lengthText(hours)}, ${meaning}`)]];
  }
  const byState = (state: Grant["state"]) => grants.filter((grant) => grant.state === state);
  return [
    ...activeLines(byState("active")),
    ...byState("revoking").map((grant) => revokingLine(grant, view)),
    ...byState("revoked").map(revokedLine),
    ...byState("superseded").map(supersededLine),
    ...keptLines(view),
  ];
}

function activeLines(active: readonly Grant[]): Inline[][] {
  const [first] = active;
  if (!first) return [];
  const names = rolesIn(active.map(({ role }) => role));
  return [[bold("⏱️ Until "), moment(first.endsAt), plain(`: ${names}.`)]];
}

function revokingLine(grant: Grant, { isFrozen }: RequestView): Inline[] {
  const { role, endsAt, endedBy, failedAttempts, explanation } = grant;
  const since: Inline[] = endedBy
    ? [plain("ended early by "), person(endedBy.slackUserId)]
    : [plain("expired "), moment(endsAt)];
  return [
    bold(isFrozen ? "🧊 To be removed: " : "⏳ Being removed: "),
    plain(`${quotedName(role.name)}, `),
    ...since,
    plain(`. Not confirmed yet.${waitingText(grant, isFrozen)}`),
    ...(failedAttempts > 0 ? [bold(` ${failures(failedAttempts)}. `), plain(lastError(explanation))] : []),
  ];
}

function waitingText({ waitingFor }: Grant, frozen: boolean): string {
  switch (frozen ? "freeze" : waitingFor) {
    case "freeze":
      // The freeze may be over before the revocation job has noticed.
      return frozen ? " Waiting: all changes are frozen." : "";
    case "incydr":
      return " The bot tries again.";
    case "subject":
      return " Waiting: another change to the same user is in progress.";
    case null:
      return "";
  }
}

/** How often a revocation has failed, in words. */
export function failures(count: number): string {
  return count === 1 ? "1 attempt failed" : `${count} attempts failed`;
}

/** Why the last attempt to remove roles failed; empty if that is not stored. */
export function lastError(explanation: string | null): string {
  return explanation ? `The last error: ${shortened(explanation, 500)}` : "";
}

function revokedLine({ role, endedAt, endedBy }: Grant): Inline[] {
  return [
    ...(endedBy
      ? [bold("↩️ Removed early by "), person(endedBy.slackUserId), plain(" ")]
      : [bold("↩️ Removed ")]),
    ...(endedAt ? [moment(endedAt)] : []),
    plain(`: ${quotedName(role.name)}. Verified in Incydr.`),
  ];
}

function supersededLine({ role, endedAt, explanation }: Grant): Inline[] {
  return [
    bold("↪️ Ended "),
    ...(endedAt ? [moment(endedAt)] : []),
    plain(`: ${quotedName(role.name)}. This request removes nothing: ${shortened(explanation ?? "", 500)}`),
  ];
}

/** Roles of the change that the subject already held permanently; this request doesn't remove them. */
function keptLines({ request, grants }: RequestView): Inline[][] {
  const { change } = request;
  const { state } = onlyTarget(request);
  if (change.kind !== "add_roles" || (state !== "verified" && state !== "already")) return [];
  const kept = change.roles.filter(({ id }) => !grants.some(({ role }) => role.id === id));
  if (kept.length === 0) return [];
  return [
    [
      bold("📌 Kept at the end: "),
      plain(`${rolesIn(kept)}. The user already had ${kept.length === 1 ? "it" : "them"}.`),
    ],
  ];
}

/** The end of the thread update about given temporary roles; empty if they are permanent. */
export function givenSuffix({ request, grants }: RequestView): Inline[] {
  if (grantHoursOf(request.change) === null) return [];
  const first = grants.find(({ state }) => state === "active");
  if (first) return [plain("Until "), moment(first.endsAt), plain(". ")];
  // A separate thread update tells the roles that are over.
  if (grants.length > 0) return [];
  return [plain("The user already had every requested role, so nothing is removed at the end. ")];
}

/** The part of a grant that a list shows; a stored answer has the time as ISO 8601. */
export type ShownGrant = Omit<ListedGrant, "endsAt"> & { readonly endsAt: Date | string };

export const GRANTS_UNKNOWN = "The bot couldn't check for temporary roles. Try again later.";

/** Open grants of one user, a line each: the role, its request and its end. */
export function openGrantLines(grants: readonly ShownGrant[], options: { isFrozen: boolean }) {
  return grants.map((grant) =>
    bullet(plain(`${quotedName(grant.role.name)}, `), ...requestedGrant(grant, options.isFrozen)),
  );
}

/** The request of an open grant, and its end. */
export function requestedGrant({ requestId, state, endsAt }: ShownGrant, isFrozen: boolean): Inline[] {
  const until = state === "active" ? "until " : isFrozen ? "removal due since " : "being removed since ";
  return [plain(`${nameOf(requestId)}, ${until}`), moment(new Date(endsAt))];
}

/** Open grants of one request in the same state, for a list: the user, the roles, the request and the end. */
export function listedGrantLine(
  grants: readonly ShownGrant[],
  { withSubject, isFrozen }: { withSubject: boolean; isFrozen: boolean },
): Inline[] {
  const [first] = grants;
  if (!first) return [];
  const whose = withSubject ? `${shortened(quotedUsername(first.username), LONGEST_LISTED_NAME)}: ` : "";
  return [
    plain(`${whose}${fittingRoles(grants.map(({ role }) => role))}, `),
    ...requestedGrant(first, isFrozen),
  ];
}

/** Characters of a username and of a role in a list, and of the JSON of all roles in one line. */
const LONGEST_LISTED_NAME = 80;
const LONGEST_LISTED_ROLES = 400;

/** As many role names as a line of a list has room for, and the number of the others. */
function fittingRoles(roles: readonly { readonly name: string }[]): string {
  const short = roles.map(({ name }) => ({ name: shortened(name, LONGEST_LISTED_NAME) }));
  const fits = (most: number) => JSON.stringify(rolesIn(short, most)).length <= LONGEST_LISTED_ROLES;
  let most = 1;
  while (most < short.length && fits(most + 1)) most += 1;
  return rolesIn(short, most);
}

/** The end of a list that has not all temporary roles. */
export function moreGrantsText(): Inline[] {
  return [
    plain("There are more temporary roles. To list those of one user, use "),
    code("/incydr grants <who>"),
  ];
}
