/** A person in Slack, as the bot itself last read them. */
export interface Person {
  readonly slackUserId: string;
  readonly displayName: string;
  /** Case-folded; `null` if Slack shows none. */
  readonly email: string | null;
  readonly isGuest: boolean;
  readonly isBot: boolean;
  readonly isDeactivated: boolean;
  /** Of another workspace, met in a shared channel. */
  readonly isOtherCompany: boolean;
  /** Handles of the user groups the person is in, among those that the policies name. */
  readonly groups: readonly string[];
  /**
   * For each of `groups`, how many minutes the person has been in it; `null` if they were in it when the bot
   * first read the group, which counts as long enough. A group without an entry counts as just joined.
   */
  readonly minutesInGroups: Readonly<Record<string, number | null>>;
}

/** Somebody at the command line of the bot's host; audited as `cli:<name>`. They can never approve. */
export interface CommandLineUser {
  /** The name of the operating system's account. */
  readonly osUser: string;
}

/** Whoever acts: a person in Slack, or somebody at the command line. */
export type Principal = Person | CommandLineUser;

/** Whether somebody acts at the command line. */
export function isCommandLine(principal: Principal): principal is CommandLineUser {
  return "osUser" in principal;
}

/** How a principal is called in policies and in the audit log: a Slack id, or `cli:<name>`. */
export function principalId(principal: Principal): string {
  return isCommandLine(principal) ? `cli:${principal.osUser}` : principal.slackUserId;
}

/** How old what is known of a person may be. */
export interface Freshness {
  /** At most this old, or it is fetched again. */
  readonly maxAgeMs: number;
  /** Whether every group that the policies name has to be there still, if it ever was. */
  readonly everyGroup: boolean;
}

/** For approvals and executions: the age that invariant 2 allows. */
export const FRESH: Freshness = { maxAgeMs: 30_000, everyGroup: true };
/** For look-ups and requests: a cached membership will do. */
export const RECENT: Freshness = { maxAgeMs: 300_000, everyGroup: false };

/** Where people and their groups are read from. */
export interface PeopleDirectory {
  /**
   * The person with this Slack id.
   * @throws {DirectoryUnavailableError} when they can't be read as fresh as asked.
   */
  person(slackUserId: string, freshness: Freshness): Promise<Person>;
  /**
   * Slack ids of everybody who is the Incydr user of this name: by their e-mail, or by configuration.
   * @throws {AddressRefusedError} when Slack answers, and refuses to look this name up.
   * @throws {DirectoryUnavailableError} when Slack can't be asked.
   */
  idsByEmail(email: string): Promise<readonly string[]>;
}
