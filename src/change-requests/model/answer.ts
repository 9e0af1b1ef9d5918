import { z } from "zod";
import type { ChangeKind, Explanation } from "../../authorization/index.ts";
import type { Agent, Device, UserRole } from "../../incydr/index.ts";
import { shortened } from "../../kernel/shortened.ts";
import type {
  DirectoryAge,
  DirectoryFilter,
  DirectoryUser,
  Preflight,
  RoleRef,
  UserListPage,
} from "../../subjects/index.ts";
import type { Change } from "./change.ts";
import type { Grant } from "./grant.ts";
import type { Refusal } from "./refusal.ts";
import type { Outcome, RequestState } from "./state-machine.ts";
import type { BotStatus, FoundOrg, ListedOrgs, WhoAmI } from "./tenant-answers.ts";

/** Typed texts that are given back, by label. */
type Typed = Readonly<Record<string, string | null>>;

/**
 * The answer to a command, a click or a shortcut, as plain JSON; `slack/messages` makes its message. It is stored if
 * Slack does not accept it, so the kinds stay.
 */
export type Answer =
  /** `of`: the one command to explain; absent in answers of earlier versions. */
  | { readonly kind: "help"; readonly of?: string | null }
  | { readonly kind: "menu" | "frozen" }
  /** `looking_up`: the answer is still to come. */
  | { readonly kind: "looking_up" | "forged_button" | "delivery_incomplete" }
  /** `grants` is `null` if the bot couldn't check whether the reader may see some. */
  | {
      readonly kind: "subject";
      readonly facts: Preflight;
      readonly grants: readonly ListedGrant[] | null;
      readonly userLinkTemplate: string | null;
      readonly isFrozen: boolean;
    }
  /** Open grants, of one user or of all. */
  | {
      readonly kind: "grants";
      readonly grants: readonly ListedGrant[];
      readonly username: string | null;
      /** Absent in answers of earlier versions. */
      readonly page?: ListedPage;
      readonly isFrozen: boolean;
    }
  /** A page of the roles that can be added. Answers of earlier versions have all roles, and no `page`. */
  | {
      readonly kind: "roles";
      readonly roles: readonly { readonly roleId: string; readonly roleName: string | null }[];
      readonly isComplete: boolean;
      readonly page?: ListedPage;
      readonly isFrozen: boolean;
    }
  /** A page of the roles that a user holds, and the open grants of the user as for `subject`. */
  | {
      readonly kind: "held_roles";
      readonly userId: string;
      readonly username: string;
      readonly roles: readonly ListedHeldRole[];
      readonly page: ListedPage;
      readonly grants: readonly ListedGrant[] | null;
      readonly isFrozen: boolean;
    }
  | { readonly kind: "users"; readonly list: ListedUsers; readonly isFrozen: boolean }
  | { readonly kind: "permission"; readonly permission: PermissionAnswer; readonly isFrozen: boolean }
  | { readonly kind: "unfrozen"; readonly isReadOnly: boolean }
  /** `choices`: commands that a mistyped name may mean; absent in answers of earlier versions. */
  | {
      readonly kind: "not_done";
      readonly refusal: Refusal;
      readonly typed: Typed;
      readonly choices?: readonly Choice[];
    }
  /** An unexpected error. The effect is unknown, or there is none, because the work only opens a form. */
  | {
      readonly kind: "failed";
      /** The id of the error in the log. */
      readonly reference: string;
      readonly isNothingRequested: boolean;
      /** Whether Incydr may have made a change; default false. */
      readonly mayHaveWritten?: boolean;
      /** Whether a form may have opened nevertheless. */
      readonly mayHaveOpened: boolean;
      readonly typed: Typed;
    }
  /** A form that opened too late, or an undo without a request's number. */
  | { readonly kind: "form_too_late" | "undo_of_what"; readonly typed: Typed }
  /** `nearest`: the text of the most similar command; absent in answers of earlier versions. */
  | {
      readonly kind: "unknown_command";
      readonly command: string;
      readonly nearest?: string | null;
      readonly typed: Typed;
    }
  | { readonly kind: "option_fault"; readonly fault: OptionFault; readonly typed: Typed }
  | { readonly kind: "other_version"; readonly what: string }
  /** A page of a list of requests; `older` is the text of the command for the next page, and `page.next` is the same. */
  | {
      readonly kind: "requests";
      readonly requests: readonly ListedRequest[];
      readonly which: RequestListName;
      readonly isFiltered: boolean;
      readonly older: string | null;
      /** Absent in answers of earlier versions. */
      readonly page?: ListedPage;
      readonly isFrozen: boolean;
    }
  /** A page of the devices or agents of one user. Answers of earlier versions have only the first page. */
  | {
      readonly kind: "devices";
      readonly of: "device" | "agent";
      readonly username: string;
      /** At most `DEVICES_ON_A_PAGE` of `total`. */
      readonly items: readonly ListedDevice[];
      readonly total: number;
      readonly isComplete: boolean;
      readonly isFiltered: boolean;
      /** Items before the page; default 0. */
      readonly offset?: number;
      /** The order of the whole list; absent in answers of earlier versions. */
      readonly order?: DeviceOrder;
      /** The text of the command for the page before; `null` or absent if there is none. */
      readonly previous?: string | null;
      /** The text of the command for the page behind; `null` or absent if there is none. */
      readonly next?: string | null;
      /** Default false. */
      readonly isFrozen?: boolean;
    }
  | {
      readonly kind: "role";
      readonly role: { readonly id: string; readonly name: string; readonly permissions: readonly string[] };
      /** The first holders by the directory; absent in answers of earlier versions. */
      readonly holders?: ListedUsers;
    }
  | { readonly kind: "which_role"; readonly typed: Typed }
  /** A command that needs the number of a request. */
  | { readonly kind: "which_request"; readonly command: "request" | "cancel"; readonly typed: Typed }
  /** The details of a request could not be shown. */
  | { readonly kind: "request_not_shown"; readonly requestId: number }
  /** The cancellation is stored. Its job tells the person if it is refused. */
  | { readonly kind: "cancel_stored"; readonly requestId: number }
  | { readonly kind: "org"; readonly found: FoundOrg; readonly isFrozen: boolean }
  | { readonly kind: "which_org" }
  | { readonly kind: "orgs"; readonly list: ListedOrgs; readonly isFrozen: boolean }
  | { readonly kind: "status"; readonly status: BotStatus }
  | { readonly kind: "whoami"; readonly me: WhoAmI };

