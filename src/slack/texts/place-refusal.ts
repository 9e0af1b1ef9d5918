import type { ConfidentialityFault, PlacementFault } from "../../change-requests/index.ts";

/** Why no request can be made in a channel. */
export const PLACEMENT_FAULTS: Readonly<Record<PlacementFault, string>> = {
  not_visible: "I am not in this conversation, so nothing about a user can be posted here.",
  not_configured: "Requests can't be made here: this channel isn't among those where cards may be posted.",
  archived: "This channel is archived.",
  bot_not_member: "I am not a member of this channel. Invite me first.",
  public: "This channel is public: everybody could read the card, the subject too.",
  shared: "This channel is shared with another company.",
  outsiders: "A guest or somebody of another company is in this channel.",
};

/** Why no channel can show a request. */
export function nowhereText(why: ConfidentialityFault): string {
  switch (why) {
    case "subject_present":
      return "There is no channel in which this could be shown without this user reading it: they are in every restricted channel too. Ask an administrator to add a private channel without this user to RESTRICTED_CHANNEL.";
    case "subject_unmapped":
      return "This user has no known Slack account, and no restricted channel has only members who are known to be other Incydr users. Ask an administrator to enter the members in OPERATOR_MAP, or to add a private channel to RESTRICTED_CHANNEL.";
    case "not_visible":
    case "not_configured":
    case "archived":
    case "bot_not_member":
    case "public":
    case "shared":
    case "outsiders":
      return `This would have to be shown in a restricted channel, and that can't be used (${why}). Ask an administrator to mend it, or to add another private channel to RESTRICTED_CHANNEL.`;
  }
}

/** Why a click on a card is refused whose channel must no longer show it. */
export function cardChannelText(why: "public" | "shared" | "not_visible"): string {
  return `${CARD_CHANNEL_FAULTS[why]} The card moves to another channel: decide there.`;
}

const CARD_CHANNEL_FAULTS = {
  public: "The channel of this card is public now; your click changed nothing.",
  shared: "The channel of this card is shared with another company now; your click changed nothing.",
  not_visible: "The bot can't see the channel of this card any more; your click changed nothing.",
} as const;
