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
import { describeChange, rolesIn } from "../texts/change-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { pageText } from "../texts/list-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { emptyListText, listedRequestLines, listTitle } from "../texts/request-list-texts.ts";
import { bold, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { bulkCard } from "./bulk-card.ts";
import { buttonsFor } from "./card-buttons.ts";
import { commandButton } from "./help-messages.ts";
import { requestCard } from "./request-card.ts";

/** A page of a list of requests. Each has a button for its details, and a link to its card if the reader can open it. */
export function requestList(list: Extract<Answer, { readonly kind: "requests" }>): Message {
  const { requests, which, older, page, isFrozen } = list;
  const title = requests.length === 0 ? emptyListText(list) : listTitle(which);
  const counted = page && requests.length > 0 ? [[plain(pageText(page, requests.length, "request"))]] : [];
  const heading = requests.length === 0 ? plain(title) : bold(title);
  const blocks: KnownBlock[] = [richText(lines(...frozenLookUpLines(isFrozen), [heading], ...counted))];
  for (const request of requests)
    blocks.push(richText(lines(...listedRequestLines(request))), buttonsOf(request));
  const pages = [
    ...(page && page.previous !== null ? [commandButton("Show newer requests", page.previous)] : []),
    ...(older === null ? [] : [commandButton("Show older requests", older)]),
  ];
  if (pages.length > 0) blocks.push({ type: "actions", elements: pages });
  return message(title, blocks);
}

function buttonsOf({ requestId, url }: ListedRequest): KnownBlock {
  const name = nameOf(requestId);
  const details = commandButton(`Details of ${name}`, `request ${name}`);
  return { type: "actions", elements: url === null ? [details] : [details, cardLink(url)] };
}

/** A request for one reader: its card, what was so before, the buttons that fit the reader, and the link to the card. */
export function requestDetails(slackUserId: string, { view, url, canApprove }: ShownRequest): Message {
  const card = isBulk(view.request) ? bulkCard(view) : requestCard(view);
  const buttons = buttonsFor(slackUserId, view, { canApprove });
  const elements = [...(buttons?.elements ?? []), ...(url === null ? [] : [cardLink(url)])];
  const blocks = card.blocks.filter(({ type }) => type !== "actions" && type !== "divider");
  if (!isBulk(view.request)) blocks.push(richText(lines(...beforeLines(view))));
  if (elements.length > 0) blocks.push({ type: "actions", ...buttons, elements });
  return { text: card.text, blocks };
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
