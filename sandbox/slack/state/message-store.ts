import type { Block } from "../blocks/block-schemas.ts";
import type { ChangeSignal } from "./change-signal.ts";

/** The content of a message. An edit replaces it as a whole. It is frozen, because readers get the stored object. */
export interface MessageContent {
  text: string;
  blocks: readonly Block[];
  /** Legacy attachments, unchanged. */
  attachments: readonly Record<string, unknown>[];
}

/** The place and the author of a message. */
export interface MessageOrigin {
  channelId: string;
  threadTs?: string;
  authorId: string;
  /** The name of the author, if the author is another app or Slack itself. */
  authorName?: string;
  /** Set on messages of an app; `B0INCYDR` on messages of the bot under test. */
  botId?: string;
  appId?: string;
  /** The only reader of an ephemeral message. */
  ephemeralFor?: string;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  /** Files that it shares. */
  fileIds?: string[];
  /** `false` if the top-level text isn't parsed as mrkdwn. */
  mrkdwn?: boolean;
}

/** A message with its whole history. */
export interface StoredMessage extends MessageOrigin, MessageContent {
  ts: string;
  /** Earlier contents, oldest first. */
  earlier: MessageContent[];
  editedTs?: string;
  deleted: boolean;
}

/** Every message of the workspace, with ephemerals. */
export interface MessageStore {
  add(origin: MessageOrigin, content: MessageContent): StoredMessage;
  edit(message: StoredMessage, content: MessageContent): void;
  delete(message: StoredMessage): void;
  /** The message with this channel and ts, also if it is deleted. */
  find(channelId: string, ts: string): StoredMessage | undefined;
  /** A channel's messages, oldest first, with deleted ones. */
  inChannel(channelId: string): StoredMessage[];
  /** A new timestamp in Slack's form: seconds, a point, six digits. It is unique in the workspace. */
  nextTs(): string;
}

/** Creates an empty store. `now` is in milliseconds. */
export function createMessageStore(options: { now: () => number; changes: ChangeSignal }): MessageStore {
  const { now, changes } = options;
  const channels = new Map<string, Map<string, StoredMessage>>();
  let lastMicros = 0;
  const nextTs = () => {
    lastMicros = Math.max(lastMicros + 1, Math.round(now() * 1000));
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
  };
  return {
    nextTs,
    add: (origin, content) => {
      const said = frozen({ ...origin, ...content });
      const message: StoredMessage = { ...said, ts: nextTs(), earlier: [], deleted: false };
      const channel = channels.get(origin.channelId) ?? new Map<string, StoredMessage>();
      channels.set(origin.channelId, channel.set(message.ts, message));
      changes.emit();
      return message;
    },
    edit: (message, content) => {
      const { text, blocks, attachments } = message;
      message.earlier.push({ text, blocks, attachments });
      Object.assign(message, frozen(content), { editedTs: nextTs() });
      changes.emit();
    },
    delete: (message) => {
      message.deleted = true;
      changes.emit();
    },
    find: (channelId, ts) => channels.get(channelId)?.get(ts),
    inChannel: (channelId) => [...(channels.get(channelId)?.values() ?? [])],
  };
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
