import type { Block } from "../blocks/block-schemas.ts";
import { createReader } from "../render/reader.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import { messageKey } from "./surface.ts";

/** A copy of a message as one person sees it now. */
export interface Message {
  channelId: string;
  channelName: string;
  ts: string;
  /** Set on replies: the ts of the message that begins the thread. */
  threadTs: string | undefined;
  authorId: string;
  authorName: string;
  /** `true` for messages of the bot under test. */
  isBot: boolean;
  ephemeral: boolean;
  /** The top-level text as it was sent. */
  text: string;
  blocks: readonly Block[];
  attachments: readonly Record<string, unknown>[];
  metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined;
  /** The visible text in the channel: the text of the blocks and attachments, or else the top-level text. */
  plain: string;
  /** The text of a notification: the top-level text. */
  notification: string;
  /** The files shared with it. */
  files: { id: string; name: string; content: string }[];
  /** The texts of the buttons. */
  buttons: readonly string[];
  /** How often the message has been changed. */
  edits: number;
  /** The warning next to a button of this message that the app didn't acknowledge. */
  warning: string | undefined;
}

/** The message as `personId` sees it. */
export function viewMessage(state: SlackState, message: StoredMessage, personId: string): Message {
  const { workspace } = state;
  const { channelId, ts, authorId, text, blocks, attachments, metadata } = message;
  const reader = createReader(workspace, personId);
  const key = messageKey(personId, channelId, ts);
  const { parts, notification, buttons } = state.renderMessage(message, reader, state.messageValues.get(key));
  const shared = (message.fileIds ?? []).flatMap((id) => state.files.find(id) ?? []);
  const files = shared.filter(({ deleted }) => !deleted);
  const fileLines = shared.map(({ name, deleted }) => (deleted ? "This file was deleted." : `📎 ${name}`));
  const rich = [...parts, ...fileLines];
  return {
    channelId,
    channelName: workspace.channel(channelId).name,
    ts,
    threadTs: message.threadTs,
    authorId,
    authorName: message.authorName ?? workspace.people.get(authorId)?.displayName ?? authorId,
    isBot: message.botId === workspace.app.botId,
    ephemeral: message.ephemeralFor !== undefined,
    text,
    blocks,
    attachments,
    metadata,
    plain: rich.filter((part) => part !== "").join("\n"),
    notification,
    files: files.map(({ id, name, bytes }) => ({ id, name, content: bytes?.toString("utf8") ?? "" })),
    buttons,
    edits: message.earlier.length,
    warning: state.warnings.get(key),
  };
}

/** All messages that `personId` sees in a channel now, oldest first, with replies and ephemerals. */
export function messagesSeenBy(state: SlackState, personId: string, channelId: string): Message[] {
  if (!state.workspace.canRead(personId, channelId)) return [];
  return state.messages
    .inChannel(channelId)
    .filter(
      ({ deleted, ephemeralFor }) => !deleted && (ephemeralFor === undefined || ephemeralFor === personId),
    )
    .map((message) => viewMessage(state, message, personId));
}
