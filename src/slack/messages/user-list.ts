import type { Button, KnownBlock } from "@slack/types";
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
import { writeExportValue, writePageValue } from "./user-list-page.ts";
import { userMenu } from "./user-menu.ts";

type ListedUser = ListedUsers["users"][number];

/** Characters of the names of one user: the blocks of a page must fit into one message. */
const LONGEST_NAME = 300;

/** A page of users with a menu for each, and how complete and how old the list is. */
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
    ...list.users.map(userSection),
  ];
  if (more !== null) blocks.push(richText(lines([plain(more)])));
  if (list.total > 0) blocks.push({ type: "actions", elements: [...pageButtons(list), exportButton(list)] });
  if (list.age.readUsers > 0)
    blocks.push({
      type: "context",
      elements: [{ type: "plain_text", text: ageText(list), emoji: false }],
    });
  return message(title, blocks);
}

function userSection(user: ListedUser): KnownBlock {
  const { userId, username, displayName } = user;
  const name = shortened(`${quotedName(displayName)} (${quotedUsername(username)})`, LONGEST_NAME);
  const menu = userMenu(userId, user);
  return {
    type: "section",
    block_id: `user:${userId}`,
    text: { type: "plain_text", text: `${name}\n${userFacts(user)}`, emoji: false },
    ...(menu === null ? {} : { accessory: menu }),
  };
}

function exportButton({ filter }: ListedUsers): Button {
  return {
    type: "button",
    action_id: ACTION_IDS.usersExport,
    text: { type: "plain_text", text: "Export CSV", emoji: false },
    value: writeExportValue(filter),
  };
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
