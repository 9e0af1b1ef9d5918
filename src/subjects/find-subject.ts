import { type PeopleDirectory, RECENT } from "../authorization/index.ts";
import {
  AmbiguousUsernameError,
  findUserByUsername,
  type IncydrReader,
  isIncydrError,
  type User,
  UsernameNotFoundError,
} from "../incydr/index.ts";
import { AmbiguousSubjectError, MentionWithoutEmailError, SubjectNotFoundError } from "./subject-errors.ts";
import { isUserId, typedUser } from "./typed-user.ts";

export interface FindSubjectOptions {
  readonly incydr: IncydrReader;
  readonly directory: PeopleDirectory;
}

/** The most usernames that the bot suggests for a mistyped one. */
const MOST_SUGGESTIONS = 5;

/**
 * Creates the function that finds an Incydr user by an id, a username, an e-mail or a mention (`<@U…|name>`). It never
 * guesses: unless exactly one user matches, it throws. `onUsername` is called before a look-up by username, so that other
 * look-ups by it can begin at the same time.
 */
export function createFindSubject({ incydr, directory }: FindSubjectOptions) {
  return async function findSubject(who: string, onUsername?: (username: string) => void): Promise<User> {
    const typed = typedUser(who);
    const mentioned = /^<@([A-Z0-9]+)/.exec(typed)?.[1];
    if (!mentioned && isUserId(typed)) return byId(typed);
    const username = mentioned ? await emailOf(mentioned) : typed;
    onUsername?.(username);
    return byUsername(username);
  };

  async function emailOf(slackUserId: string): Promise<string> {
    const { email } = await directory.person(slackUserId, RECENT);
    if (!email) throw new MentionWithoutEmailError(slackUserId);
    return email;
  }

  async function byId(userId: string): Promise<User> {
    try {
      return await incydr.users.getUser(userId, { lane: "interactive" });
    } catch (error) {
      if (isIncydrError(error, "not_found")) throw new SubjectNotFoundError(userId, []);
      throw error;
    }
  }

  async function byUsername(username: string): Promise<User> {
    try {
      return await findUserByUsername(incydr.users, username, { lane: "interactive" });
    } catch (error) {
      if (error instanceof AmbiguousUsernameError) {
        const userIds = error.users.map(({ userId }) => userId);
        throw new AmbiguousSubjectError(username, userIds);
      }
      if (!(error instanceof UsernameNotFoundError)) throw error;
      const { similar } = error;
      throw similar.length > 1
        ? new AmbiguousSubjectError(username, similar.slice(0, MOST_SUGGESTIONS))
        : new SubjectNotFoundError(username, similar);
    }
  }
}

export type FindSubject = ReturnType<typeof createFindSubject>;
