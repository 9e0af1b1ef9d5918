import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { DirectoryUnavailableError } from "../../authorization/index.ts";
import type { ChannelDirectory, ChannelFacts } from "../../change-requests/index.ts";
import { type Clock, isFresh } from "../../kernel/clock.ts";
import { type Cursor, pagesOf, slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";
import type { SlackPeopleDirectory } from "./people-directory.ts";

/** Slack's refusals for a channel that the bot can't see, and for other conversations. */
const NOT_VISIBLE = [
  "channel_not_found",
  "not_in_channel",
  "missing_scope",
  "method_not_supported_for_channel_type",
];

/**
 * How long a reading of a channel is reused. Otherwise, a card, its thread and the audit messages of one click would
 * read it ten times, and Slack allows 50 calls a minute.
 */
const MAX_AGE_MS = 15_000;

/** A reading of a channel; `facts` is `null` for a conversation that is no channel. */
export type ChannelReading =
  | { readonly kind: "read"; readonly facts: ChannelFacts | null }
  | { readonly kind: "failed"; readonly error: unknown };

/** A directory that also returns why it could not read a channel. */
export interface SlackChannelDirectory extends ChannelDirectory {
  /** Reads a channel from Slack; `facts` then uses this reading. */
  readNow(channelId: string): Promise<ChannelReading>;
}

/** Reads channels and their members. */
export function createChannelDirectory(options: {
  client: WebClient;
  people: SlackPeopleDirectory;
  botUserId: string;
  clock: Clock;
}): SlackChannelDirectory {
  const { client, people, botUserId, clock } = options;
  const known = new Map<string, { readonly facts: Promise<ChannelFacts | null>; readonly atMs: number }>();
  return {
    facts(channelId) {
      const atMs = clock.now().getTime();
      const recent = known.get(channelId);
      if (recent && isFresh(recent, atMs, MAX_AGE_MS)) return recent.facts;
      const facts = read(channelId).catch((error: unknown) => {
        if (isNotVisible(error)) return null;
        throw error instanceof DirectoryUnavailableError ? error : directoryUnavailable(error);
      });
      known.set(channelId, { facts, atMs });
      facts.catch(() => known.delete(channelId));
      return facts;
    },

    async readNow(channelId) {
      const atMs = clock.now().getTime();
      try {
        const facts = await read(channelId);
        const newest = known.get(channelId);
        if (!newest || newest.atMs <= atMs) known.set(channelId, { facts: Promise.resolve(facts), atMs });
        return { kind: "read", facts };
      } catch (error) {
        if (isNotVisible(error)) known.delete(channelId);
        return { kind: "failed", error };
      }
    },
  };

  async function read(channelId: string): Promise<ChannelFacts | null> {
    // A direct conversation is no channel, and its reading needs one more scope.
    if (channelId.startsWith("D")) return null;
    const { channel } = await client.conversations.info({ channel: channelId });
    if (!channel) throw new UnexpectedAnswerError("conversations.info", "channel");
    if (channel.is_im || channel.is_mpim) return null;
    const memberIds = channel.is_member ? await membersOf(channelId) : [];
    return {
      channelId,
      name: channel.name ?? "",
      isPrivate: Boolean(channel.is_private),
      isShared: Boolean(channel.is_ext_shared || channel.is_pending_ext_shared || channel.is_org_shared),
      isArchived: Boolean(channel.is_archived),
      botIsMember: Boolean(channel.is_member),
      memberIds,
      // Everyone in the workspace can read a public channel, so its members don't matter.
      hasOutsiders:
        Boolean(channel.is_private) && (await people.hasOutsider(memberIds.filter((id) => id !== botUserId))),
    } satisfies ChannelFacts;
  }

  async function membersOf(channelId: string): Promise<string[]> {
    const memberIds: string[] = [];
    const readPage = (cursor: Cursor) =>
      client.conversations.members({ channel: channelId, limit: 200, ...cursor });
    for await (const { members } of pagesOf(readPage)) {
      // If a subject were missing in the list, they would count as no member, and could read about themselves.
      if (!members) throw new UnexpectedAnswerError("conversations.members", "members");
      memberIds.push(...members);
    }
    return memberIds;
  }
}

/** Whether an error says that the bot can't see a channel. A lost scope hides all channels, and tells nothing of one. */
function isNotVisible(error: unknown): boolean {
  return NOT_VISIBLE.includes(slackErrorCode(error) ?? "") && !isScopeLost(error);
}

/** Whether the token lacks a scope of the manifest. For a group conversation, Slack asks for a scope outside of it. */
function isScopeLost(error: unknown): boolean {
  if (slackErrorCode(error) !== "missing_scope" || !(error instanceof WebAPIPlatformError)) return false;
  const provided = "provided" in error.data ? error.data.provided : null;
  if (typeof provided !== "string") return false;
  const scopes = provided.split(",").map((scope) => scope.trim());
  return !scopes.includes("channels:read") || !scopes.includes("groups:read");
}
