import type { Message } from "../../slack/driver/message-view.ts";

/** A message as lines: its author and place, and its indented text. */
export function messageText(message: Message): string {
  const marks = [
    ...(message.ephemeral ? ["only you"] : []),
    ...(message.threadTs === undefined ? [] : ["in the thread"]),
    ...(message.warning === undefined ? [] : [message.warning]),
  ];
  const head = marks.length > 0 ? `${message.authorName} (${marks.join(", ")})` : message.authorName;
  return `${head}\n${message.plain.replaceAll(/^/gm, "  ")}`;
}
