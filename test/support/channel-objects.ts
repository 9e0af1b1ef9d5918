import type { ChannelFacts, ChannelRules } from "../../src/change-requests/index.ts";

/** Rules with one restricted channel. Every other private channel may have cards. */
export function someChannelRules(patch: Partial<ChannelRules> = {}): ChannelRules {
  return {
    approvalsChannelId: "C0APPROVE",
    auditChannelId: "C0AUDIT",
    restrictedChannelIds: ["C0RESTRICT"],
    acceptsUnmappedSubjects: false,
    isCardChannel: () => true,
    isAllowedPublic: () => false,
    ...patch,
  };
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
