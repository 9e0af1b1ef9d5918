import type { Block } from "../blocks/block-schemas.ts";
import { placedElements } from "../blocks/placed-elements.ts";
import { renderMrkdwn, renderUnformatted } from "../render/mrkdwn.ts";
import { createReader } from "../render/reader.ts";
import { renderAttachments } from "../render/render-attachments.ts";
import { renderBlocks } from "../render/render-blocks.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import { messageKey } from "./surface.ts";

/** A message as one person sees it now: a copy, which doesn't change when the message does. */
export interface Message {
  channelId: string;
  channelName: string;
  ts: string;
  /** Set on replies: the ts of the message that begins the thread. */
  threadTs: string | undefined;
  authorId: string;
  authorName: string;
  /** True for messages of the bot under test. */
  isBot: boolean;
  ephemeral: boolean;
  /** The top-level text as it was sent. */
  text: string;
  blocks: Block[];
  attachments: Record<string, unknown>[];
  metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined;
  /** What the person reads in the channel: the blocks and attachments, or the text where there are none. */
  plain: string;
  /** What a notification shows: the top-level text. */
  notification: string;
  /** The files shared with it. */
  files: { id: string; name: string; content: string }[];
  /** The texts of the buttons. */
  buttons: string[];
  /** How often the message has been changed. */
  edits: number;
  /** The warning next to a button of this message that the app didn't acknowledge. */
  warning: string | undefined;
}

/** The message as `personId` sees it. */
export function viewMessage(state: SlackState, message: StoredMessage, personId: string): Message {
  const { workspace } = state;
  const { channelId, ts, authorId, text, blocks } = message;
  const reader = createReader(workspace, personId);
  const notification = (message.mrkdwn === false ? renderUnformatted : renderMrkdwn)(text, reader);
  const key = messageKey(personId, channelId, ts);
  const values = state.messageValues.get(key);
  const files = (message.fileIds ?? []).flatMap((id) => state.files.find(id) ?? []);
  const rich = [
    blocks.length > 0 ? renderBlocks(blocks, reader, values ? { values } : {}) : notification,
    renderAttachments(message.attachments, reader),
    ...files.map(({ name }) => `📎 ${name}`),
  ];
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
    blocks: structuredClone(blocks),
    attachments: structuredClone(message.attachments),
    metadata: structuredClone(message.metadata),
    plain: rich.filter((part) => part !== "").join("\n"),
    notification,
    files: files.map(({ id, name, bytes }) => ({ id, name, content: bytes?.toString("utf8") ?? "" })),
    buttons: placedElements(blocks).flatMap(({ element }) =>
      element.type === "button" ? [element.text.text] : [],
    ),
    edits: message.earlier.length,
    warning: state.warnings.get(key),
  };
}

/** Everything `personId` sees in a channel now, oldest first, replies and their ephemerals included. */
export function messagesSeenBy(state: SlackState, personId: string, channelId: string): Message[] {
  if (!state.workspace.canRead(personId, channelId)) return [];
  return state.messages
    .inChannel(channelId)
    .filter(
      ({ deleted, ephemeralFor }) => !deleted && (ephemeralFor === undefined || ephemeralFor === personId),
    )
    .map((message) => viewMessage(state, message, personId));
}
