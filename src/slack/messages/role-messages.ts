import type { KnownBlock } from "@slack/types";
import type { Answer, ListedPage } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import { LONGEST_COMMAND_TEXT } from "../texts/command-help.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { GRANTS_UNKNOWN } from "../texts/grant-texts.ts";
import { pageText } from "../texts/list-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { bold, bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import {
  heldRoleLine,
  heldRolesTitle,
  holderLines,
  roleLines,
  shownPermissions,
} from "../texts/role-texts.ts";
import { commandButton, pageButtons } from "./command-buttons.ts";

/** Roles on one page, so that they fit into what Slack takes for one message's blocks. Held roles have dates. */
export const ROLES_ON_A_PAGE = 30;
export const HELD_ROLES_ON_A_PAGE = 10;

/** Characters of a role's name or id in a list. */
const LONGEST_NAME = 100;

/** The roles that can be added; privileged roles are marked. */
export function roleList(list: Extract<Answer, { readonly kind: "roles" }>): Message {
  const { roles, isComplete, isFrozen, page = onePage(roles.length) } = list;
  const shown = roles.slice(0, ROLES_ON_A_PAGE);
  const names = shown.map(({ roleId, roleName }): Inline[] => {
    const name = roleName ?? roleId;
    return [
      plain(`${shortened(quotedName(name), LONGEST_NAME)}${isPrivilegedRole(name) ? " 🔑" : ""} `),
      code(shortened(roleId, LONGEST_NAME)),
    ];
  });
  if (!isComplete) names.push([plain("Incydr's list may be incomplete. There may be more roles.")]);
  const title =
    page.total === 0 ? "No roles can be added" : pageText(page, shown.length, "role", " can be added");
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [
        plain(page.total === 0 ? `${title}.` : `${title}. 🔑 means privileged.`),
      ]),
      names.map((name) => bullet(...name)),
    ),
    ...pageButtons(page),
  ]);
}

function onePage(total: number): ListedPage {
  return { first: 1, total, isMore: false, previous: null, next: null };
}

/** The roles that a user holds, with buttons for changes. */
export function heldRoles(list: Extract<Answer, { readonly kind: "held_roles" }>): Message {
  const { userId, roles, page, grants, isFrozen } = list;
  const title = heldRolesTitle(list);
  const button = (action_id: string, text: string) => ({
    ...{ type: "button" as const, action_id, value: userId },
    text: { type: "plain_text" as const, text, emoji: false },
  });
  const buttons = [
    button(ACTION_IDS.addRoles, "Add roles…"),
    ...(page.total === 0
      ? []
      : [button(ACTION_IDS.removeRoles, "Remove roles…"), button(ACTION_IDS.replaceRoles, "Replace roles…")]),
  ];
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [bold(title)]),
      roles.map((role) => bullet(...heldRoleLine(role, grants ?? [], isFrozen))),
      lines(...(grants === null ? [[plain(GRANTS_UNKNOWN)]] : [])),
    ),
    ...pageButtons(page),
    { type: "actions", elements: buttons },
  ]);
}

/** A role that the bot may assign, with its permissions and its holders. */
export function roleMessage({ role, holders }: Extract<Answer, { readonly kind: "role" }>): Message {
  const { shown, rest } = shownPermissions(role.permissions);
  const items = shown.map((permission) => bullet(plain(permission)));
  const command = `users --role "${role.id}"`;
  const hasMore = holders && holders.total > 0 && command.length <= LONGEST_COMMAND_TEXT;
  return message(quotedName(role.name), [
    richText(lines(...roleLines(role)), items, lines(...(rest === null ? [] : [[plain(rest)]]))),
    ...(holders ? [richText(lines(...holderLines(holders)))] : []),
    ...(hasMore
      ? [{ type: "actions", elements: [commandButton("List these users", command)] } satisfies KnownBlock]
      : []),
  ]);
}
