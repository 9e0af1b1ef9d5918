import { pingsIn } from "../render/pings.ts";
import type { MessageContent, MessageOrigin, StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";

/** The place of a message whose author is the bot. */
export type AppMessageOrigin = Omit<MessageOrigin, "authorId" | "botId" | "appId">;

/** Adds a message of the bot, and records the notifications of its markup. An ephemeral causes none. */
export function postAsApp(
  state: SlackState,
  origin: AppMessageOrigin,
  content: MessageContent,
): StoredMessage {
  const { botUserId, botId, appId } = state.workspace.app;
  const message = state.messages.add({ ...origin, authorId: botUserId, botId, appId }, content);
  recordPings(state, message);
  return message;
}

/** Replaces the content of a message of the bot and records the notifications of the new markup. */
export function editAsApp(state: SlackState, message: StoredMessage, content: MessageContent): void {
  state.messages.edit(message, content);
  recordPings(state, message);
}

function recordPings(state: SlackState, message: StoredMessage): void {
  if (message.ephemeralFor !== undefined) return;
  const { channelId, ts } = message;
  state.pings.push(...pingsIn(message).map((ping) => ({ ...ping, channelId, ts })));
}
