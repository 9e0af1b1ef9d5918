import type { ConfidentialityFault, PlacementFault } from "../../change-requests/index.ts";

/** Why no request can be made in a channel. */
export const PLACEMENT_FAULTS: Readonly<Record<PlacementFault, string>> = {
  not_visible: "The bot is not in this conversation, so no request can be posted here.",
  not_configured: "This channel isn't set up for requests.",
  archived: "This channel is archived.",
  bot_not_member: "The bot is not a member of this channel. Add the bot to the channel first.",
  public: "This channel is public, so anyone could read the request.",
  shared: "This channel is shared with another company.",
  outsiders: "This channel has a guest or a member from another company.",
};

/** Why no channel can show a request. */
export function nowhereText(why: ConfidentialityFault): string {
  switch (why) {
    case "subject_present":
      return "This user is in every channel where the request could be shown. Ask an administrator to add a private channel without this user to RESTRICTED_CHANNEL.";
    case "subject_unmapped":
      return "This user has no known Slack account and may be a member of every restricted channel. Ask an administrator to list the members in OPERATOR_MAP, or to add another private channel to RESTRICTED_CHANNEL.";
    case "not_visible":
    case "not_configured":
    case "archived":
    case "bot_not_member":
    case "public":
    case "shared":
    case "outsiders":
      return `This request needs a restricted channel, but ${WHY_UNUSABLE[why]}. Ask an administrator to fix this, or to add another private channel to RESTRICTED_CHANNEL.`;
  }
}

const WHY_UNUSABLE: Readonly<Record<PlacementFault, string>> = {
  not_visible: "the bot is not in that channel",
  not_configured: "that channel isn't set up for requests",
  archived: "that channel is archived",
  bot_not_member: "the bot is not a member of that channel",
  public: "that channel is public",
  shared: "that channel is shared with another company",
  outsiders: "that channel has a guest or a member from another company",
};

/** Why a click is refused on a card whose channel must no longer show it. */
export function cardChannelText(why: "public" | "shared" | "not_visible"): string {
  return `${CARD_CHANNEL_FAULTS[why]} The card is moving to another channel. Decide there.`;
}

const CARD_CHANNEL_FAULTS = {
  public: "This channel is now public. Your click changed nothing.",
  shared: "This channel is now shared with another company. Your click changed nothing.",
  not_visible: "The bot can no longer see this channel. Your click changed nothing.",
} as const;
