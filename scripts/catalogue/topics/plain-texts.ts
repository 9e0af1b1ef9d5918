import type { RichTextElement } from "@slack/types";
import type { ListedDevice } from "../../../src/change-requests/index.ts";
import { deviceList } from "../../../src/slack/messages/device-list.ts";
import { plainForms } from "../../../src/slack/messages/plain-form.ts";
import { userListMessage } from "../../../src/slack/messages/user-list.ts";
import { type Message, message, shortMessage } from "../../../src/slack/texts/message.ts";
import { bullet, lines, link, moment, plain, quote, richText } from "../../../src/slack/texts/rich-text.ts";
import { joined, type Topic } from "../entries.ts";
import { AT, listedUsersOf } from "../fixtures.ts";
import { inOrder } from "../recorder.ts";

const LAPTOP: ListedDevice = {
  ...{ name: "NADIA-LAPTOP", host: "nadia-laptop", active: true, blocked: false, os: "Windows 11" },
  ...{ version: "11.4", lastConnected: "2026-10-01T00:00:00.000Z", alertState: 0, issues: [] },
};

/** Answers as plain text, because Slack refused their blocks. */
export function plainTexts(): Topic {
  const elements: RichTextElement[] = [
    { type: "user", user_id: "U0MAYA" },
    { type: "channel", channel_id: "C0APPROVE" },
    { type: "usergroup", usergroup_id: "S0LEADS" },
    { type: "emoji", name: "wave" },
  ];
  const refused: Readonly<Record<string, Message>> = {
    "a table": deviceList({
      ...{ kind: "devices", of: "device", username: "nadia.petrov@harborlight.example", isFiltered: false },
      ...{ items: [LAPTOP, LAPTOP], total: 3, isComplete: true, offset: 0, isFrozen: false },
      order: { by: "name", isDescending: false },
      next: "devices nadia.petrov@harborlight.example --page 2",
    }),
    "menus beside users": userListMessage(listedUsersOf(), { isFrozen: false }),
    "long texts": shortMessage(
      "Long texts",
      ["x".repeat(1_700), "y".repeat(1_700)].map((text) => plain(text)),
      [plain("z".repeat(200))],
    ),
    "every kind of block": message("A message", [
      { type: "header", text: { type: "plain_text", text: "A header" } },
      { type: "divider" },
      richText(lines(elements, quote("two\nlines")), [
        bullet(link("https://incydr.example", "A link")),
        bullet(moment(AT.asked)),
      ]),
      { type: "context", elements: [{ type: "plain_text", text: "A note" }] },
    ]),
  };
  return joined(...Object.entries(refused).map(([name, said]) => inOrder(name, plainForms(said))));
}
