import { messagePayload } from "../payloads/message-payload.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { ApiCall, ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { assertMayPost, joinedChannel, knownChannel, postingChannel } from "./channel-access.ts";
import { MAX_UPDATE_TEXT, readMessageContent, readMetadata } from "./message-content.ts";
import { editAsApp, postAsApp } from "./post-as-app.ts";

/** `chat.*`. */
export const chatMethods: Record<string, ApiMethod> = {
  "chat.postMessage": { token: "bot", scopes: ["chat:write"], rate: "channel", run: postMessage },
  "chat.postEphemeral": { token: "bot", scopes: ["chat:write"], rate: "tier4", run: postEphemeral },
  "chat.update": { token: "bot", scopes: ["chat:write"], rate: "tier3", run: update },
  "chat.delete": { token: "bot", scopes: ["chat:write"], rate: "tier3", run: remove },
  "chat.getPermalink": { token: "bot", scopes: [], rate: "none", run: getPermalink },
};

function postMessage({ arguments: call, state, method }: ApiCall): Record<string, unknown> {
  const channel = postingChannel(state, call.requiredText("channel"));
  const origin = thread(call.text("thread_ts"), channel.id, state);
  assertMayPost(state, channel, { isReply: origin.threadTs !== undefined });
  const content = readMessageContent(call, { where: method, state });
  const metadata = readMetadata(call);
  const message = postAsApp(
    state,
    {
      channelId: channel.id,
      mrkdwn: call.text("mrkdwn") !== "false",
      ...origin,
      ...(metadata ? { metadata } : {}),
    },
    content,
  );
  return { channel: channel.id, ts: message.ts, message: payload(state, message) };
}

function postEphemeral({ arguments: call, state, method }: ApiCall): Record<string, unknown> {
  const channel = joinedChannel(state, call.requiredText("channel"));
  if (channel.archived) throw new ApiRefusal("is_archived");
  const user = call.requiredText("user");
  if (!channel.memberIds.has(user)) throw new ApiRefusal("user_not_in_channel");
  assertMayPost(state, channel, { isReply: call.text("thread_ts") !== undefined });
  const content = readMessageContent(call, { where: method, state });
  const message = postAsApp(
    state,
    { channelId: channel.id, ephemeralFor: user, ...thread(call.text("thread_ts"), channel.id, state) },
    content,
  );
  return { message_ts: message.ts };
}

/**
 * Updates a message. Text without blocks removes the blocks; blocks without text keep the text (docs.slack.dev,
 * chat.update).
 */
function update({ arguments: call, state, method }: ApiCall): Record<string, unknown> {
  const message = ownMessage(
    call.requiredText("channel"),
    call.requiredText("ts"),
    "cant_update_message",
    state,
  );
  const channel = state.workspace.channel(message.channelId);
  if (channel.archived) throw new ApiRefusal("is_inactive");
  assertMayEdit(state, message);
  assertMayPost(state, channel, { isReply: message.threadTs !== undefined });
  const content = readMessageContent(call, { where: method, state, maxText: MAX_UPDATE_TEXT });
  const { hasText, hasBlocks, text, blocks, attachments } = content;
  editAsApp(state, message, {
    text: hasText ? text : message.text,
    blocks: hasBlocks || hasText ? blocks : message.blocks,
    attachments: call.has("attachments") ? attachments : message.attachments,
  });
  return { channel: message.channelId, ts: message.ts, text: message.text, message: payload(state, message) };
}

function remove({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const message = ownMessage(
    call.requiredText("channel"),
    call.requiredText("ts"),
    "cant_delete_message",
    state,
  );
  state.messages.delete(message);
  return { channel: message.channelId, ts: message.ts };
}

function getPermalink({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const channel = knownChannel(state, call.requiredText("channel"));
  const message = existingMessage(channel.id, call.requiredText("message_ts"), state);
  const base = `https://${state.workspace.team.domain}.slack.com/archives/${channel.id}`;
  const query = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : "";
  return { channel: channel.id, permalink: `${base}/p${message.ts.replace(".", "")}${query}` };
}

/** Throws `edit_window_closed` if the message is too old to edit in this workspace. */
function assertMayEdit({ workspace, now }: SlackState, { ts }: StoredMessage): void {
  const { editWindowMinutes } = workspace.settings;
  if (editWindowMinutes === null) return;
  const ageMs = now() - Number(ts) * 1000;
  if (ageMs >= editWindowMinutes * 60_000) throw new ApiRefusal("edit_window_closed");
}

function payload(state: SlackState, message: StoredMessage): Record<string, unknown> {
  return messagePayload(message, { teamId: state.workspace.team.id });
}

/** Checks a thread. Its parent may be deleted, but must have existed, and must not be a reply. */
function thread(threadTs: string | undefined, channelId: string, state: SlackState): { threadTs?: string } {
  if (threadTs === undefined) return {};
  const parent = state.messages.find(channelId, threadTs);
  if (!parent || parent.ephemeralFor !== undefined) throw new ApiRefusal("thread_not_found");
  if (parent.threadTs !== undefined) throw new ApiRefusal("cannot_reply_to_message");
  return { threadTs };
}

function existingMessage(channelId: string, ts: string, state: SlackState): StoredMessage {
  const message = state.messages.find(channelId, ts);
  if (!message || message.deleted || message.ephemeralFor !== undefined) {
    throw new ApiRefusal("message_not_found");
  }
  return message;
}

function ownMessage(channelId: string, ts: string, refusal: string, state: SlackState): StoredMessage {
  const channel = joinedChannel(state, channelId);
  const message = existingMessage(channel.id, ts, state);
  if (message.botId !== state.workspace.app.botId) throw new ApiRefusal(refusal);
  return message;
}
