import type { Call, CallRunner } from "../http/call-runner.ts";
import { invalidInput, OutcomeUnknownError } from "../model/errors.ts";
import { parseUserId, type RoleId, type UserId } from "../model/ids.ts";
import {
  type NamedRole,
  type RoleFault,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "../model/role-errors.ts";
import type { RoleReferences, RoleWriteOptions, UsersApi } from "./client-api.ts";
import { createKeyedMutex } from "./keyed-mutex.ts";
import type { UpdateRolesResponse, UserRole } from "./records.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { RoleEndpoints } from "./role-endpoints.ts";
import type { RoleResolver } from "./role-resolver.ts";

/** The methods of `client.users` that concern roles. */
export type UserRoles = Pick<
  UsersApi,
  "addRoles" | "removeRoles" | "updateRoles" | "getRole" | "listRoles" | "listUserRoles"
>;

export interface UserRolesOptions {
  readonly run: CallRunner;
  readonly endpoints: RoleEndpoints;
  readonly catalogue: RoleCatalogue;
  readonly resolver: RoleResolver;
}

export function createUserRoles({ run, endpoints, catalogue, resolver }: UserRolesOptions): UserRoles {
  const mutex = createKeyedMutex();

  /** Resolves the references, and reads the user's roles as the last step before the write. */
  async function resolveAgainstHeld(
    call: Call,
    userId: UserId,
    references: readonly string[],
    { mustBeHeld }: RoleChangeMode,
  ) {
    const held = await endpoints.listHeld(call, userId);
    const { roleIds, faults, asked } = await resolver.resolve(call, references, held, { mustBeHeld });
    if (faults.length > 0) {
      const message = `Could not change the roles of user ${userId}: ${describeFaults(faults)}. Nothing was changed`;
      throw new RoleFaultsError(message, faults);
    }
    return { roleIds, held: asked ? await endpoints.listHeld(call, userId) : held };
  }

  /** Reads, checks and replaces. A repetition after a 429, a 401 or a failed connection reads and checks again. */
  async function change(
    call: Call,
    userId: UserId,
    references: readonly string[],
    kind: RoleChangeMode,
    options: RoleWriteOptions | undefined,
  ): Promise<UpdateRolesResponse> {
    let held: readonly UserRole[] = [];
    let sent: readonly RoleId[] = [];
    const answer = await replaceOrDoubt(call, userId, async () => {
      const resolved = await resolveAgainstHeld(call, userId, references, kind);
      held = resolved.held;
      assertExpected(userId, options, held);
      const wanted = kind.wanted(idsOf(held), resolved.roleIds);
      sent = wanted ?? [];
      return wanted;
    });
    const heldIds = idsOf(held);
    const roleChange = { held: heldIds, sent };
    if (answer === "nothing") return expectedAnswer({ held: heldIds, sent: heldIds });
    if (answer === "unclear") return await settleByReading(call, userId, roleChange, [...sent, ...heldIds]);
    if (answer.ignoredRolesIds.length > 0) {
      // The roles have been written. The error says so even if their names can't be read.
      const { roles } = await catalogue.read(call).catch(() => ({ roles: [] }));
      throw ignoredError(userId, answer.ignoredRolesIds, [...held, ...roles]);
    }
    const unconfirmed = unconfirmedRoles(answer, roleChange);
    return unconfirmed.length === 0 ? answer : await settleByReading(call, userId, roleChange, unconfirmed);
  }

  /** A success without readable JSON, for instance of a proxy, is as unclear as a success of another shape. */
  async function replaceOrDoubt(call: Call, userId: UserId, decide: () => Promise<readonly RoleId[] | null>) {
    try {
      return await endpoints.replace(call, userId, decide);
    } catch (error) {
      const isAnswered = error instanceof OutcomeUnknownError && error.sent === "yes";
      if (isAnswered && error.status !== null && error.status < 300) return "unclear";
      throw error;
    }
  }

  /**
   * Reads the roles after a replacement whose answer doesn't confirm it.
   * @throws OutcomeUnknownError if the user doesn't hold exactly the sent roles: the change may show later
   */
  async function settleByReading(
    call: Call,
    userId: UserId,
    change: RoleChange,
    unconfirmed: readonly RoleId[],
  ): Promise<UpdateRolesResponse> {
    const said = `Incydr's answer to the change of the roles of user ${userId} does not confirm these: ${listed(new Set(unconfirmed))}`;
    const details = { sent: "yes", status: 200, ...replacement } as const;
    const now = await endpoints.listHeld(call, userId).then(idsOf, (cause: unknown) => {
      throw new OutcomeUnknownError(`${said}; read the user's roles`, { ...details, cause });
    });
    if (isSameSet(now, change.sent)) return expectedAnswer(change);
    const message = `${said}. The roles are now: ${listed(now)}; read the user's roles again later`;
    throw new OutcomeUnknownError(message, details);
  }

  /** A method that changes roles. One change of a user's roles at a time: two at once would undo each other. */
  function changeRoles(kind: RoleChangeMode): UserRoles["updateRoles"] {
    return async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, kind);
      return await run(options, (call) =>
        mutex.runExclusive(id, call.signal, () => change(call, id, references, kind, options)),
      );
    };
  }

  return {
    addRoles: changeRoles(addition),
    removeRoles: changeRoles(removal),
    updateRoles: changeRoles(replacementOfAll),

    getRole: async (role, options) => {
      const [reference = ""] = listReferences(role, { atLeast: 1 });
      return await run(options, (call) => resolver.find(call, reference));
    },

    listRoles: (options) => run(options, catalogue.readNow),

    listUserRoles: async (userId, options) => {
      const id = parseUserId(userId);
      return await run(options, (call) => endpoints.listHeld(call, id));
    },
  };
}

