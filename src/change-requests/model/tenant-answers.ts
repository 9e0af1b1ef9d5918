import type { Action, ChangeKind } from "../../authorization/index.ts";
import { shortened } from "../../kernel/shortened.ts";
import type {
  DirectoryAge,
  DirectoryOrgsAge,
  ListedDirectoryOrg,
  OrgListPage,
} from "../../subjects/index.ts";

/** Characters of a stored name. */
const LONGEST_NAME = 300;

/** An organization as Incydr shows it now; `null` for a fact that Incydr did not say. */
export interface ShownOrg {
  readonly id: string;
  readonly name: string;
  /** `name` is `null` if neither Incydr's list nor the directory names the parent. */
  readonly parent: { readonly id: string; readonly name: string | null } | null;
  readonly active: boolean | null;
  readonly userCount: number | null;
}

/** An organization that a typed text may mean. */
export interface OrgChoice {
  readonly id: string;
  readonly name: string;
}

/**
 * The organization that a text names. Otherwise `unknown` says that Incydr has none of exactly this name or id,
 * `ambiguous` that several have it, and `unclear` that Incydr's list may be incomplete.
 */
export type FoundOrg =
  | { readonly org: ShownOrg }
  | {
      readonly org: null;
      readonly why: "unknown" | "ambiguous" | "unclear";
      readonly asked: string;
      /** Organizations with this name, or with a similar one; at most five. */
      readonly choices: readonly OrgChoice[];
    };

/** A page of a list of organizations. `oldestAgeMs` is in milliseconds. */
export interface ListedOrgs {
  readonly text: string | null;
  readonly orgs: readonly Pick<
    ListedDirectoryOrg,
    "orgGuid" | "orgName" | "parentOrgGuid" | "parentName" | "active" | "userCount"
  >[];
  readonly total: number;
  readonly offset: number;
  readonly age: OrgsAge;
}

export type OrgsAge = Pick<DirectoryOrgsAge, "readOrgs" | "isEveryOrgRead"> & {
  readonly oldestAgeMs: number | null;
};

export function listedOrgs(text: string | null, { page, age, readAt }: OrgListPage): ListedOrgs {
  const { orgs, total, offset } = page;
  return {
    ...{ text, total, offset },
    orgs: orgs.map(({ readAt: _, ...org }) => org),
    age: orgsAgeAt(age, readAt),
  };
}

export function orgsAgeAt({ oldestReadAt, ...counts }: DirectoryOrgsAge, now: Date): OrgsAge {
  return { ...counts, oldestAgeMs: ageMsAt(oldestReadAt, now) };
}

/** The time since `at` in milliseconds, at least 0; `null` without a time. */
export function ageMsAt(at: Date | null, now: Date): number | null {
  return at && Math.max(0, now.getTime() - at.getTime());
}

/** A name from Incydr, short enough to be stored. */
export function storedName(name: string): string {
  return shortened(name, LONGEST_NAME);
}

/** The state of the bot for one reader. It has no number that a request changes. Times are in ISO 8601. */
export interface BotStatus {
  readonly freeze: { readonly by: string; readonly at: string } | null;
  readonly isReadOnly: boolean;
  /** The parts that the reader may see. `code` is `null` unless the reader may read the audit log. */
  readonly parts: readonly BotPart[];
  /** Whether work is due for several minutes. */
  readonly isQueueLate: boolean;
  /** Work that stopped after too many failures, with its reference in the log. None of it concerns a request. */
  readonly stopped: readonly { readonly job: string; readonly reference: string }[];
  readonly incydr: {
    /** The rest of the pause after a 429, in milliseconds; 0 without a pause. */
    readonly pausedForMs: number;
    /** `null` for no limit. */
    readonly requestsPerMinute: number | null;
    /** How the replicas share the limit. */
    readonly sharing: "alone" | "together" | "cut_off";
    readonly replicas: number;
  };
  /** The hash of the policies in force. */
  readonly policyHash: string;
  readonly directory: {
    /** Whether the bot reads the tenant again and again. */
    readonly isKept: boolean;
    readonly users: Pick<
      DirectoryAge,
      "readUsers" | "expectedUsers" | "isEveryUserRead" | "usersWithRoles"
    > & {
      readonly oldestAgeMs: number | null;
    };
    readonly orgs: OrgsAge;
  };
  readonly version: string;
  /** When this replica started. */
  readonly startedAt: string;
}

export interface BotPart {
  /** The name in `/readyz`. */
  readonly name: string;
  readonly state: "unknown" | "ok" | "failing";
  readonly since: string;
  readonly code: string | null;
}

/** A person as the bot knows them. */
export interface WhoAmI {
  readonly slackUserId: string;
  readonly displayName: string;
  readonly incydr:
    | { readonly user: { readonly userId: string; readonly username: string }; readonly by: IdentitySource }
    /** `none`: no user, or several, have this username; `unavailable`: Incydr gave no usable answer. */
    | {
        readonly user: null;
        readonly why: "none" | "unavailable";
        readonly by: IdentitySource;
        readonly username: string;
      }
    | { readonly user: null; readonly why: "no_address" };
  /** The user groups that the policies name. `minutes` is `null` for a member since the bot's first reading. */
  readonly groups: readonly { readonly handle: string; readonly minutes: number | null }[];
  /** The age of the groups is at most this, in minutes. */
  readonly groupsAgeMinutes: number;
  /** The permitted actions. `changes` names the kinds of change for which it is permitted, if not for all. */
  readonly may: readonly { readonly action: Action; readonly changes: readonly ChangeKind[] | null }[];
}

/** How a person's Incydr user is found: by `OPERATOR_MAP`, or by the e-mail in Slack. */
export type IdentitySource = "map" | "email";
