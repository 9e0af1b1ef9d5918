import type { ActionsBlockElement, KnownBlock } from "@slack/types";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { type Finding, isPrivilegedRole, type Preflight, warningsOf } from "../../subjects/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { rolesIn } from "../texts/change-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { GRANTS_UNKNOWN, moreGrantsText, openGrantLines, type ShownGrant } from "../texts/grant-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { bold, code, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { isSerious, shortList, warningBlocks } from "../texts/subject-warning-texts.ts";

/** Temporary roles and roles on the card, so that it stays within what Slack takes for one message's blocks. */
const MOST_GRANTS_SHOWN = 10;
const MOST_ROLES_SHOWN = 20;

/** The answer to a look-up, with buttons for changes. Only one person sees it. */
export function subjectCard(
  facts: Preflight,
  options: { grants: readonly ShownGrant[] | null; userLinkTemplate: string | null; isFrozen: boolean },
): Message {
  const { grants, userLinkTemplate, isFrozen } = options;
  const privileged = facts.roles.map(({ name }) => name).filter(isPrivilegedRole);
  const warnings = warningsOf(facts, null, { concerned: privileged, given: false });
  const serious = warnings.filter(isSerious);
  const others = warnings.filter((warning) => !isSerious(warning));
  const blocks: KnownBlock[] = [
    {
      type: "header",
      text: { type: "plain_text", text: shortened(quotedName(facts.displayName), 150), emoji: false },
    },
    ...warningBlocks("⚠️ Check first", serious),
    richText(
      lines(
        ...frozenLookUpLines(isFrozen),
        [bold("Username "), plain(quotedUsername(facts.username))],
        [bold("User id "), code(facts.userId)],
        [bold("Status "), plain(statusOf(facts))],
        [bold("Organization "), plain(quotedName(facts.orgName))],
        [bold("Roles "), plain(facts.roles.length === 0 ? "none" : rolesIn(facts.roles, MOST_ROLES_SHOWN))],
        [bold("Devices "), plain(describeFinding(facts.devices, "none active"))],
        [bold("Agents "), plain(describeFinding(facts.agents, "none reporting"))],
        [bold("Legal hold "), plain(describeFinding(facts.legalHold, "no"))],
        [bold("Watchlists "), plain(describeFinding(facts.watchlists, "none"))],
      ),
    ),
  ];
  if (grants === null) blocks.push(richText(lines([plain(GRANTS_UNKNOWN)])));
  else if (grants.length > 0)
    blocks.push(
      richText(
        lines([bold("⏱️ Temporary roles")]),
        openGrantLines(grants.slice(0, MOST_GRANTS_SHOWN), { isFrozen }),
        lines(...(grants.length > MOST_GRANTS_SHOWN ? [moreGrantsText()] : [])),
      ),
    );
  blocks.push(...warningBlocks("⚠️ Warnings", others));
  blocks.push({ type: "actions", elements: buttons(facts, userLinkTemplate) });
  return message(
    `${quotedName(facts.displayName)} (${quotedUsername(facts.username)}): ${statusOf(facts)}`,
    blocks,
  );
}

function buttons(facts: Preflight, userLinkTemplate: string | null): ActionsBlockElement[] {
  const button = (action_id: string, text: string): ActionsBlockElement => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text, emoji: false },
    value: facts.userId,
  });
  const elements = [
    button(ACTION_IDS.addRoles, "Add roles…"),
    button(ACTION_IDS.removeRoles, "Remove roles…"),
    button(ACTION_IDS.replaceRoles, "Replace roles…"),
    button(ACTION_IDS.move, "Move…"),
    facts.active ? button(ACTION_IDS.deactivate, "Deactivate…") : button(ACTION_IDS.activate, "Activate…"),
  ];
  if (userLinkTemplate) {
    const url = userLinkTemplate.replaceAll("{userId}", encodeURIComponent(facts.userId));
    elements.push({ ...button(ACTION_IDS.openLink, "Open in Incydr"), url } as ActionsBlockElement); // a button may carry a url
  }
  return elements;
}

function statusOf({ active, blocked }: Preflight): string {
  return `${active ? "active" : "inactive"}${blocked ? ", blocked" : ""}`;
}

function describeFinding({ fact, names, notAsked }: Finding, none: string): string {
  switch (fact) {
    case "yes":
      return shortList(names);
    case "no":
      return none;
    case "unknown":
      return notAsked ? "unknown (not checked)" : "unknown (could not be read)";
  }
}
