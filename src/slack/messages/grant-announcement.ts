import { endedAtOf, nameOf, type RequestView, WARNING_TOPIC } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { rolesIn, targetWords } from "../texts/change-texts.ts";
import { failures, lastError } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, lines, moment, person, plain, richText, shortened } from "../texts/rich-text.ts";
import { grantButtons } from "./grant-buttons.ts";

/** The thread update about temporary roles; `undefined` for any other topic. */
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
    ? " If changes are still frozen then, nothing is removed until they are unfrozen."
    : "";
  const headline = `${nameOf(request.id)}: temporary roles end soon`;
  const username = targetWords(request);
  return message(headline, [
    richText(
      lines([
        bold(headline),
        plain(`. ${username} loses ${rolesIn(ending.map(({ role }) => role))} on `),
        moment(first.endsAt),
        plain(`.${whenFrozen} To request more time, use the Extend… button. `),
        person(request.requester.slackUserId),
      ]),
    ),
    { type: "actions", elements: grantButtons(ending, { isFrozen }) },
  ]);
}

/** Replaces a warning whose roles are over; `null` if there was no warning. */
export function warningOver({ request, grants }: RequestView): Message | null {
  const warned = grants.filter(({ warnedAt }) => warnedAt !== null);
  if (warned.length === 0) return null;
  const name = nameOf(request.id);
  const headline = `${name}: this warning about temporary roles no longer applies`;
  return shortMessage(headline, [bold(headline), plain(". See the card.")]);
}

function ended({ request, grants }: RequestView, at: Date): Message | null {
  const over = grants.filter(({ endedAt }) => endedAt?.getTime() === at.getTime());
  const username = targetWords(request);
  const revoked = over.filter(({ state }) => state === "revoked").map(({ role }) => role);
  const others = over.filter(({ state }) => state === "superseded");
  const name = nameOf(request.id);
  const requester = person(request.requester.slackUserId);
  if (revoked.length > 0) {
    const headline = `${name}: temporary roles removed and verified`;
    return shortMessage(headline, [
      bold(headline),
      plain(`. ${username} no longer has ${rolesIn(revoked)}. `),
      requester,
    ]);
  }
  if (others.length === 0) return null;
  const headline = `${name}: temporary roles ended, nothing was removed`;
  return message(headline, [
    richText(
      lines([bold(headline), plain(". "), requester]),
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
  const headline = `${nameOf(request.id)}: roles could not be removed yet`;
  const username = targetWords(request);
  return shortMessage(headline, [
    bold(headline),
    plain(`. ${username} may still have ${rolesIn(revoking.map(({ role }) => role))}. `),
    plain(`${failures(first.failedAttempts)}. ${lastError(first.explanation)} `),
    plain(
      isFrozen
        ? "All changes are frozen. The bot tries again when they are unfrozen. "
        : "The bot keeps trying. ",
    ),
    person(request.requester.slackUserId),
  ]);
}
