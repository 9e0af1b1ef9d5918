import type { Button, KnownBlock } from "@slack/types";
import type { Answer, FoundOrg, ListedOrgs, ShownOrg } from "../../change-requests/index.ts";
import { isIdShaped } from "../../incydr/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { LONGEST_FILTER_TEXT, ORGS_ON_A_PAGE } from "../../subjects/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import {
  noOrgsText,
  orgFacts,
  orgFilterText,
  orgLines,
  orgListTitle,
  orgNotFoundText,
  orgsAgeText,
  WHICH_ORG,
} from "../texts/org-texts.ts";
import { bold, code, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { commandButton } from "./help-messages.ts";
import { writeOrgPageValue } from "./org-list-page.ts";

/** Characters of a button's label, and of a name beside an id in it. */
const LONGEST_LABEL = 75;
const LONGEST_NAME_BESIDE_ID = 35;

type OrgAnswer = Extract<Answer, { readonly kind: "org" | "orgs" | "which_org" }>;

/** The answer to a command about organizations. */
export function orgAnswer(answer: OrgAnswer): Message {
  switch (answer.kind) {
    case "org":
      return orgMessage(answer.found, answer);
    case "orgs":
      return orgListMessage(answer.list, answer);
    case "which_org":
      return shortMessage("Which organization?", [
        plain(WHICH_ORG),
        plain(" To list all, use "),
        code("/incydr orgs"),
      ]);
  }
}

/** An organization with its buttons, or the organizations that the typed text may mean. */
export function orgMessage(found: FoundOrg, { isFrozen }: { isFrozen: boolean }): Message {
  const frozen = frozenLookUpLines(isFrozen);
  if (found.org) {
    const elements = buttonsOf(found.org);
    return message(quotedName(found.org.name), [
      richText(lines(...frozen, ...orgLines(found.org))),
      ...(elements.length > 0 ? [{ type: "actions" as const, elements }] : []),
    ]);
  }
  const { why, choices } = found;
  const text = orgNotFoundText(found);
  // Organizations of one name differ only by their ids.
  const label = ({ id, name }: (typeof choices)[number]) =>
    why === "ambiguous" ? `${shortened(quotedName(name), LONGEST_NAME_BESIDE_ID)} · ${id}` : quotedName(name);
  const elements = choices.map((choice) =>
    commandButton(shortened(label(choice), LONGEST_LABEL), `org ${choice.id}`),
  );
  return message(text, [
    richText(lines(...frozen, [plain(text)])),
    ...(elements.length > 0 ? [{ type: "actions" as const, elements }] : []),
  ]);
}

function buttonsOf(org: ShownOrg): Button[] {
  const named = typedName(org);
  return [
    ...(named === null ? [] : [commandButton("Users in this organization", `users --org ${named}`)]),
    ...(org.parent && isIdShaped(org.parent.id)
      ? [commandButton("Show the parent", `org ${org.parent.id}`)]
      : []),
  ];
}

/** Quotes around a name, and blanks, are no part of it for a command, and quotes inside can end it. */
const NOT_TYPABLE = /^[\s'`‘’‚‛‹›]|["“”„‟«»]|[\s'`‘’‚‛‹›]$/u;

/** The name in quotes, or else the id, as an option's text; `null` if neither can be typed. */
function typedName({ id, name }: ShownOrg): string | null {
  if (name.length <= LONGEST_FILTER_TEXT && !NOT_TYPABLE.test(name)) return `"${name}"`;
  return isIdShaped(id) && id.length <= LONGEST_FILTER_TEXT ? id : null;
}

/** A page of organizations with a button for each, and how complete and how old the list is. */
export function orgListMessage(list: ListedOrgs, { isFrozen }: { isFrozen: boolean }): Message {
  const title = list.total === 0 ? noOrgsText(list) : orgListTitle(list);
  const filter = orgFilterText(list.text);
  const blocks: KnownBlock[] = [
    richText(
      lines(
        ...frozenLookUpLines(isFrozen),
        [list.total === 0 ? plain(title) : bold(title)],
        ...(filter === null ? [] : [[plain(filter)]]),
      ),
    ),
    ...list.orgs.map(orgSection),
  ];
  const pages = pageButtons(list);
  if (pages.length > 0) blocks.push({ type: "actions", elements: pages });
  if (list.age.readOrgs > 0)
    blocks.push({
      type: "context",
      elements: [{ type: "plain_text", text: orgsAgeText(list.age), emoji: false }],
    });
  return message(title, blocks);
}

function orgSection(org: ListedOrgs["orgs"][number]): KnownBlock {
  const name = quotedName(org.orgName);
  return {
    type: "section",
    block_id: `org:${org.orgGuid}`,
    text: { type: "plain_text", text: `${name}\n${orgFacts(org)}`, emoji: false },
    accessory: {
      ...commandButton("Show", `org ${org.orgGuid}`),
      accessibility_label: shortened(`Show the organization ${name}`, LONGEST_LABEL),
    },
  };
}

function pageButtons({ text, offset, orgs, total }: ListedOrgs): Button[] {
  const button = (action_id: string, label: string, to: number): Button => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text: label, emoji: false },
    accessibility_label: `${label} page of organizations`,
    value: writeOrgPageValue({ text, offset: to }),
  });
  const next = offset + orgs.length;
  return [
    ...(offset > 0
      ? [button(ACTION_IDS.orgsPrevious, "Previous", Math.max(0, offset - ORGS_ON_A_PAGE))]
      : []),
    ...(next < total ? [button(ACTION_IDS.orgsNext, "Next", next)] : []),
  ];
}
