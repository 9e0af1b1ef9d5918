import type { StoredMessage } from "../state/message-store.ts";

/** A message in answers, events and interaction payloads. */
export function messagePayload(
  message: StoredMessage,
  options: { teamId: string; replies?: readonly StoredMessage[]; withMetadata?: boolean },
): Record<string, unknown> {
  const { teamId, replies = [], withMetadata = false } = options;
  return {
    ...(message.botId ? { bot_id: message.botId, app_id: message.appId } : {}),
    type: "message",
    text: message.text,
    user: message.authorId,
    ts: message.ts,
    team: teamId,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
    ...(replies.length > 0
      ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
      : {}),
    ...(message.editedTs ? { edited: { user: message.authorId, ts: message.editedTs } } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}
