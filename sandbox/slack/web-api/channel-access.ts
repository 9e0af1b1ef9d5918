import type { SlackState } from "../state/slack-state.ts";
import type { Channel } from "../state/workspace.ts";
import { ApiRefusal } from "./api-refusal.ts";

/** Throws `missing_scope`, with the needed and the granted scopes, unless one of `scopes` is granted. */
export function requireScope(state: SlackState, ...scopes: string[]): void {
  const granted = grantedScopes(state);
  if (scopes.some((scope) => granted.includes(scope))) return;
  throw new ApiRefusal("missing_scope", {
    needed: scopes.join(","),
    provided: granted.join(","),
  });
}

/** The bot token's scopes: the manifest's scopes without the withdrawn scopes. */
export function grantedScopes({ app, workspace }: SlackState): string[] {
  return [...app.botScopes].filter((scope) => !workspace.settings.withdrawnScopes.has(scope));
}

/** Throws Slack's refusal if the channel restricts posting, or if the message limit is reached. */
export function assertMayPost(
  { workspace }: SlackState,
  { restriction }: Channel,
  { isReply = false }: { isReply?: boolean } = {},
): void {
  if (workspace.settings.isMessageLimitReached) throw new ApiRefusal("message_limit_exceeded");
  if (restriction === null) return;
  const isAllowed =
    restriction === "restricted_action_thread_only_channel"
      ? isReply
      : restriction === "restricted_action_non_threadable_channel" && !isReply;
  if (!isAllowed) throw new ApiRefusal(restriction);
}

/** `channels:read` for a public channel, `groups:read` for a private one, `im:read` for a direct conversation. */
export function scopeFor(channel: Channel, right: "read" | "history"): string {
  const family = { public: "channels", private: "groups", im: "im" }[channel.kind];
  return `${family}:${right}`;
}

/**
 * The channel with this id. Throws `channel_not_found` if the channel is unknown, or private without the bot, so that
 * both look the same.
 */
export function knownChannel(state: SlackState, channelId: string): Channel {
  const channel = state.workspace.channels.get(channelId);
  if (!channel || (channel.kind !== "public" && !state.workspace.isBotIn(channel.id))) {
    throw new ApiRefusal("channel_not_found");
  }
  return channel;
}

/**
 * A known channel of which the bot is a member. Throws `not_in_channel` if the bot is no member of a public channel.
 */
export function joinedChannel(state: SlackState, channelId: string): Channel {
  const channel = knownChannel(state, channelId);
  if (!state.workspace.isBotIn(channel.id)) throw new ApiRefusal("not_in_channel");
  return channel;
}

/** The channel of a post to `target`: a channel id, a `#name`, or a user id for a direct conversation. */
export function postingChannel(state: SlackState, target: string): Channel {
  const { workspace, app } = state;
  if (workspace.people.has(target)) return openTab(workspace.directMessage(target), state);
  const named = target.startsWith("#")
    ? [...workspace.channels.values()].find((channel) => `#${channel.name}` === target)?.id
    : target;
  const channel = knownChannel(state, named ?? target);
  const mayPost = workspace.isBotIn(channel.id) || app.botScopes.has("chat:write.public");
  if (!mayPost) throw new ApiRefusal("not_in_channel");
  if (channel.archived) throw new ApiRefusal("is_archived");
  return openTab(channel, state);
}

function openTab(channel: Channel, { app }: SlackState): Channel {
  if (channel.kind === "im" && !app.messagesTab) throw new ApiRefusal("messages_tab_disabled");
  return channel;
}
