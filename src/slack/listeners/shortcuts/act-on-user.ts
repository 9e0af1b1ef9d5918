import { readTypedUser } from "../../../subjects/index.ts";
import { chooseSubjectView } from "../../views/choose-subject-view.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ShortcutListener } from "../listener.ts";
import { sendNotOpened } from "../views/open-change.ts";

/** The most names that the form offers. */
const MOST_NAMES = 20;

/** Slack's limit for the value of an option, in characters. */
const LONGEST_NAME = 150;

// Usernames are not always ASCII.
const LOCAL_PART = /^[\p{L}\p{N}\p{M}._%+'-]$/u;
const DOMAIN = /^[\p{L}\p{N}.-]$/u;

/** “Act on this user” in a message's menu. The card of the request is posted in that message's thread. */
export const actOnUser: ShortcutListener = async (deps, { ack, shortcut }) => {
  await ack();
  if (!(await isFirstDelivery(deps, shortcut))) return;
  const { channel, message, user, trigger_id } = shortcut;
  const threadTs = typeof message.thread_ts === "string" ? message.thread_ts : shortcut.message_ts;
  const place = { channelId: channel.id, threadTs };
  try {
    const draft = await deps.startDraft({ slackUserId: user.id, place, who: null, kind: null });
    const view = chooseSubjectView(draft.id, namesInMessage(message), {
      isFrozen: await deps.isFrozen(),
    });
    await deps.api.posting.views.open({ trigger_id, view });
  } catch (error) {
    const answered = { responseUrl: shortcut.response_url, slackUserId: user.id, place };
    await sendNotOpened(deps, answerTo(deps, answered), error);
  }
};

/** The different e-mail addresses of a message in their order, from its text, blocks and attachments. */
export function namesInMessage(message: unknown): string[] {
  const names = new Set<string>();
  for (const text of textsIn(message)) {
    for (const address of addressesIn(text)) {
      const user = readTypedUser(address);
      if (!("who" in user) || user.who.length > LONGEST_NAME) continue;
      names.add(user.who.toLowerCase());
      if (names.size === MOST_NAMES) return [...names];
    }
  }
  return [...names];
}

/** Reads to both sides of each @. A regular expression would start again at each letter of a long word. */
function* addressesIn(text: string): Generator<string> {
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let from = at;
    while (from > 0 && at - from <= LONGEST_NAME) {
      const character = characterBefore(text, from);
      if (!LOCAL_PART.test(character)) break;
      from -= character.length;
    }
    let to = at + 1;
    while (to < text.length && to - at <= LONGEST_NAME) {
      const character = String.fromCodePoint(text.codePointAt(to) ?? 0);
      if (!DOMAIN.test(character)) break;
      to += character.length;
    }
    const domain = domainOf(text.slice(at + 1, to));
    if (from < at && domain) yield `${text.slice(from, at)}@${domain}`;
  }
}

function characterBefore(text: string, index: number): string {
  const isPair =
    index > 1 &&
    text.slice(index - 2, index).isWellFormed() &&
    /[\uDC00-\uDFFF]/.test(text.charAt(index - 1));
  return text.slice(index - (isPair ? 2 : 1), index);
}

/** The labels up to the first empty one; `null` if there are not two. */
function domainOf(text: string): string | null {
  const labels = text.split(".");
  const end = labels.indexOf("");
  const kept = end < 0 ? labels : labels.slice(0, end);
  return kept.length > 1 ? kept.join(".") : null;
}

function* textsIn(value: unknown): Generator<string> {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === "string") yield next;
    else if (typeof next === "object" && next !== null) waiting.push(...Object.values(next).reverse());
  }
}
