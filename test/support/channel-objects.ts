import type { ChannelFacts, ChannelRules } from "../../src/change-requests/index.ts";
import { someChannelRules } from "./domain-objects.ts";

/** The configured channels, if every other private channel may have cards. */
export function lenientChannelRules(patch: Partial<ChannelRules> = {}): ChannelRules {
  return someChannelRules({ isCardChannel: () => true, ...patch });
}

/** A private channel that is not shared, with the bot as its only member. */
export function someChannelFacts(patch: Partial<ChannelFacts> = {}): ChannelFacts {
  return {
    channelId: "C0APPROVE",
    name: "inc-1",
    isPrivate: true,
    isShared: false,
    isArchived: false,
    botIsMember: true,
    memberIds: [],
    hasOutsiders: false,
    ...patch,
  };
}
