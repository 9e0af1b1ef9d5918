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
import { bold, bullet, type Inline, moment, person, plain, shortened } from "./rich-text.ts";

/** What a card says of roles that are given for a limited time; nothing where none are. */
export function grantLines(view: RequestView): Inline[][] {
  const { request, grants } = view;
  const hours = grantHoursOf(request.change);
  if (hours === null) return [];
  if (request.state !== "done") {
    const counted = `${lengthText(hours)}, counted from when it is carried out. The roles are then taken away again.`;
    return [[bold("For "), plain(counted)]];
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
    ? [plain("ended by "), person(endedBy.slackUserId)]
    : [plain("its time was up "), moment(endsAt)];
  return [
    bold(isFrozen ? "🧊 To be taken away: " : "⏳ Being taken away: "),
    plain(`${quotedName(role.name)}, `),
    ...since,
    plain(`. Nothing is confirmed yet.${waitingText(grant, isFrozen)}`),
    ...(failedAttempts > 0
      ? [bold(` ${failures(failedAttempts)}. `), plain(`The last one: ${shortened(explanation ?? "", 500)}`)]
      : []),
  ];
}

function waitingText({ waitingFor }: Grant, frozen: boolean): string {
  switch (frozen ? "freeze" : waitingFor) {
    case "freeze":
      // The end of a freeze is known before the revocation's turn comes.
      return frozen ? " Waits: all changes to Incydr are frozen." : "";
    case "incydr":
      return " It is tried again.";
    case "subject":
      return " Waits: another change to the same user is under way.";
    case null:
      return "";
  }
}

/** How often a revocation has failed, in words. */
export function failures(count: number): string {
  return count === 1 ? "1 attempt failed" : `${count} attempts failed`;
}

function revokedLine({ role, endedAt, endedBy }: Grant): Inline[] {
  return [
    bold("↩️ Taken away again "),
    ...(endedAt ? [moment(endedAt)] : []),
    plain(`: ${quotedName(role.name)}. Incydr was read again and showed it.`),
    ...(endedBy ? [plain(" Ended by "), person(endedBy.slackUserId), plain(".")] : []),
  ];
}

function supersededLine({ role, endedAt, explanation }: Grant): Inline[] {
  return [
    bold("↪️ Over "),
    ...(endedAt ? [moment(endedAt)] : []),
    plain(
      `: ${quotedName(role.name)}. Nothing is taken away by this request: ${shortened(explanation ?? "", 500)}`,
    ),
  ];
}

/** Roles of the change that the subject held for good before: they aren't this request's to take away. */
function keptLines({ request, grants }: RequestView): Inline[][] {
  const { change } = request;
  const { state } = onlyTarget(request);
  if (change.kind !== "add_roles" || (state !== "verified" && state !== "already")) return [];
  const kept = change.roles.filter(({ id }) => !grants.some(({ role }) => role.id === id));
  if (kept.length === 0) return [];
  return [[bold("📌 Not taken away at the end: "), plain(`${rolesIn(kept)}. The user held it before.`)]];
}

/** What a thread is told of a request's roles when they were given; nothing where they are for good. */
export function givenSuffix({ request, grants }: RequestView): Inline[] {
  if (grantHoursOf(request.change) === null) return [];
  const first = grants.find(({ state }) => state === "active");
  if (first) return [plain("Until "), moment(first.endsAt), plain(". ")];
  // What is over is said by itself.
  if (grants.length > 0) return [];
  return [plain("The user held it before, so nothing is taken away at the end. ")];
}

/** The part of a grant that a list shows; a stored answer has the time as ISO 8601. */
export type ShownGrant = Omit<ListedGrant, "endsAt"> & { readonly endsAt: Date | string };

/** Grants that aren't over, line by line: which role, by which request, until when. */
export function openGrantLines(
  grants: readonly ShownGrant[],
  options: { withSubject: boolean; isFrozen: boolean },
) {
  return grants.map(({ requestId, username, role, state, endsAt }) =>
    bullet(
      plain(
        `${options.withSubject ? `${quotedUsername(username)}: ` : ""}${quotedName(role.name)}, ${nameOf(requestId)}, `,
      ),
      ...(state === "active"
        ? [plain("until "), moment(new Date(endsAt))]
        : [
            plain(options.isFrozen ? "to be taken away since " : "being taken away since "),
            moment(new Date(endsAt)),
          ]),
    ),
  );
}
