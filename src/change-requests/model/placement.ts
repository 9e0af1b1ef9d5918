import type { Place } from "./change-request.ts";
import { defineRefusal } from "./define-refusal.ts";

/** A channel as Slack shows it to the bot. */
export interface ChannelFacts {
  readonly channelId: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** Shared with another company, or about to be. */
  readonly isShared: boolean;
  readonly isArchived: boolean;
  readonly botIsMember: boolean;
  readonly memberIds: readonly string[];
  /** Whether a guest or a person of another company is a member. */
  readonly hasOutsiders: boolean;
}

/** The configured channels for cards and audit messages. */
export interface ChannelRules {
  readonly approvalsChannelId: string;
  readonly auditChannelId: string;
  /** At least one. The first usable channel without a subject among its members is used. */
  readonly restrictedChannelIds: readonly string[];
  /** Accepts channels in which a subject without a Slack account can't be excluded. */
  readonly acceptsUnmappedSubjects: boolean;
  /** Whether cards may go to this channel, by its id or name. The three kinds of channels above are always allowed. */
  isCardChannel(channel: Pick<ChannelFacts, "channelId" | "name">): boolean;
  /** Whether this channel is allowed although it is public. */
  isAllowedPublic(channel: Pick<ChannelFacts, "channelId" | "name">): boolean;
}

/** Why a channel can't be used for confidential messages. */
export type PlacementFault =
  | "not_visible"
  | "not_configured"
  | "archived"
  | "bot_not_member"
  | "public"
  | "shared"
  | "outsiders";

/** The request was not made, because its card may not be posted to the channel. */
export class ChannelNotAllowedError extends defineRefusal(
  "channel_not_allowed",
  (fault: PlacementFault, approvalsChannelId: string) => ({
    data: { fault, approvalsChannelId },
    message: `Cards may not be posted to this channel (${fault}).`,
  }),
) {}

/** The card is in a channel that people outside the company can read. A job moves the card. */
export class CardChannelNotAllowedError extends defineRefusal(
  "card_channel_not_allowed",
  (why: keyof typeof CARD_CHANNEL_FAULTS) => ({
    data: { why },
    message: `${CARD_CHANNEL_FAULTS[why]} The card moves to another channel: decide there.`,
  }),
) {}

const CARD_CHANNEL_FAULTS = {
  public: "The channel of this card is public now; your click changed nothing.",
  shared: "The channel of this card is shared with another company now; your click changed nothing.",
  not_visible: "The bot can't see the channel of this card any more; your click changed nothing.",
} as const;

/** Why nothing about any subject may go to this channel; `null` if it can be used. */
export function placementFault(channel: ChannelFacts | null, rules: ChannelRules): PlacementFault | null {
  if (!channel) return "not_visible";
  const own = [rules.approvalsChannelId, rules.auditChannelId, ...rules.restrictedChannelIds];
  if (!own.includes(channel.channelId) && !rules.isCardChannel(channel)) return "not_configured";
  if (channel.isArchived) return "archived";
  if (!channel.botIsMember) return "bot_not_member";
  if (channel.isShared) return "shared";
  if (!channel.isPrivate && !rules.isAllowedPublic(channel)) return "public";
  if (channel.isPrivate && channel.hasOutsiders) return "outsiders";
  return null;
}

/**
 * Why a message about a subject may not go to a channel. `subject_present`: the subject is a member. `subject_unmapped`:
 * no Slack account of the subject is known, so a member may be the subject.
 */
export type ConfidentialityFault = PlacementFault | "subject_present" | "subject_unmapped";

/** Where a message about a subject goes. `moved`: why not to the requested place; `null` if it does. */
export interface Placement {
  readonly place: Place;
  readonly moved: ConfidentialityFault | null;
}
