import { RefusalError } from "../../kernel/errors.ts";
import type { Place } from "./change-request.ts";

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
  /** Whether a guest or somebody of another company is a member. */
  readonly hasOutsiders: boolean;
}

/** Which channels the configuration lets cards and audit messages go to. */
export interface ChannelRules {
  readonly approvalsChannelId: string;
  readonly auditChannelId: string;
  /** At least one. The first that is fit and has no subject among its members is used. */
  readonly restrictedChannelIds: readonly string[];
  /** Whether a channel may be used in which a subject without a Slack account can't be excluded. */
  readonly acceptsUnmappedSubjects: boolean;
  /** Whether cards may go to this channel, by its id or name. The channels above always may. */
  isCardChannel(channel: Pick<ChannelFacts, "channelId" | "name">): boolean;
  /** Whether this public channel is allowed none the less. */
  isAllowedPublic(channel: Pick<ChannelFacts, "channelId" | "name">): boolean;
}

/** Why nothing confidential may be posted to a channel. */
export type PlacementFault =
  | "not_visible"
  | "not_configured"
  | "archived"
  | "bot_not_member"
  | "public"
  | "shared"
  | "outsiders";

/** Nothing may be posted there; the request was not made. */
export class ChannelNotAllowedError extends RefusalError<
  "channel_not_allowed",
  { readonly fault: PlacementFault; readonly approvalsChannelId: string }
> {
  constructor(fault: PlacementFault, approvalsChannelId: string) {
    const message = `Cards may not be posted to this channel (${fault}).`;
    super("channel_not_allowed", { fault, approvalsChannelId }, message);
  }
}

/** The card stands in a channel that others than the company's approvers can read; it is moved. */
export class CardChannelNotAllowedError extends RefusalError<
  "card_channel_not_allowed",
  { readonly why: keyof typeof CARD_CHANNEL_FAULTS }
> {
  constructor(why: keyof typeof CARD_CHANNEL_FAULTS) {
    const message = `${CARD_CHANNEL_FAULTS[why]} The card moves to another channel: decide there.`;
    super("card_channel_not_allowed", { why }, message);
  }
}

const CARD_CHANNEL_FAULTS = {
  public: "The channel of this card is public now; your click changed nothing.",
  shared: "The channel of this card is shared with another company now; your click changed nothing.",
  not_visible: "The bot can't see the channel of this card any more; your click changed nothing.",
} as const;

/** What keeps anything about a subject out of this channel, whoever the subject is; `null` if nothing does. */
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
 * Why a channel may not be told of a subject: `subject_present` if the subject is a member, `subject_unmapped` if no
 * Slack account of the subject is known and a member may be them.
 */
export type ConfidentialityFault = PlacementFault | "subject_present" | "subject_unmapped";

/** Where something about a subject really goes, and why not where it was asked for. */
export interface Placement {
  readonly place: Place;
  readonly moved: ConfidentialityFault | null;
}
