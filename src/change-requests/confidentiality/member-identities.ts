import { type PeopleDirectory, type Person, RECENT } from "../../authorization/index.ts";
import { foldUsername, isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import { type Clock, isFresh } from "../../kernel/clock.ts";
import { type Identify, UnmappedOperatorError } from "../../subjects/index.ts";
import { personOrNull } from "./identity-keys.ts";

/** The Incydr user of a member. */
export interface MemberUser {
  readonly userId: string;
  /** Folded. */
  readonly username: string;
}

/** The Incydr users of the members of a channel. */
interface MemberUsers {
  readonly users: readonly MemberUser[];
  /** Whether each human member is exactly one Incydr user. */
  readonly isComplete: boolean;
}

/** Which Incydr users the members of channels are. */
export interface MemberIdentities {
  /**
   * The Incydr users of these people, by `OPERATOR_MAP` or e-mail. Bots and deactivated accounts read nothing, and are
   * left out.
   * @throws {DirectoryUnavailableError | IncydrError} when Slack or Incydr can't be asked.
   */
  usersOf(slackUserIds: readonly string[]): Promise<MemberUsers>;
}

/** More members are not asked for, one call to Incydr each: the channel counts as one whose members are not known. */
export const MOST_MEMBERS_IDENTIFIED = 100;
/** How long it may serve which Incydr user a member is, in milliseconds: a card and its thread would else ask anew. */
const MAX_AGE_MS = 15 * 60_000;
/** The same for a member who is no single Incydr user: an administrator may have mended it. */
const UNMAPPED_MAX_AGE_MS = 60_000;
/** Members remembered at most; then all are forgotten, and asked for again. */
const MOST_REMEMBERED = 5_000;

interface Read {
  /** By which they were asked for. */
  readonly email: string | null;
  readonly user: MemberUser | null;
  readonly atMs: number;
}

export function createMemberIdentities(options: {
  people: PeopleDirectory;
  identify: Identify;
  clock: Clock;
}): MemberIdentities {
  const { people, identify, clock } = options;
  const known = new Map<string, Read>();
  return {
    async usersOf(slackUserIds) {
      if (slackUserIds.length > MOST_MEMBERS_IDENTIFIED) return { users: [], isComplete: false };
      const members = await Promise.all(slackUserIds.map((id) => personOrNull(people, id, RECENT)));
      const humans = members.filter((person) => !person?.isBot && !person?.isDeactivated);
      const found = await Promise.all(humans.map((person) => person && userOf(person)));
      const users = found.filter((user) => user !== null);
      return { users, isComplete: users.length === humans.length };
    },
  };

  async function userOf(person: Person): Promise<MemberUser | null> {
    const { slackUserId, email } = person;
    const earlier = known.get(slackUserId);
    const maxAgeMs = earlier?.user ? MAX_AGE_MS : UNMAPPED_MAX_AGE_MS;
    if (earlier && earlier.email === email && isFresh(earlier, nowMs(), maxAgeMs)) return earlier.user;
    const atMs = nowMs();
    const user = await identified(person);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(slackUserId, { email, user, atMs });
    return user;
  }

  /** `null` for whoever is no single Incydr user, or one that can't be read: they may be anybody. */
  async function identified(person: Person): Promise<MemberUser | null> {
    try {
      const { userId, username } = await identify(person);
      return username === null ? null : { userId, username: foldUsername(username) };
    } catch (error) {
      if (error instanceof UnmappedOperatorError || isIncydrError(error, "unexpected_answer")) return null;
      if (isIncydrOutage(error)) throw error;
      return null;
    }
  }

  function nowMs(): number {
    return clock.now().getTime();
  }
}
