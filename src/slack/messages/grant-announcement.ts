import { endedAtOf, nameOf, type RequestView, WARNING_TOPIC } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { rolesIn, targetWords } from "../texts/change-texts.ts";
import { failures } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, lines, moment, person, plain, richText, shortened } from "../texts/rich-text.ts";
import { grantButtons } from "./grant-buttons.ts";

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
