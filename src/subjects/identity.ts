import { IdentityUnavailableError, type Person } from "../authorization/index.ts";
import {
  AmbiguousUsernameError,
  findUserByUsername,
  type IncydrReader,
  isIncydrError,
  type User,
  UsernameNotFoundError,
} from "../incydr/index.ts";
import { type Clock, isFresh } from "../kernel/clock.ts";
import { RefusalError } from "../kernel/errors.ts";

/** The person maps to no Incydr user, or to several, and may only look up. */
export class UnmappedOperatorError extends RefusalError<
  "unmapped_operator",
  { readonly email: string | null }
> {
  constructor({ email }: Pick<Person, "email">) {
    super(
      "unmapped_operator",
      { email },
      `Your Slack account (${email ?? "without an e-mail"}) belongs to no single Incydr user, so you may only look up. Ask an administrator to enter you in OPERATOR_MAP.`,
    );
  }
}

export interface IdentityOptions {
  readonly incydr: IncydrReader;
  /** Slack id → Incydr username, for people whose e-mails differ. */
  readonly operatorMap: ReadonlyMap<string, string>;
}

/**
 * Creates the function that finds an operator's one Incydr user, by the configured map or by the case-folded e-mail.
 * @throws {UnmappedOperatorError} if there is none, or several
 */
export function createIdentify({ incydr, operatorMap }: IdentityOptions) {
  return async function identify(
    person: Person,
    lane: "emergency" | "interactive" = "interactive",
    deadlineMs?: number,
  ): Promise<User> {
    const username = operatorMap.get(person.slackUserId) ?? person.email;
    if (!username) throw new UnmappedOperatorError(person);
    const options = { lane, ...(deadlineMs ? { deadlineMs } : {}) };
    try {
      return await findUserByUsername(incydr.users, username, options);
    } catch (error) {
      // Other errors pass: an incomplete list proves neither that no user matches nor that only one does.
      if (error instanceof UsernameNotFoundError || error instanceof AmbiguousUsernameError) {
        throw new UnmappedOperatorError(person);
      }
      throw error;
    }
  };
}

/** How long a click waits for Incydr, in milliseconds. */
const CLICK_DEADLINE_MS = 2_000;

/** How long an answer is reused for the same attempt, in milliseconds. */
const ONE_ATTEMPT_MS = 5_000;

/**
 * Finds the one Incydr user of a person who acted, within `deadlineMs`, default 2 s. All checks of one attempt share
 * one call to Incydr; without `attemptId` each check makes its own.
 * @throws {UnmappedOperatorError} if there is none, or several
 * @throws {IdentityUnavailableError} if Incydr does not answer
 */
export type IdentifyOperator = (
  person: Person,
  how?: { readonly deadlineMs?: number; readonly attemptId?: string | null },
) => Promise<string>;

export function createIdentifyOperator(identify: Identify, clock: Pick<Clock, "now">): IdentifyOperator {
  const known = new Map<string, { readonly userId: string; readonly atMs: number }>();
  return async function identifyOperator(person, { deadlineMs = CLICK_DEADLINE_MS, attemptId = null } = {}) {
    const nowMs = clock.now().getTime();
    for (const [key, each] of known) if (!isFresh(each, nowMs, ONE_ATTEMPT_MS)) known.delete(key);
    const key = `${attemptId} ${person.slackUserId} ${person.email}`;
    const found = known.get(key);
    if (found) return found.userId;
    try {
      const { userId } = await identify(person, "interactive", deadlineMs);
      if (attemptId !== null) known.set(key, { userId, atMs: nowMs });
      return userId;
    } catch (error) {
      throw isIncydrError(error) ? new IdentityUnavailableError(error) : error;
    }
  };
}

export type Identify = ReturnType<typeof createIdentify>;
