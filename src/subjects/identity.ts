import { IdentityUnavailableError, type Person } from "../authorization/index.ts";
import {
  AmbiguousUsernameError,
  findUserByUsername,
  type IncydrReader,
  isIncydrError,
  type User,
  UsernameNotFoundError,
} from "../incydr/index.ts";
import { AppError } from "../kernel/errors.ts";

/** The person maps to no Incydr user, or to several: they may only look up. */
export class UnmappedOperatorError extends AppError<"unmapped_operator"> {
  constructor(person: Person) {
    super(
      "unmapped_operator",
      `Your Slack account (${person.email ?? "without an e-mail"}) belongs to no single Incydr user, so you may only look up. Ask an administrator to enter you in OPERATOR_MAP.`,
    );
  }
}

export interface IdentityOptions {
  readonly incydr: IncydrReader;
  /** Slack id → Incydr username, for people whose e-mails differ. */
  readonly operatorMap: ReadonlyMap<string, string>;
}

/**
 * Makes the function that finds the one Incydr user an operator is: by the configured map, or by their
 * case-folded e-mail.
 * @throws {UnmappedOperatorError}
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
      // A list that may be incomplete shows neither that there is no such user nor that there are several.
      if (error instanceof UsernameNotFoundError || error instanceof AmbiguousUsernameError) {
        throw new UnmappedOperatorError(person);
      }
      throw error;
    }
  };
}

/** How long a click that was kept waits for Incydr before it is put back, in milliseconds. */
const CLICK_DEADLINE_MS = 2_000;

/** Makes the function that finds the one Incydr user that whoever clicks is, without waiting for long. */
export function createIdentifyOperator(identify: Identify) {
  return async function identifyOperator(person: Person): Promise<string> {
    try {
      return (await identify(person, "interactive", CLICK_DEADLINE_MS)).userId;
    } catch (error) {
      throw isIncydrError(error) ? new IdentityUnavailableError(error) : error;
    }
  };
}

export type Identify = ReturnType<typeof createIdentify>;
