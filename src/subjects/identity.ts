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

/** How long an operator's Incydr user is remembered, in milliseconds. */
const IDENTITY_MAX_AGE_MS = 5 * 60_000;
/** The most operators that are remembered. Beyond that, all are forgotten. */
const MOST_REMEMBERED = 5_000;

/**
 * Makes `identify` remember the Incydr user of each operator for five minutes, by Slack id and e-mail. The caller must
 * have read the person within 30 s. Only a found user is remembered. Look-ups without a deadline of their own share a call
 * with others of the same priority.
 */
export function rememberIdentities(identify: Identify, clock: Pick<Clock, "now">): Identify {
  const known = new Map<string, KnownIdentity>();
  const underWay = new Map<string, Promise<KnownIdentity>>();
  return async function identifyRemembered(person, lane = "interactive", deadlineMs = undefined) {
    const key = `${person.slackUserId} ${person.email}`;
    const atMs = clock.now().getTime();
    const before = known.get(key);
    if (before && isFresh(before, atMs, IDENTITY_MAX_AGE_MS)) return before.user;
    const read = async () => ({ user: await identify(person, lane, deadlineMs), atMs });
    const callKey = `${key} ${lane}`;
    let reading = deadlineMs === undefined ? underWay.get(callKey) : read();
    if (!reading) {
      reading = read().finally(() => underWay.delete(callKey));
      underWay.set(callKey, reading);
    }
    const found = await reading;
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(key, found);
    return found.user;
  };
}

interface KnownIdentity {
  readonly user: User;
  /** When the call to Incydr began. */
  readonly atMs: number;
}

/** How long a click waits for Incydr, in milliseconds. */
const CLICK_DEADLINE_MS = 2_000;

/**
 * Finds the one Incydr user of a person who acted, within `deadlineMs`, default 2 s.
 * @throws {UnmappedOperatorError} if there is none, or several
 * @throws {IdentityUnavailableError} if Incydr does not answer
 */
export type IdentifyOperator = (person: Person, how?: { readonly deadlineMs?: number }) => Promise<string>;

export function createIdentifyOperator(identify: Identify): IdentifyOperator {
  return async function identifyOperator(person, { deadlineMs = CLICK_DEADLINE_MS } = {}) {
    try {
      const { userId } = await identify(person, "interactive", deadlineMs);
      return userId;
    } catch (error) {
      throw isIncydrError(error) ? new IdentityUnavailableError(error) : error;
    }
  };
}

export type Identify = ReturnType<typeof createIdentify>;