/** A command about one user that a button offers. */
export interface Choice {
  /** A username, or a user id. */
  readonly username: string;
  readonly displayName: string | null;
  readonly command: string;
}

/** A fault of an option of a command, such as `--for soon`; `option` is its name. */
export type OptionFault =
  | { readonly why: "unknown"; readonly option: string; readonly known: readonly string[] }
  | {
      readonly why: "repeated" | "empty" | "no_length" | "no_time" | "no_request" | "no_page";
      readonly option: string;
    }
  | { readonly why: "too_long" | "no_mentions"; readonly option: string; readonly most: number }
  /** The text outside of the options. */
  | { readonly why: "long_name"; readonly most: number }
  | { readonly why: "no_choice"; readonly option: string; readonly choices: readonly string[] }
  | { readonly why: "exclusive"; readonly option: string; readonly other: string };

/** Whether a person may do something, and why. */
export interface PermissionAnswer {
  readonly who: string;
  readonly action: string;
  /** `null` for an action about the whole tenant. */
  readonly change: { readonly kind: ChangeKind; readonly username: string } | null;
  readonly explanation: Explanation;
}

/**
 * The requests of a list. `mine` are those of the reader. `waiting` are the pending ones that the reader could approve
 * by the policies now. `open` are those that are not over.
 */
