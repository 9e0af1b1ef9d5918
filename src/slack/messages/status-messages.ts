import type { BotStatus, WhoAmI } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { type Message, message } from "../texts/message.ts";
import { bold, bullet, lines, plain, richText } from "../texts/rich-text.ts";
import {
  failingPart,
  freezeLines,
  limitLine,
  partsLines,
  permittedText,
  queueLines,
  versionLines,
  whoAmILines,
  whoAmINote,
} from "../texts/status-texts.ts";

/** The state of the bot. */
export function statusMessage(status: BotStatus): Message {
  const failing = status.parts.filter(({ state }) => state === "failing");
  const before = [[bold("Status of the bot")], ...freezeLines(status), ...partsLines(status.parts)];
  const after = [...queueLines(status), limitLine(status), ...versionLines(status)];
  const block =
    failing.length === 0
      ? richText(lines(...before, ...after))
      : richText(
          lines(...before),
          failing.map((part) => bullet(...failingPart(part))),
          lines(...after),
        );
  return message("Status of the bot", [block]);
}

/** The Incydr user and the groups of the reader, and the actions that the policies permit. */
export function whoAmIMessage(me: WhoAmI): Message {
  return message(`You are ${quotedName(me.displayName)}`, [
    richText(
      lines(...whoAmILines(me), [bold("The policies let you")]),
      me.may.map((permitted) => bullet(plain(permittedText(permitted)))),
    ),
    { type: "context", elements: [{ type: "plain_text", text: whoAmINote(me), emoji: false }] },
  ]);
}
