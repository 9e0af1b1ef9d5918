import type { KnownBlock } from "@slack/types";
import type { Answer } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { deviceLines, deviceListTitle, noDevicesText, restOfDevicesText } from "../texts/device-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";

/** Devices that fit into what Slack takes for one message's blocks. */
const MOST_DEVICES = 25;
const MOST_PERMISSIONS = 100;
const LONGEST_PERMISSION = 80;

/** The devices or agents of a user. */
export function deviceList(list: Extract<Answer, { readonly kind: "devices" }>): Message {
  const { items } = list;
  if (items.length === 0) return shortMessage(noDevicesText(list), [plain(noDevicesText(list))]);
  const shown = items.slice(0, MOST_DEVICES);
  const rest = restOfDevicesText(list, items.length - shown.length);
  const blocks: KnownBlock[] = [
    richText(
      lines([bold(deviceListTitle(list))]),
      shown.map((device) => bullet(...deviceLines(device))),
      lines(...rest.map((text): Inline[] => [plain(text)])),
    ),
  ];
  return message(deviceListTitle(list), blocks);
}

/** A role that the bot may assign, with its permissions. */
export function roleMessage({ role }: Extract<Answer, { readonly kind: "role" }>): Message {
  const { id, name, permissions } = role;
  const shown = permissions.slice(0, MOST_PERMISSIONS);
  const rest = permissions.length - shown.length;
  const about: Inline[][] = [
    [
      bold(quotedName(name)),
      plain(isPrivilegedRole(name) ? " 🔑 privileged" : ""),
      plain(" "),
      code(shortened(id, 100)),
    ],
    [plain("The bot can add this role to users.")],
    [bold(permissions.length === 0 ? "Incydr names no permissions." : "Permissions")],
  ];
  return message(quotedName(name), [
    richText(
      lines(...about),
      shown.map((permission) => bullet(plain(shortened(permission, LONGEST_PERMISSION)))),
      lines(...(rest > 0 ? [[plain(`… and ${rest} more.`)]] : [])),
    ),
  ]);
}
