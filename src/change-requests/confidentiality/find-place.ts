import { AppError, messageOf, RefusalError } from "../../kernel/errors.ts";
import type { Place, SubjectIdentity } from "../model/change-request.ts";
import {
  type ChannelFacts,
  type ChannelRules,
  type ConfidentialityFault,
  type Placement,
  type PlacementFault,
  placementFault,
} from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import { createSubjectAmong, type SubjectAmongOptions } from "./subject-among.ts";
import { type SubjectAccounts, subjectAccounts } from "./subject-slack-ids.ts";

/** Why no message can be posted to a channel until an administrator changes something. */
export type ChannelOutage = Extract<PlacementFault, "not_visible" | "archived" | "bot_not_member">;

export function isChannelOutage(why: ConfidentialityFault | null): why is ChannelOutage {
  return why === "not_visible" || why === "archived" || why === "bot_not_member";
}

/** Neither the requested channel nor a restricted channel may have a message about this subject. */
export class NowhereToPostError extends RefusalError<
  "nowhere_to_post",
  { readonly why: ConfidentialityFault }
> {
  readonly why: ConfidentialityFault;

  constructor(why: ConfidentialityFault) {
    super("nowhere_to_post", { why }, messageFor(why));
    this.why = why;
  }

  /** Whether an administrator can fix the fault: restore a channel, or map its members. Then a stored request waits. */
  get isMendable(): boolean {
    return isChannelOutage(this.why) || this.why === "subject_unmapped";
  }
}

/** Slack refuses to show a request's card for a permanent reason. */
export class CardNotShownError extends AppError<"card_not_shown"> {
  constructor(cause: unknown) {
    super("card_not_shown", `Slack refuses to show the card: ${messageOf(cause)}`, { cause });
  }
}

/** The audit log and the target store this sentence. */
function messageFor(why: ConfidentialityFault): string {
  switch (why) {
    case "subject_present":
      return "There is no channel in which this could be shown without this user reading it: they are in every restricted channel too. Ask an administrator to add a private channel without this user to RESTRICTED_CHANNEL.";
    case "subject_unmapped":
      return "This user has no known Slack account, and no restricted channel has only members who are known to be other Incydr users. Ask an administrator to enter the members in OPERATOR_MAP, or to add a private channel to RESTRICTED_CHANNEL.";
    default:
      return `This would have to be shown in a restricted channel, and that can't be used (${why}). Ask an administrator to mend it, or to add another private channel to RESTRICTED_CHANNEL.`;
  }
}

/**
 * Finds where a message about subjects may be posted now: the requested place, or else the first usable restricted
 * channel without a subject. Call it right before each post, because members change.
 * @throws {NowhereToPostError} if there is no such place
 * @throws {DirectoryUnavailableError | IncydrError} if Slack or Incydr can't be read
 */
export type FindPlace = (asked: Place, subjects: readonly SubjectIdentity[]) => Promise<Placement>;

export function createFindPlace(
  options: SubjectAmongOptions & { channels: ChannelDirectory; rules: ChannelRules },
): FindPlace {
  const { channels, rules, people } = options;
  const subjectAmong = createSubjectAmong(options);
  return async (asked, subjects) => {
    const [accounts, channel] = await Promise.all([
      subjectAccounts(subjects, people),
      channels.facts(asked.channelId),
    ]);
    const moved = await faultIn(channel, accounts);
    if (!moved) return { place: asked, moved: null };
    return { place: { channelId: await restrictedFor(accounts), threadTs: null }, moved };
  };

  async function restrictedFor(subjects: readonly SubjectAccounts[]): Promise<string> {
    const faults: ConfidentialityFault[] = [];
    for (const channelId of rules.restrictedChannelIds) {
      const fault = await faultIn(await channels.facts(channelId), subjects);
      if (!fault) return channelId;
      faults.push(fault);
    }
    // A fault that an administrator can correct comes first, so that the request waits instead of ending.
    const why =
      faults.find(isChannelOutage) ??
      faults.find((fault) => fault === "subject_unmapped") ??
      faults.find((fault) => fault === "subject_present") ??
      faults[0];
    throw new NowhereToPostError(why ?? "not_configured");
  }

  async function faultIn(
    channel: ChannelFacts | null,
    subjects: readonly SubjectAccounts[],
  ): Promise<ConfidentialityFault | null> {
    const fault = placementFault(channel, rules);
    if (fault || !channel) return fault ?? "not_visible";
    // Everybody in the workspace can read a public channel.
    return subjectAmong(channel.memberIds, subjects, { isOpen: !channel.isPrivate });
  }
}
