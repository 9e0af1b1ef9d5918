import { messagePayload } from "../payloads/message-payload.ts";
import type { StoredMessage } from "../state/message-store.ts";
import type { SlackState } from "../state/slack-state.ts";
import type { Channel } from "../state/workspace.ts";
import type { ApiArguments } from "./api-arguments.ts";
import type { ApiCall, ApiMethod } from "./api-method.ts";
import { ApiRefusal } from "./api-refusal.ts";
import { joinedChannel, knownChannel, requireScope, scopeFor } from "./channel-access.ts";
import { paginate } from "./paginate.ts";

/** `conversations.*`. The needed scope depends on the kind of channel. */
export const conversationMethods: Record<string, ApiMethod> = {
  "conversations.info": { token: "bot", scopes: [], rate: "tier3", run: info },
  "conversations.members": { token: "bot", scopes: [], rate: "tier4", run: members },
  "conversations.list": { token: "bot", scopes: [], rate: "tier2", run: list },
  "conversations.history": { token: "bot", scopes: [], rate: "tier3", run: history },
  "conversations.replies": { token: "bot", scopes: [], rate: "tier3", run: replies },
  "conversations.open": { token: "bot", scopes: ["im:write"], rate: "tier3", run: open },
};

const anyRead = ["channels:read", "groups:read", "im:read", "mpim:read"];
const anyHistory = ["channels:history", "groups:history", "im:history", "mpim:history"];

function info({ arguments: call, state }: ApiCall): Record<string, unknown> {
  requireScope(state, ...anyRead);
  const channel = knownChannel(state, call.requiredText("channel"));
  requireScope(state, scopeFor(channel, "read"));
  return { channel: channelPayload(channel, state, call.flag("include_num_members")) };
}

function members({ arguments: call, state }: ApiCall): Record<string, unknown> {
  requireScope(state, ...anyRead);
  const channel = knownChannel(state, call.requiredText("channel"));
  requireScope(state, scopeFor(channel, "read"));
  const { page, response_metadata } = paginate([...channel.memberIds], call, 100);
  return { members: page, response_metadata };
}

function list({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const kinds = (call.text("types") ?? "public_channel").split(",").map((type) => type.trim());
  const listed = [...state.workspace.channels.values()].filter((channel) => {
    if (!kinds.includes({ public: "public_channel", private: "private_channel", im: "im" }[channel.kind])) {
      return false;
    }
    if (channel.archived && call.flag("exclude_archived")) return false;
    return channel.kind === "public" || state.workspace.isBotIn(channel.id);
  });
  if (kinds.includes("public_channel")) requireScope(state, "channels:read");
  if (kinds.includes("private_channel")) requireScope(state, "groups:read");
  if (kinds.includes("im")) requireScope(state, "im:read");
  const { page, response_metadata } = paginate(listed, call, 100);
  return { channels: page.map((channel) => channelPayload(channel, state, false)), response_metadata };
}

function history({ arguments: call, state }: ApiCall): Record<string, unknown> {
  requireScope(state, ...anyHistory);
  const channel = joinedChannel(state, call.requiredText("channel"));
  requireScope(state, scopeFor(channel, "history"));
  const newestFirst = visibleTo(state, channel)
    .filter((message) => message.threadTs === undefined && isWithin(message, call))
    .reverse();
  return messagePage(newestFirst, call, state, 100);
}

function replies({ arguments: call, state }: ApiCall): Record<string, unknown> {
  requireScope(state, ...anyHistory);
  const channel = joinedChannel(state, call.requiredText("channel"));
  requireScope(state, scopeFor(channel, "history"));
  const ts = call.requiredText("ts");
  const all = visibleTo(state, channel);
  const parentTs = all.find((message) => message.ts === ts)?.threadTs ?? ts;
  const inThread = all.filter((message) => message.ts === parentTs || message.threadTs === parentTs);
  if (inThread.length === 0) throw new ApiRefusal("thread_not_found");
  const wanted = inThread.filter((message) => message.ts === parentTs || isWithin(message, call));
  return messagePage(wanted, call, state, 1000);
}

function open({ arguments: call, state }: ApiCall): Record<string, unknown> {
  const users = call.requiredText("users").split(",");
  const [user] = users;
  if (users.length !== 1 || user === undefined) throw new ApiRefusal("method_not_supported_for_channel_type");
  const person = state.workspace.people.get(user);
  if (!person) throw new ApiRefusal("user_not_found");
  if (person.deactivated) throw new ApiRefusal("user_disabled");
  return { channel: { id: state.workspace.directMessage(person.id).id } };
}

/** The history, without ephemerals and deleted messages. */
function visibleTo(state: SlackState, channel: Channel): StoredMessage[] {
  return state.messages
    .inChannel(channel.id)
    .filter((message) => !message.deleted && message.ephemeralFor === undefined);
}

function isWithin(message: StoredMessage, call: ApiArguments): boolean {
  const ts = Number(message.ts);
  const oldest = Number(call.text("oldest") ?? 0);
  const latest = Number(call.text("latest") ?? Number.POSITIVE_INFINITY);
  return call.flag("inclusive") ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
}

function messagePage(
  messages: StoredMessage[],
  call: ApiArguments,
  state: SlackState,
  defaultLimit: number,
): Record<string, unknown> {
  const { page, response_metadata } = paginate(messages, call, defaultLimit);
  return {
    messages: page.map((message) =>
      messagePayload(message, {
        teamId: state.workspace.team.id,
        withMetadata: call.flag("include_all_metadata"),
        replies: state.messages
          .inChannel(message.channelId)
          .filter((reply) => reply.threadTs === message.ts && !reply.deleted && !reply.ephemeralFor),
      }),
    ),
    has_more: response_metadata.next_cursor !== "",
    response_metadata,
  };
}

function channelPayload(channel: Channel, state: SlackState, withCount: boolean): Record<string, unknown> {
  const isShared = channel.sharedWith.length > 0;
  if (channel.kind === "im") {
    const user = [...channel.memberIds].find((id) => id !== state.workspace.app.botUserId);
    return { id: channel.id, is_im: true, user, is_archived: channel.archived };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_archived: channel.archived,
    is_general: channel.name === "general",
    is_member: state.workspace.isBotIn(channel.id),
    is_shared: isShared,
    is_ext_shared: isShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    shared_team_ids: [state.workspace.team.id, ...channel.sharedWith],
    context_team_id: state.workspace.team.id,
    ...(withCount ? { num_members: channel.memberIds.size } : {}),
  };
}
