import type { KnownBlock } from "@slack/types";
import {
  type Answer,
  isBulk,
  type ListedRequest,
  nameOf,
  onlyTarget,
  type RequestView,
  type ShownRequest,
} from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { afterLines, outcomeBullets } from "../texts/after-texts.ts";
import { describeChange, rolesIn } from "../texts/change-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { pageText } from "../texts/list-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { emptyListText, listedRequestLines, listTitle, type Room } from "../texts/request-list-texts.ts";
import { bold, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { bulkCard } from "./bulk-card.ts";
import { buttonsFor } from "./card-buttons.ts";
import { commandButton, pageButtons } from "./command-buttons.ts";
import { requestCard } from "./request-card.ts";

/** A page of a list of requests. Each has a button for its details, and a link to its card if the reader can open it. */
export function requestList(list: RequestAnswer): Message {
  for (const room of WIDER_ROOMS) {
    const shown = requestListIn(list, room);
    if (JSON.stringify(shown.blocks).length <= LONGEST_BLOCKS) return shown;
  }
  return requestListIn(list, NARROWEST_ROOM);
}

type RequestAnswer = Extract<Answer, { readonly kind: "requests" }>;

/** Characters of the blocks of a message as JSON; Slack refuses messages of about 13,200 and more. */
const LONGEST_BLOCKS = 13_000;

/** The rooms for the texts of a request, the widest first. Ten requests fit into a message in the narrowest. */
const WIDER_ROOMS: readonly Room[] = [
  { longestName: 80, mostDeciders: 3 },
  { longestName: 40, mostDeciders: 2 },
];
const NARROWEST_ROOM: Room = { longestName: 20, mostDeciders: 1 };

function requestListIn(list: RequestAnswer, room: Room): Message {
  const { requests, which, older, page, isFrozen } = list;
  const title = requests.length === 0 ? emptyListText(list) : listTitle(which);
  const counted = page && requests.length > 0 ? [[plain(pageText(page, requests.length, "request"))]] : [];
  const heading = requests.length === 0 ? plain(title) : bold(title);
  const blocks: KnownBlock[] = [richText(lines(...frozenLookUpLines(isFrozen), [heading], ...counted))];
  for (const request of requests)
    blocks.push(richText(lines(...listedRequestLines(request, room))), buttonsOf(request));
  const labels = { previous: "Show newer requests", next: "Show older requests" };
  blocks.push(...pageButtons({ previous: page?.previous ?? null, next: older }, labels));
  return message(title, blocks);
}

function buttonsOf({ requestId, url }: ListedRequest): KnownBlock {
  const name = nameOf(requestId);
  const details = commandButton(`Details of ${name}`, `request ${name}`);
  return { type: "actions", elements: url === null ? [details] : [details, cardLink(url)] };
}

/**
 * A request for one reader: its card, the facts before and after the change or the outcome per user of a bulk, the
 * buttons that fit the reader, and the link to the card.
 */
export function requestDetails(slackUserId: string, { view, url, canApprove }: ShownRequest): Message {
  const card = isBulk(view.request) ? bulkCard(view) : requestCard(view);
  const buttons = buttonsFor(slackUserId, view, { canApprove });
  const elements = [...(buttons?.elements ?? []), ...(url === null ? [] : [cardLink(url)])];
  const blocks = card.blocks.filter(({ type }) => type !== "actions" && type !== "divider");
  if (isBulk(view.request)) blocks.push(...outcomesOf(view));
  else blocks.push(richText(lines(...beforeLines(view), ...afterLines(view))));
  if (elements.length > 0) blocks.push({ type: "actions", ...buttons, elements });
  return { text: card.text, blocks };
}

/** The card of a bulk names no user, because others see it. */
function outcomesOf({ request }: RequestView): KnownBlock[] {
  const outcomes = outcomeBullets(request);
  return outcomes.length === 0 ? [] : [richText(lines([bold("Outcome per user")]), outcomes)];
}

/** Characters of each role before the change. */
const LONGEST_ROLE = 60;

/** The facts of the subject on which the decision rests. */
function beforeLines({ request }: RequestView): Inline[][] {
  const { facts } = onlyTarget(request);
  const roles = rolesIn(facts.roles.map(({ name }) => ({ name: shortened(name, LONGEST_ROLE) }))) || "none";
  const status = facts.active ? "active" : "inactive";
  return [
    [bold("Before "), plain(`${status}, organization ${quotedName(facts.orgName)}, roles: ${roles}`)],
    [bold("Requested "), plain(describeChange(request.change))],
  ];
}

function cardLink(url: string) {
  return {
    type: "button" as const,
    action_id: ACTION_IDS.openLink,
    text: { type: "plain_text" as const, text: "Open the card", emoji: false },
    url,
  };
}
