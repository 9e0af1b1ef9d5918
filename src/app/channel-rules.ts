import type { ChannelRules } from "../change-requests/index.ts";
import { type Config, isChannelNamed } from "../config/index.ts";

/** What the configuration says of channels, as the domain asks it. */
export function channelRulesOf({ channels }: Config): ChannelRules {
  return {
    approvalsChannelId: channels.approvals,
    auditChannelId: channels.audit,
    restrictedChannelIds: channels.restricted,
    acceptsUnmappedSubjects: channels.acceptsUnmappedSubjects,
    isCardChannel: ({ channelId, name }) => isChannelNamed(channels.cards, { id: channelId, name }),
    isAllowedPublic: ({ channelId, name }) => isChannelNamed(channels.allowedPublic, { id: channelId, name }),
  };
}