export const REQUEST_LISTS = ["open", "mine", "waiting", "all"] as const;
export type RequestListName = (typeof REQUEST_LISTS)[number];

/** A request in a list, as plain JSON. */
export interface ListedRequest {
  readonly requestId: number;
  readonly state: RequestState;
  /** `null` unless the request is done. */
  readonly outcome: Outcome | null;
  readonly change: Change;
  readonly isEmergency: boolean;
  /** The username of the only subject; `null` for a bulk. */
  readonly username: string | null;
  readonly targets: number;
  readonly requesterSlackId: string;
  /** In ISO 8601. */
  readonly createdAt: string;
  /** The approvals that a pending request still needs; `null` for other states. */
  readonly missing: number | null;
  /** The card; `null` if there is none that the reader can open. */
  readonly url: string | null;
  /** Whether the policies could not tell if the reader can approve it. */
  readonly isUnchecked: boolean;
  /**
   * The people who could approve a pending request; `null` if the bot could not check it, and absent for other states
   * and in answers of earlier versions.
   */
  readonly deciders?: Deciders | null;
}

/** The people who could approve a pending request, if nothing else forbids it to them. */
export interface Deciders {
  /** Handles of user groups. */
  readonly groups: readonly string[];
  /** Slack ids of invited approvers who have not approved yet. */
  readonly invited: readonly string[];
}

/** Devices that fit into what Slack takes for one message's blocks. */
export const DEVICES_ON_A_PAGE = 15;

/** The typed orders of devices. */
export const DEVICE_SORTS = ["name", "os", "host", "last-connected"] as const;

/** Incydr's order of a list of devices. */
export interface DeviceOrder {
  readonly by: (typeof DEVICE_SORTS)[number];
  readonly isDescending: boolean;
}

/** A device or an agent in a list; `null` is not said by Incydr. */
export interface ListedDevice {
  readonly name: string | null;
  readonly host: string | null;
  readonly active: boolean | null;
  readonly blocked: boolean | null;
  readonly os: string | null;
  readonly version: string | null;
  /** In ISO 8601. */
  readonly lastConnected: string | null;
  /** Incydr's alert of a device: 0 is none, 1 a warning, 2 critical. Agents have none. */
  readonly alertState: number | null;
  /** Incydr's names for the faults of an agent. */
  readonly issues: readonly string[];
  /** The number of its other faults; default 0. */
  readonly moreIssues?: number;
}

/** Characters of a text of Incydr's in a stored answer; a message shows fewer. */
const LONGEST_LISTED_TEXT = 240;
/** Issues of an agent in a stored answer; a message names fewer. */
const MOST_LISTED_ISSUES = 5;

export function listedDevice(device: Device): ListedDevice {
  const { name, osHostname, active, blocked, osName, osVersion, version, lastConnected, alertState } = device;
  return {
    ...{ name: listedText(name), host: listedText(osHostname), active, blocked, alertState, issues: [] },
    ...{
      os: listedText([osName, osVersion].filter(Boolean).join(" ") || null),
      version: listedText(version),
    },
    lastConnected: lastConnected?.toISOString() ?? null,
  };
}

export function listedAgent(agent: Agent): ListedDevice {
  const { name, osHostname, active, osName, appVersion, lastConnected, agentHealthIssueTypes } = agent;
  const issues = agentHealthIssueTypes.slice(0, MOST_LISTED_ISSUES);
  return {
    ...{ name: listedText(name), host: listedText(osHostname), active, blocked: null, alertState: null },
    ...{ os: listedText(osName), version: listedText(appVersion) },
    issues: issues.map((issue) => shortened(issue, LONGEST_LISTED_TEXT)),
    moreIssues: agentHealthIssueTypes.length - issues.length,
    lastConnected: lastConnected?.toISOString() ?? null,
  };
}

