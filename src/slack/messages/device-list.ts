import type { KnownBlock } from "@slack/types";
import type { Answer } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import {
  deviceCells,
  deviceHeaders,
  deviceListTitle,
  deviceOrderText,
  noDevicesText,
  restOfDevicesText,
  roleLines,
  shownPermissions,
} from "../texts/device-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, type Inline, lines, plain, richText } from "../texts/rich-text.ts";
import { commandButton } from "./help-messages.ts";

type DeviceList = Extract<Answer, { readonly kind: "devices" }>;

/** A page of the devices or agents of a user, as a table. */
export function deviceList(list: DeviceList): Message {
  const { of, items, total, order, isFrozen = false } = list;
  const frozen = frozenLookUpLines(isFrozen);
  if (total === 0) return shortMessage(noDevicesText(list), ...frozen, [plain(noDevicesText(list))]);
  const title = deviceListTitle(list);
  const sorting = order === undefined ? [] : [[plain(deviceOrderText(order))]];
  const rest = restOfDevicesText(list).map((text): Inline[] => [plain(text)]);
  return message(title, [
    richText(lines(...frozen, [bold(title)], ...sorting)),
    {
      type: "table",
      column_settings: [{ is_wrapped: true }, { is_wrapped: true }],
      rows: [deviceHeaders(of), ...items.map((device) => deviceCells(of, device))],
    },
    ...(rest.length > 0 ? [richText(lines(...rest))] : []),
    ...pageButtons(list),
  ]);
}

/** A block of each button: two buttons of one block can't have the same `action_id`. */
function pageButtons({ previous = null, next = null }: DeviceList): KnownBlock[] {
  const button = (label: string, text: string | null): KnownBlock[] =>
    text === null ? [] : [{ type: "actions", elements: [commandButton(label, text)] }];
  return [...button("Previous", previous), ...button("Next", next)];
}

/** A role that the bot may assign, with its permissions. */
export function roleMessage({ role }: Extract<Answer, { readonly kind: "role" }>): Message {
  const { shown, rest } = shownPermissions(role.permissions);
  const items = shown.map((permission) => bullet(plain(permission)));
  return message(quotedName(role.name), [
    richText(lines(...roleLines(role)), items, lines(...(rest === null ? [] : [[plain(rest)]]))),
  ]);
}