/**
 * The references of a call as a list without repetitions.
 * @throws IncydrError `invalid` if one is blank, or if there are fewer than `atLeast`.
 */
function listReferences(roles: RoleReferences, { atLeast }: Pick<RoleChangeMode, "atLeast">): string[] {
  const list: readonly string[] = typeof roles === "string" ? [roles] : roles;
  if (!Array.isArray(list) || list.length < atLeast) throw invalidInput("name at least one role");
  if (list.some((role) => typeof role !== "string" || role.trim() === "")) {
    throw invalidInput("a role must be named by its id or its name, not by an empty text");
  }
  return [...new Set(list)];
}

function describeFaults(faults: readonly RoleFault[]): string {
  const reasons: Record<RoleFault["reason"], string> = {
    not_found: "there is no such role, or this API client may not assign it",
    not_held: "the user doesn't hold it",
    not_assignable: "this API client may not assign it",
    ambiguous: "more than one role has this id or name",
  };
  return faults.map(({ role, reason }) => `${JSON.stringify(role)}: ${reasons[reason]}`).join("; ");
}

function idsOf(roles: readonly UserRole[]): RoleId[] {
  return roles.map(({ roleId }) => roleId);
}

function assertExpected(
  userId: UserId,
  options: RoleWriteOptions | undefined,
  held: readonly UserRole[],
): void {
  if (options?.expected === undefined) return;
  const expected = new Set(options.expected);
  const actual = new Set(idsOf(held));
  if (isSameSet(expected, actual)) return;
  const message = `The roles of user ${userId} have changed: expected ${listed(expected)}, found ${listed(actual)}. Nothing was written; review the change again`;
  throw new RolesChangedError(message, [...expected], held);
}

/** The roles before a replacement, and the roles that it sent. */
interface RoleChange {
  readonly held: readonly RoleId[];
  readonly sent: readonly RoleId[];
}

/** One of the three changes of roles. */
interface RoleChangeMode {
  readonly atLeast: 0 | 1;
  readonly mustBeHeld: boolean;
  /** The new set from the roles held and those named; null if nothing is to be written. */
  wanted(heldIds: readonly RoleId[], namedIds: readonly RoleId[]): readonly RoleId[] | null;
}

const addition: RoleChangeMode = {
  atLeast: 1,
  mustBeHeld: false,
  wanted: (heldIds, added) => {
    const all = [...new Set([...heldIds, ...added])];
    return all.length === heldIds.length ? null : all;
  },
};

const removal: RoleChangeMode = {
  atLeast: 1,
  mustBeHeld: true,
  wanted: (heldIds, removed) => [...new Set(heldIds)].filter((roleId) => !removed.includes(roleId)),
};

const replacementOfAll: RoleChangeMode = { atLeast: 0, mustBeHeld: false, wanted: (_, named) => named };

/** The roles that were sent or are to be removed, but are missing from the answer. */
function unconfirmedRoles(
  { processedReplacementRoleIds, unassignedRolesIds }: UpdateRolesResponse,
  { held, sent }: RoleChange,
): RoleId[] {
  return [
    ...sent.filter((roleId) => !processedReplacementRoleIds.includes(roleId)),
    ...held.filter((roleId) => !sent.includes(roleId) && !unassignedRolesIds.includes(roleId)),
  ];
}

const replacement = { method: "PUT", path: "/v1/users/{userId}/roles" } as const;

/** The answer of Incydr to a replacement that it made completely. */
function expectedAnswer({ held, sent }: RoleChange): UpdateRolesResponse {
  return {
    processedReplacementRoleIds: sent,
    newlyAssignedRolesIds: sent.filter((roleId) => !held.includes(roleId)),
    unassignedRolesIds: held.filter((roleId) => !sent.includes(roleId)),
    ignoredRolesIds: [],
  };
}

function ignoredError(
  userId: UserId,
  ignoredIds: readonly RoleId[],
  known: readonly NamedRole[],
): RolesIgnoredError {
  const ignored = ignoredIds.map((roleId) => ({
    roleId,
    roleName: known.find((role) => role.roleId === roleId)?.roleName ?? null,
  }));
  const names = ignored.map(({ roleId, roleName }) =>
    roleName === null ? roleId : `${roleName} (${roleId})`,
  );
  const message = `Incydr ignored these roles when it changed the roles of user ${userId}: ${names.join(", ")}. Other roles may have changed; read the user's roles`;
  return new RolesIgnoredError(message, ignored, { sent: "yes", status: 200, ...replacement });
}

function isSameSet(one: Iterable<RoleId>, other: Iterable<RoleId>): boolean {
  const [first, second] = [new Set(one), new Set(other)];
  return first.size === second.size && [...first].every((roleId) => second.has(roleId));
}

function listed(roleIds: Iterable<RoleId>): string {
  return [...roleIds].sort().join(", ") || "none";
}