function listedText(text: string | null): string | null {
  return text === null ? null : shortened(text, LONGEST_LISTED_TEXT);
}

/** A role that a user holds; `null` is not said by Incydr. The times are in ISO 8601. */
export interface ListedHeldRole extends RoleRef {
  readonly createdAt: string | null;
  readonly modifiedAt: string | null;
}

export function listedHeldRole({
  roleId,
  roleName,
  creationDate,
  modificationDate,
}: UserRole): ListedHeldRole {
  return {
    ...{ id: roleId, name: roleName ?? roleId },
    createdAt: creationDate?.toISOString() ?? null,
    modifiedAt: modificationDate?.toISOString() ?? null,
  };
}

/** The place of a page in its list, and the texts of the commands for the pages beside it. */
export interface ListedPage {
  /** The number of the first shown entry, from 1; `null` if it is not known. */
  readonly first: number | null;
  /** The entries of the whole list; `null` if they were not counted. */
  readonly total: number | null;
  /** Whether the list has more entries than `total`. */
  readonly isMore: boolean;
  /** `null` if there is no such page. */
  readonly previous: string | null;
  readonly next: string | null;
}

/** The requests whose grants fit into what Slack takes for one message's blocks. */
export const REQUESTS_ON_A_GRANT_PAGE = 5;

/** A grant in a list; `endsAt` is in ISO 8601. */
export interface ListedGrant extends Pick<Grant, "requestId" | "username" | "state"> {
  readonly role: RoleRef;
  readonly endsAt: string;
}

export function listedGrant({ requestId, username, state, role, endsAt }: Grant): ListedGrant {
  return { requestId, username, state, role, endsAt: endsAt.toISOString() };
}

/** A page of a list of users. `oldestAgeMs` is in milliseconds. */
export interface ListedUsers {
  readonly filter: DirectoryFilter;
  readonly users: readonly Omit<DirectoryUser, "orgGuid" | "readAt">[];
  readonly total: number;
  readonly mayMatch: number;
  readonly offset: number;
  readonly age: Pick<DirectoryAge, "readUsers" | "expectedUsers" | "isEveryUserRead" | "usersWithRoles"> & {
    readonly oldestAgeMs: number | null;
  };
}

export function listedUsers(filter: DirectoryFilter, { page, age, readAt }: UserListPage): ListedUsers {
  const { users, total, mayMatch, offset } = page;
  return {
    ...{ filter, total, mayMatch, offset },
    users: users.map(({ orgGuid: _org, readAt: _at, ...user }) => user),
    age: listAge({ age, readAt }),
  };
}

/** The age of a directory that was read at `readAt`. */
export function listAge({ age, readAt }: Pick<UserListPage, "age" | "readAt">): ListedUsers["age"] {
  const { oldestReadAt, oldestRolesReadAt: _, ...counts } = age;
  const oldestAgeMs = oldestReadAt && Math.max(0, readAt.getTime() - oldestReadAt.getTime());
  return { ...counts, oldestAgeMs };
}

const KINDS: Readonly<Record<Answer["kind"], true>> = {
  help: true,
  menu: true,
  frozen: true,
  forged_button: true,
  delivery_incomplete: true,
  looking_up: true,
  subject: true,
  grants: true,
  roles: true,
  held_roles: true,
  users: true,
  permission: true,
  unfrozen: true,
  not_done: true,
  failed: true,
  form_too_late: true,
  undo_of_what: true,
  unknown_command: true,
  option_fault: true,
  other_version: true,
  requests: true,
  devices: true,
  role: true,
  which_role: true,
  which_request: true,
  request_not_shown: true,
  cancel_stored: true,
  org: true,
  which_org: true,
  orgs: true,
  status: true,
  whoami: true,
};

/** The part of an answer that chooses its message. A kind of a later version has no message here. */
export const answerShape = z.object({
  kind: z.string().refine((kind) => Object.hasOwn(KINDS, kind)),
});
