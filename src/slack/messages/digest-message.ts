import { type DigestLine, isBulk, nameOf } from "../../change-requests/index.ts";
import { CHANGE_TITLES } from "./change-texts.ts";
import { type Message, message } from "./message.ts";
import { bold, bullet, type Inline, lines, link, moment, person, plain, richText } from "./rich-text.ts";

/** A request in a digest, with the address of its card; `null` if it has none. */
export type LinkedLine = DigestLine & { readonly cardUrl: string | null };

/** Requests that one message lists; it says how many more there are. */
const MOST_LISTED = 20;

/**
 * What waits for approvals, in one message: first what is escalated, and to whom. It names no subject and
 * alerts nobody: groups stand in it as plain text.
 */
export function digestMessage(listed: readonly LinkedLine[]): Message {
  const escalated = listed.filter(({ step }) => step === "escalation");
  const reminded = listed.filter(({ step }) => step === "reminder");
  const groups = new Map<string, LinkedLine[]>();
  for (const line of escalated) {
    const asked = line.escalateTo.map((handle) => `@${handle}`).join(", ");
    groups.set(asked, [...(groups.get(asked) ?? []), line]);
  }
  const parts = [...groups].flatMap(([asked, of]) => [
    lines([
      bold(`${waiting(of.length)} for too long. `),
      plain(asked === "" ? "The policies name nobody who is to be asked." : `Asked to decide now: ${asked}.`),
    ]),
    bullets(of),
  ]);
  if (reminded.length > 0)
    parts.push(lines([bold(`${waiting(reminded.length)} for approvals.`)]), bullets(reminded));
  const revoking = listed.filter(({ step }) => step === "revocation");
  if (revoking.length > 0) parts.push(...revocationParts(revoking));
  const summary =
    escalated.length > 0
      ? `${waiting(escalated.length)} for too long`
      : reminded.length > 0
        ? `${waiting(reminded.length)} for approvals`
        : "Roles could not be taken away";
  return message(summary, [richText(...parts)]);
}

/** Roles whose time is up and that are still there, and whom the policies name to hear of it. */
function revocationParts(listed: readonly LinkedLine[]) {
  const asked = [...new Set(listed.flatMap(({ escalateTo }) => escalateTo))].map((handle) => `@${handle}`);
  const to = asked.length > 0 ? ` Told to ${asked.join(", ")}.` : "";
  const rest = listed.length - MOST_LISTED;
  return [
    lines([bold("⏳ Roles could not be taken away at their end. "), plain(`The bot goes on trying.${to}`)]),
    [
      ...listed.slice(0, MOST_LISTED).map(({ request, revoking, cardUrl }) => {
        const name = nameOf(request.id);
        const failed = Math.max(0, ...revoking.map(({ failedAttempts }) => failedAttempts));
        const [first] = revoking;
        return bullet(
          cardUrl ? link(cardUrl, name) : bold(name),
          plain(` · ${failed} failed attempts · end `),
          ...(first ? [moment(first.endsAt)] : []),
        );
      }),
      ...(rest > 0 ? [bullet(plain(`and ${rest} more`))] : []),
    ],
  ];
}

function waiting(count: number): string {
  return count === 1 ? "1 request waits" : `${count} requests wait`;
}

function bullets(of: readonly LinkedLine[]) {
  const rest = of.length - MOST_LISTED;
  return [
    ...of.slice(0, MOST_LISTED).map((line) => bullet(...contentOf(line))),
    ...(rest > 0 ? [bullet(plain(`and ${rest} more`))] : []),
  ];
}

function contentOf({ request, approvalsMissing, cardUrl }: LinkedLine): Inline[] {
  const name = nameOf(request.id);
  const missing = approvalsMissing === 1 ? "1 approval" : `${approvalsMissing} approvals`;
  const many = isBulk(request) ? ` ${request.targetCount} users` : "";
  return [
    cardUrl ? link(cardUrl, name) : bold(name),
    plain(` · ${CHANGE_TITLES[request.change.kind]}${many} · asked for by `),
    person(request.requester.slackUserId),
    plain(" "),
    moment(request.createdAt),
    plain(` · waits for ${missing} · expires `),
    moment(request.expiresAt),
  ];
}
