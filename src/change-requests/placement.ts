import { AppError } from "../kernel/errors.ts";
import type { Place } from "./change-request.ts";
import { hasUnknownAccount } from "./subject-slack-ids.ts";

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
  readonly restrictedChannelId: string;
  /** Whether cards may go to this channel, by its id or name. The three above always may. */
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
export class ChannelNotAllowedError extends AppError<"channel_not_allowed"> {
  readonly fault: PlacementFault;
  readonly approvalsChannelId: string;

  constructor(fault: PlacementFault, approvalsChannelId: string) {
    super("channel_not_allowed", `Cards may not be posted to this channel (${fault}).`);
    this.fault = fault;
    this.approvalsChannelId = approvalsChannelId;
  }
}

/** What keeps anything about a subject out of this channel, whoever the subject is; `null` if nothing does. */
export function placementFault(channel: ChannelFacts | null, rules: ChannelRules): PlacementFault | null {
  if (!channel) return "not_visible";
  const own = [rules.approvalsChannelId, rules.auditChannelId, rules.restrictedChannelId];
  if (!own.includes(channel.channelId) && !rules.isCardChannel(channel)) return "not_configured";
  if (channel.isArchived) return "archived";
  if (!channel.botIsMember) return "bot_not_member";
  if (channel.isShared) return "shared";
  if (!channel.isPrivate && !rules.isAllowedPublic(channel)) return "public";
  if (channel.isPrivate && channel.hasOutsiders) return "outsiders";
  return null;
}

/** Where something about a subject really goes, and why not where it was asked for. */
export interface Placement {
  readonly place: Place;
  readonly moved: "subject_present" | "subject_unmapped" | PlacementFault | null;
}

/**
 * Where something about a subject goes: where it was asked for, or into the restricted channel when the
 * subject would see it there, or can't be told from the members, or the channel is no longer allowed.
 * Checked at each post, because members change.
 */
export function placeFor(options: {
  asked: Place;
  channel: ChannelFacts | null;
  rules: ChannelRules;
  subjectSlackIds: readonly string[];
}): Placement {
  const { asked, channel, rules, subjectSlackIds } = options;
  const restricted: Place = { channelId: rules.restrictedChannelId, threadTs: null };
  const fault = placementFault(channel, rules);
  if (fault || !channel) return { place: restricted, moved: fault ?? "not_visible" };
  if (hasUnknownAccount(subjectSlackIds)) return { place: restricted, moved: "subject_unmapped" };
  if (subjectSlackIds.some((id) => channel.memberIds.includes(id))) {
    return { place: restricted, moved: "subject_present" };
  }
  const ownChannels = [rules.approvalsChannelId, rules.auditChannelId, rules.restrictedChannelId];
  const ownChannel = ownChannels.includes(asked.channelId);
  if (subjectSlackIds.length === 0 && !ownChannel) return { place: restricted, moved: "subject_unmapped" };
  return { place: asked, moved: null };
}
