import {
  type ChannelDirectory,
  type ChannelRules,
  type Place,
  type Placement,
  placeFor,
  placementFault,
} from "../../change-requests/index.ts";
import { AppError } from "../../kernel/errors.ts";

/** Neither where it was asked for nor the restricted channel may be told about this subject. */
export class NowhereToPostError extends AppError<"nowhere_to_post"> {
  constructor(why: string) {
    super("nowhere_to_post", `Nothing can be posted: the restricted channel can't be used (${why}).`);
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
