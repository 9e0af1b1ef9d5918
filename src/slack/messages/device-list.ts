import type { Answer } from "../../change-requests/index.ts";
import {
  deviceCells,
  deviceHeaders,
  deviceListTitle,
  deviceOrderText,
  noDevicesText,
  restOfDevicesText,
} from "../texts/device-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, type Inline, lines, plain, richText } from "../texts/rich-text.ts";
import { pageButtons } from "./command-buttons.ts";

type DeviceList = Extract<Answer, { readonly kind: "devices" }>;

/** A page of the devices or agents of a user, as a table. */
export function deviceList(list: DeviceList): Message {
  const { of, items, total, order, previous = null, next = null, isFrozen = false } = list;
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
    ...pageButtons({ previous, next }),
  ]);
}
