/** A person in Slack, as the bot read them. */
export interface Person {
  readonly slackUserId: string;
  readonly displayName: string;
  /** Case-folded; `null` if Slack shows none. */
  readonly email: string | null;
  readonly isGuest: boolean;
  readonly isBot: boolean;
  readonly isDeactivated: boolean;
  /** From another workspace, in a shared channel. */
  readonly isOtherCompany: boolean;
  /** Handles of the person's user groups, among those that the policies name. */
  readonly groups: readonly string[];
  /**
   * Minutes in each of `groups`; `null` if the person was in it when the bot first read the group, which counts as long
   * enough. A group without an entry counts as just joined.
   */
  readonly minutesInGroups: Readonly<Record<string, number | null>>;
}

/** A user of the bot's command line, audited as `cli:<name>`. Such a user can never approve. */
export interface CommandLineUser {
  /** The name of the operating system's account. */
  readonly osUser: string;
}

export type Principal = Person | CommandLineUser;

export function isCommandLine(principal: Principal): principal is CommandLineUser {
  return "osUser" in principal;
}

/** The id of a principal in policies and in the audit log: a Slack id, or `cli:<name>`. */
export function principalId(principal: Principal): string {
  return isCommandLine(principal) ? `cli:${principal.osUser}` : principal.slackUserId;
}

/** How old the facts about a person may be. */
export interface Freshness {
  /** Older facts are read again. */
  readonly maxAgeMs: number;
  /** Whether the facts fail if a group that the policies name existed and is gone. */
  readonly everyGroup: boolean;
}

/** For approvals and executions. */
export const FRESH: Freshness = { maxAgeMs: 30_000, everyGroup: true };
/** For look-ups and requests. */
export const RECENT: Freshness = { maxAgeMs: 300_000, everyGroup: false };

export interface PeopleDirectory {
  /**
   * The person with this Slack id.
   * @throws {DirectoryUnavailableError} if Slack can't be read, and the known facts are older than `freshness` allows
   * @throws {UnknownPersonError} if Slack knows no person with this id
   */
  person(slackUserId: string, freshness: Freshness): Promise<Person>;
  /**
   * Slack ids of all people who are the Incydr user of this name, by e-mail or by configuration.
   * @throws {AddressRefusedError} if Slack refuses to look up this name
   * @throws {DirectoryUnavailableError} if Slack does not answer
   */
  idsByEmail(email: string): Promise<readonly string[]>;
}
