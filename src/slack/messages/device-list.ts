import type { Answer } from "../../change-requests/index.ts";
import { deviceLine, deviceListTitle, noDevicesText, restOfDevicesText } from "../texts/device-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, type Inline, lines, plain, richText } from "../texts/rich-text.ts";

/** The devices or agents of a user. */
export function deviceList(list: Extract<Answer, { readonly kind: "devices" }>): Message {
  if (list.total === 0) return shortMessage(noDevicesText(list), [plain(noDevicesText(list))]);
  const title = deviceListTitle(list);
  const rest = restOfDevicesText(list).map((text): Inline[] => [plain(text)]);
  const items = list.items.map((device) => bullet(...deviceLine(device)));
  return message(title, [richText(lines([bold(title)]), items, lines(...rest))]);
}
