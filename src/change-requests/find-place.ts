import { AppError, messageOf } from "../kernel/errors.ts";
import type { Place } from "./change-request.ts";
import {
  type ChannelRules,
  type Placement,
  type PlacementFault,
  placeFor,
  placementFault,
} from "./placement.ts";
import type { ChannelDirectory } from "./ports.ts";

/** Why no message can be posted to a channel until an administrator mends it. */
export type ChannelOutage = Extract<PlacementFault, "not_visible" | "archived" | "bot_not_member">;

export function isChannelOutage(why: Placement["moved"]): why is ChannelOutage {
  return why === "not_visible" || why === "archived" || why === "bot_not_member";
}

/** Neither where it was asked for nor the restricted channel may be told about this subject. */
export class NowhereToPostError extends AppError<"nowhere_to_post"> {
  readonly why: PlacementFault | "subject_present";

  constructor(why: PlacementFault | "subject_present") {
    super(
      "nowhere_to_post",
      why === "subject_present"
        ? "There is no channel in which this could be shown without this user reading it: they are in the restricted channel too."
        : `This would have to be shown in the restricted channel, and that can't be used (${why}).`,
    );
    this.why = why;
  }
}

/** Slack refuses to show a request's card in its place, for a reason that lasts until somebody mends it. */
export class CardNotShownError extends AppError<"card_not_shown"> {
  constructor(cause: unknown) {
    super("card_not_shown", `Slack refuses to show the card: ${messageOf(cause)}`, { cause });
  }
}

/** Makes the function that finds where something about a subject may be posted, right before it is. */
export function createFindPlace({ channels, rules }: { channels: ChannelDirectory; rules: ChannelRules }) {
  return async function findPlace(asked: Place, subjectSlackIds: readonly string[]): Promise<Placement> {
    const channel = await channels.facts(asked.channelId);
    const placement = placeFor({ asked, channel, rules, subjectSlackIds });
    if (!placement.moved) return placement;
    const restricted = await channels.facts(rules.restrictedChannelId);
    const fault = placementFault(restricted, rules);
    if (fault) throw new NowhereToPostError(fault);
    if (subjectSlackIds.some((id) => restricted?.memberIds.includes(id)))
      throw new NowhereToPostError("subject_present");
    return placement;
  };
}

export type FindPlace = ReturnType<typeof createFindPlace>;
