import { type PeopleDirectory, type Person, RECENT } from "../../authorization/index.ts";
import { foldUsername, isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import { type Clock, isFresh } from "../../kernel/clock.ts";
import { type Identify, UnmappedOperatorError } from "../../subjects/index.ts";
import { personOrNull } from "./identity-keys.ts";

export interface MemberUser {
  readonly userId: string;
  /** Folded. */
  readonly username: string;
}

/** The Incydr users of a channel's members. */
interface MemberUsers {
  readonly users: readonly MemberUser[];
  /** Whether each human member is exactly one Incydr user. */
  readonly isComplete: boolean;
}

export interface MemberIdentities {
  /**
   * The Incydr users of these people, by `OPERATOR_MAP` or e-mail, without bots and deactivated accounts.
   * @throws {DirectoryUnavailableError | IncydrError} if Slack or Incydr can't be read
   */
  usersOf(slackUserIds: readonly string[]): Promise<MemberUsers>;
}

/** The members of a larger channel count as unknown, because each look-up takes a call to Incydr. */
export const MOST_MEMBERS_IDENTIFIED = 100;
/** How long a member's Incydr user is remembered, in milliseconds; otherwise each post would look it up. */
const MAX_AGE_MS = 15 * 60_000;
/** How long an unmapped member is remembered, in milliseconds. Short, because an administrator may map the member. */
const UNMAPPED_MAX_AGE_MS = 60_000;
/** The most members that are remembered. Beyond that, all are forgotten. */
const MOST_REMEMBERED = 5_000;

interface Read {
  /** The e-mail of the look-up. */
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

  /** `null` if the person is no single Incydr user, or can't be read. They may then be any user. */
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
