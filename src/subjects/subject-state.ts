import {
  type CallOptions,
  foldUsername,
  IncydrError,
  type IncydrReader,
  isComplete,
  isIncydrError,
  type List,
  parseUserId,
  type User,
  type UserId,
  type UserRole,
} from "../incydr/index.ts";
import { isCloudAdminRole, isPrivilegedRole } from "./privileged-roles.ts";

/** `unknown`: Incydr does not permit the reading, or does not answer. */
export type Fact = "yes" | "no" | "unknown";

/** A fact with the names behind a `yes`. */
export interface Finding {
  readonly fact: Fact;
  readonly names: readonly string[];
  /** The fact is unknown because the bot did not ask Incydr. */
  readonly notAsked?: true;
}

export interface RoleRef {
  readonly id: string;
  readonly name: string;
}

/** The facts that decide over a change: policies use them, and approvals are bound to them. */
export interface SubjectState {
  readonly userId: string;
  readonly username: string;
  readonly active: boolean;
  readonly orgName: string;
  /** Empty if Incydr does not say. */
  readonly orgGuid: string;
  /** Sorted by id. */
  readonly roles: readonly RoleRef[];
  /** Legal-hold matters of which the subject is an active custodian. */
  readonly legalHold: Finding;
  readonly privileged: boolean;
  /** A Customer Cloud Admin, or on the configured list. */
  readonly protected: boolean;
}

/** The facts that show whether a change is in effect. */
export type SubjectEffect = Pick<SubjectState, "active" | "roles" | "orgGuid">;

export interface SubjectStateOptions {
  readonly incydr: IncydrReader;
  /** Usernames on the configured list of protected subjects, each folded by `foldUsername`. */
  readonly protectedUsernames: ReadonlySet<string>;
}

/** The priority of calls for a change in execution. */
export type ChangeLane = "emergency" | "change" | "bulk";

export type StateOptions = Pick<CallOptions, "deadlineMs"> & { readonly lane?: ChangeLane };

/** Reads a subject while a change is executed, with the priority of the change (default `change`). */
export interface SubjectReader {
  /** The facts that decide over the change. @throws {IncydrError} if Incydr does not answer. */
  state(userId: string, options?: StateOptions): Promise<SubjectState>;
  /** The facts that show whether the change is in effect. @throws {IncydrError} if Incydr does not answer. */
  effect(userId: string, lane?: ChangeLane): Promise<SubjectEffect>;
}

export function createSubjectReader({ incydr, protectedUsernames }: SubjectStateOptions): SubjectReader {
  return {
    async state(userId, options = {}) {
      const id = parseUserId(userId);
      const call = { lane: "change", ...options } as const;
      const [user, [roles, legalHold]] = await userFirst(
        incydr.users.getUser(id, call),
        Promise.all([
          readRoles(incydr, id, call),
          finding(() => readLegalHold(incydr, id, call), { throwWhenDown: true }),
        ]),
      );
      knownActive(user);
      return subjectState({ user, roles, legalHold, protectedUsernames });
    },

    async effect(userId, lane = "change") {
      const id = parseUserId(userId);
      const [user, roles] = await userFirst(
        incydr.users.getUser(id, { lane }),
        readRoles(incydr, id, { lane }),
      );
      return { active: knownActive(user), roles: roleRefs(roles), orgGuid: user.orgGuid ?? "" };
    },
  };
}

/** Awaits both. If both fail, throws the error of the user, because only it can show that there is no such user. */
async function userFirst<Rest>(user: Promise<User>, rest: Promise<Rest>): Promise<[User, Rest]> {
  await Promise.allSettled([user, rest]);
  return [await user, await rest];
}

/**
 * The roles of an existing user.
 * @throws {IncydrError} if Incydr does not answer. A 404 becomes `unexpected_answer`, because it does not show that
 * there is no such user.
 */
export async function readRoles(
  incydr: Pick<IncydrReader, "users">,
  userId: UserId,
  options: CallOptions,
): Promise<readonly UserRole[]> {
  try {
    return await incydr.users.listUserRoles(userId, options);
  } catch (error) {
    if (!isIncydrError(error, "not_found")) throw error;
    const message = `Incydr has user ${userId}, but doesn't show their roles. Try again later`;
    throw new IncydrError("unexpected_answer", message, { ...error, sent: "yes", cause: error });
  }
}

/** @throws {IncydrError} if Incydr does not say it: an unknown state cannot show that a change is in effect. */
function knownActive({ userId, active }: User): boolean {
  if (active !== null) return active;
  throw new IncydrError("unexpected_answer", `Incydr doesn't say whether user ${userId} is active.`, {
    sent: "yes",
  });
}

export function subjectState(read: {
  user: User;
  roles: readonly UserRole[];
  legalHold: Finding;
  protectedUsernames: ReadonlySet<string>;
}): SubjectState {
  const { user, legalHold, protectedUsernames } = read;
  const roles = roleRefs(read.roles);
  const username = user.username ?? user.userId;
  return {
    userId: user.userId,
    username,
    active: user.active ?? false,
    orgName: user.orgName || "unknown",
    orgGuid: user.orgGuid ?? "",
    roles,
    legalHold,
    privileged: roles.some(({ id, name }) => isPrivilegedRole(name) || isPrivilegedRole(id)),
    protected:
      roles.some(({ id, name }) => isCloudAdminRole(name) || isCloudAdminRole(id)) ||
      protectedUsernames.has(foldUsername(username)),
  };
}

/** The matters that hold a user; `unknown` if Incydr does not say whether one holds, or the list may be incomplete. */
export async function readLegalHold(
  incydr: IncydrReader,
  userId: UserId,
  options: CallOptions,
): Promise<readonly string[] | "unknown"> {
  const matters = await incydr.legalHold.mattersOf(userId, options);
  if (matters.some(({ membershipActive }) => membershipActive === null)) return "unknown";
  const holding = matters.filter(({ membershipActive }) => membershipActive);
  return namesIn(matters, () => holding.map(({ name, matterId }) => name ?? matterId));
}

/** Names from a list; `unknown` if there are none and the list may be incomplete. */
export function namesIn<Item>(
  list: List<Item>,
  namesOf: () => readonly string[],
): readonly string[] | "unknown" {
  const names = namesOf();
  return names.length === 0 && !isComplete(list) ? "unknown" : names;
}

/**
 * A fact that may stay unknown. With `throwWhenDown` it is unknown only if Incydr refuses it; an error that may pass is
 * thrown, so that the caller can try later.
 */
export async function finding(
  read: () => Promise<readonly string[] | "unknown">,
  { throwWhenDown = false } = {},
): Promise<Finding> {
  try {
    const names = await read();
    if (names === "unknown") return { fact: "unknown", names: [] };
    return { fact: names.length > 0 ? "yes" : "no", names };
  } catch (error) {
    // A 404 too: no source says that it means "none" for an existing user.
    if (isIncydrError(error) && !(throwWhenDown && isDown(error.code))) return { fact: "unknown", names: [] };
    throw error;
  }
}

function isDown(code: string): boolean {
  return ["unavailable", "timed_out", "rate_limited", "aborted", "unauthorized"].includes(code);
}

export function roleRefs(roles: readonly UserRole[]): RoleRef[] {
  return roles
    .map(({ roleId, roleName }) => ({ id: roleId as string, name: roleName ?? roleId })) // a branded id is a string
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
