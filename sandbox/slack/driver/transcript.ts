import type { Message } from "./message-view.ts";

/**
 * Messages as lines of text, oldest first. Replies are indented below their message. An ephemeral is marked "only you".
 */
export function transcript(messages: readonly Message[]): string {
  const inThread = new Set(messages.flatMap(({ threadTs }) => threadTs ?? []));
  const shown = new Set(messages.map(({ ts }) => ts));
  return messages
    .filter(({ threadTs }) => threadTs === undefined || !shown.has(threadTs))
    .flatMap((message) => [
      lines(message, ""),
      ...(inThread.has(message.ts)
        ? messages.filter(({ threadTs }) => threadTs === message.ts).map((reply) => lines(reply, "    ↳ "))
        : []),
    ])
    .join("\n");
}

function lines(message: Message, prefix: string): string {
  const marks = [message.ephemeral ? "only you" : "", message.edits > 0 ? "edited" : ""].filter(Boolean);
  const head = `${message.authorName}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}: `;
  const indent = " ".repeat(prefix.length + 2);
  return `${prefix}${head}${message.plain.replaceAll("\n", `\n${indent}`)}`;
}
