import type { Button, KnownBlock } from "@slack/types";
import type { Answer, FoundOrg, ListedOrgs, ShownOrg } from "../../change-requests/index.ts";
import { isIdShaped } from "../../incydr/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { LONGEST_FILTER_TEXT, ORGS_ON_A_PAGE } from "../../subjects/index.ts";
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
import { commandButton, pageButtons } from "./command-buttons.ts";

/** Characters of a button's label for screen readers. */
const LONGEST_LABEL = 75;

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
  if (found.org)
    return message(quotedName(found.org.name), [
      richText(lines(...frozen, ...orgLines(found.org))),
      // Slack takes an `action_id` only once in each block.
      ...buttonsOf(found.org).map((button): KnownBlock => ({ type: "actions", elements: [button] })),
    ]);
  const text = orgNotFoundText(found);
  return message(text, [
    richText(lines(...frozen, [plain(text)])),
    // Organizations of one name differ only by their ids.
    ...found.choices.map(({ id, name }) => sectionWithButton({ id, name, facts: id })),
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

/**
 * The id, or else the name in quotes, as an option's text; `null` if neither can be typed. Several organizations may
 * have one name.
 */
function typedName({ id, name }: ShownOrg): string | null {
  if (isIdShaped(id) && id.length <= LONGEST_FILTER_TEXT) return id;
  return name.length <= LONGEST_FILTER_TEXT && !NOT_TYPABLE.test(name) ? `"${name}"` : null;
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
    ...list.orgs.map((org) =>
      sectionWithButton({ id: org.orgGuid, name: org.orgName, facts: orgFacts(org) }),
    ),
  ];
  blocks.push(...pageButtons(pagesBeside(list)));
  if (list.age.readOrgs > 0)
    blocks.push({
      type: "context",
      elements: [{ type: "plain_text", text: orgsAgeText(list.age), emoji: false }],
    });
  return message(title, blocks);
}

/** An organization of a list with a button that shows it. */
function sectionWithButton({ id, name, facts }: { id: string; name: string; facts: string }): KnownBlock {
  const shown = quotedName(name);
  return {
    type: "section",
    block_id: `org:${id}`,
    text: { type: "plain_text", text: `${shown}\n${facts}`, emoji: false },
    accessory: {
      ...commandButton("Show", `org ${id}`),
      accessibility_label: shortened(`Show the organization ${shown}`, LONGEST_LABEL),
    },
  };
}

/** The texts of the commands for the pages beside the shown one. */
function pagesBeside({ text, offset, orgs, total }: ListedOrgs): {
  previous: string | null;
  next: string | null;
} {
  const page = Math.floor(offset / ORGS_ON_A_PAGE) + 1;
  const again = text === null ? "orgs" : `orgs "${text}"`;
  return {
    previous: page > 1 ? `${again} --page ${page - 1}` : null,
    next: offset + orgs.length < total ? `${again} --page ${page + 1}` : null,
  };
}
