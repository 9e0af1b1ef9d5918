import type { ActionsBlock, Button, KnownBlock } from "@slack/types";
import type { ListedUsers } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { USERS_ON_A_PAGE } from "../../subjects/index.ts";
import { ACTION_IDS } from "../ids/registrations.ts";
import {
  ageText,
  filterText,
  listTitle,
  mayMatchText,
  noneText,
  userFacts,
} from "../texts/directory-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { bold, lines, plain, richText, shortened } from "../texts/rich-text.ts";
import { writePageValue } from "./user-list-page.ts";

type ListedUser = ListedUsers["users"][number];

/** A page of users with buttons for each, and how complete and how old the list is. */
export function userListMessage(list: ListedUsers, { isFrozen }: { isFrozen: boolean }): Message {
  const title = list.total === 0 ? noneText(list) : listTitle(list);
  const filter = filterText(list.filter);
  const more = mayMatchText(list);
  const blocks: KnownBlock[] = [
    richText(
      lines(
        ...frozenLookUpLines(isFrozen),
        [list.total === 0 ? plain(title) : bold(title)],
        ...(filter === null ? [] : [[plain(`Filter: ${filter}`)]]),
      ),
    ),
    ...list.users.flatMap(userBlocks),
  ];
  if (more !== null) blocks.push(richText(lines([plain(more)])));
  const pages = pageButtons(list);
  if (pages.length > 0) blocks.push({ type: "actions", elements: pages });
  blocks.push({
    type: "context",
    elements: [{ type: "plain_text", text: ageText(list), emoji: false }],
  });
  return message(title, blocks);
}

function userBlocks(user: ListedUser): KnownBlock[] {
  const { userId, username, displayName, active } = user;
  const name = [bold(quotedName(displayName)), plain(` ${quotedUsername(username)}`)];
  const button = (action_id: string, text: string, value: string): Button => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text, emoji: false },
    accessibility_label: shortened(`${text} ${displayName}`, 75),
    value,
  });
  const actions: ActionsBlock = {
    type: "actions",
    elements: [
      button(ACTION_IDS.runCommand, "Look up", `user ${userId}`),
      button(ACTION_IDS.addRoles, "Add roles…", userId),
      button(ACTION_IDS.removeRoles, "Remove roles…", userId),
      active === false
        ? button(ACTION_IDS.activate, "Activate…", userId)
        : button(ACTION_IDS.deactivate, "Deactivate…", userId),
    ],
  };
  return [richText(lines(name, [plain(userFacts(user))])), actions];
}

function pageButtons({ filter, offset, users, total }: ListedUsers): Button[] {
  const button = (action_id: string, text: string, to: number): Button => ({
    type: "button",
    action_id,
    text: { type: "plain_text", text, emoji: false },
    accessibility_label: `${text} page of users`,
    value: writePageValue({ filter, offset: to }),
  });
  const next = offset + users.length;
  return [
    ...(offset > 0
      ? [button(ACTION_IDS.usersPrevious, "Previous", Math.max(0, offset - USERS_ON_A_PAGE))]
      : []),
    ...(next < total ? [button(ACTION_IDS.usersNext, "Next", next)] : []),
  ];
}
