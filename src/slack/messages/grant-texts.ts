import {
  endedAtOf,
  type Grant,
  grantHoursOf,
  nameOf,
  onlyTarget,
  type RequestView,
  WARNING_TOPIC,
} from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { rolesIn, targetWords } from "./change-texts.ts";
import { grantButtons } from "./grant-buttons.ts";
import { lengthText } from "./length-text.ts";
import { type Message, message, shortMessage } from "./message.ts";
import { bold, bullet, type Inline, lines, moment, person, plain, richText } from "./rich-text.ts";
import { shortened } from "./shortened.ts";

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

function failures(count: number): string {
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

/** What is said in a thread of roles that were given for a limited time; `undefined` for any other topic. */
export function grantAnnouncement(view: RequestView, topic: string): Message | null | undefined {
  if (topic === WARNING_TOPIC) return warning(view);
  const endedAt = endedAtOf(topic);
  if (endedAt) return ended(view, endedAt);
  return topic.startsWith("grants_overdue:") ? overdue(view) : undefined;
}

function warning({ request, grants, isFrozen }: RequestView): Message | null {
  const ending = grants.filter(({ state, warnedAt }) => state === "active" && warnedAt !== null);
  const [first] = ending;
  if (!first) return null;
  const whenFrozen = isFrozen
    ? " All changes are frozen; if they still are then, the role stays until they are unfrozen."
    : "";
  const headline = `${nameOf(request.id)}: ends soon`;
  const username = targetWords(request);
  return message(headline, [
    richText(
      lines([
        bold(headline),
        plain(`. ${username} loses ${rolesIn(ending.map(({ role }) => role))} `),
        moment(first.endsAt),
        plain(`.${whenFrozen} Extend asks for more time, with an approval of its own. `),
        person(request.requester.slackUserId),
      ]),
    ),
    { type: "actions", elements: grantButtons(ending, { isFrozen }) },
  ]);
}

/** The replacement of a warning when nothing of it is left to be ended; `null` where it was never given. */
export function warningOver({ request, grants }: RequestView): Message | null {
  const warned = grants.filter(({ warnedAt }) => warnedAt !== null);
  if (warned.length === 0) return null;
  const name = nameOf(request.id);
  const headline = `${name}: its time was about to end`;
  return shortMessage(headline, [bold(headline), plain(". Its card says what became of it.")]);
}

function ended({ request, grants }: RequestView, at: Date): Message | null {
  const over = grants.filter(({ endedAt }) => endedAt?.getTime() === at.getTime());
  const username = targetWords(request);
  const revoked = over.filter(({ state }) => state === "revoked").map(({ role }) => role);
  const others = over.filter(({ state }) => state === "superseded");
  const name = nameOf(request.id);
  const requester = person(request.requester.slackUserId);
  if (revoked.length > 0) {
    const shown = `. Incydr was read again and shows it: ${username} no longer holds ${rolesIn(revoked)}. `;
    return shortMessage(`${name}: taken away again`, [
      bold(`${name}: taken away again`),
      plain(shown),
      requester,
    ]);
  }
  if (others.length === 0) return null;
  const headline = `${name}: over, and nothing was taken away by it`;
  return message(headline, [
    richText(
      lines([bold(headline), plain(" "), requester]),
      others.map(({ role, explanation }) =>
        bullet(plain(`${quotedName(role.name)}: ${shortened(explanation ?? "", 500)}`)),
      ),
    ),
  ]);
}

function overdue({ request, grants, isFrozen }: RequestView): Message | null {
  const revoking = grants.filter(({ state, failedAttempts }) => state === "revoking" && failedAttempts > 0);
  const [first] = revoking;
  if (!first) return null;
  const headline = `${nameOf(request.id)}: could not be taken away yet`;
  const username = targetWords(request);
  return shortMessage(headline, [
    bold(headline),
    plain(`. It isn't confirmed that ${username} has lost ${rolesIn(revoking.map(({ role }) => role))}. `),
    plain(`${failures(first.failedAttempts)}, the last one: ${shortened(first.explanation ?? "", 500)} `),
    plain(
      isFrozen
        ? "All changes are frozen; the bot tries again when they are unfrozen. "
        : "The bot goes on trying. ",
    ),
    person(request.requester.slackUserId),
  ]);
}

/** Grants that aren't over, line by line: which role, by which request, until when. */
export function openGrantLines(
  grants: readonly Grant[],
  options: { withSubject: boolean; isFrozen: boolean },
) {
  return grants.map(({ requestId, username, role, state, endsAt }) =>
    bullet(
      plain(
        `${options.withSubject ? `${quotedUsername(username)}: ` : ""}${quotedName(role.name)}, ${nameOf(requestId)}, `,
      ),
      ...(state === "active"
        ? [plain("until "), moment(endsAt)]
        : [plain(options.isFrozen ? "to be taken away since " : "being taken away since "), moment(endsAt)]),
    ),
  );
}
