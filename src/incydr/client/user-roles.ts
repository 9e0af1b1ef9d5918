import type { Call, CallRunner } from "../http/call-runner.ts";
import { OutcomeUnknownError } from "../model/errors.ts";
import { parseUserId, type RoleId, type UserId } from "../model/ids.ts";
import {
  type NamedRole,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "../model/role-errors.ts";
import type { RoleReferences, RoleWriteOptions, UsersApi } from "./client-api.ts";
import { createKeyedMutex } from "./keyed-mutex.ts";
import type { UpdateRolesResponse, UserRole } from "./records.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { RoleEndpoints } from "./role-endpoints.ts";
import { describeFaults, listReferences } from "./role-references.ts";
import type { Resolution, RoleResolver } from "./role-resolver.ts";

/** The methods of `client.users` that concern roles. */
export type UserRoles = Pick<
  UsersApi,
  "addRoles" | "removeRoles" | "updateRoles" | "getRole" | "listRoles" | "listUserRoles"
>;

/** What the role methods are made of. */
export interface UserRolesOptions {
  readonly run: CallRunner;
  readonly endpoints: RoleEndpoints;
  readonly catalogue: RoleCatalogue;
  readonly resolver: RoleResolver;
}

/** The role methods of `client.users`. */
export function createUserRoles({ run, endpoints, catalogue, resolver }: UserRolesOptions): UserRoles {
  const mutex = createKeyedMutex();

  /** Reads a user's roles until nothing but their use lies between the last reading and the write. */
  async function resolveAgainstHeld(
    call: Call,
    userId: UserId,
    resolve: (held: readonly UserRole[]) => Promise<Resolution>,
  ) {
    const held = await endpoints.listHeld(call, userId);
    const { roleIds, faults, asked } = await resolve(held);
    if (faults.length > 0) {
      const message = `Could not change the roles of user ${userId}: ${describeFaults(faults)}. Nothing was changed`;
      throw new RoleFaultsError(message, faults);
    }
    return { roleIds, held: asked ? await endpoints.listHeld(call, userId) : held };
  }

  /**
   * Reads, checks and replaces as one: what is sent again after a 429, a 401 or a connection that failed is
   * what follows from the roles as they are then. `wanted` of those held and those named is the new set.
   */
  async function change(
    call: Call,
    userId: UserId,
    options: RoleWriteOptions | undefined,
    resolve: (held: readonly UserRole[]) => Promise<Resolution>,
    wanted: (heldIds: readonly RoleId[], namedIds: readonly RoleId[]) => readonly RoleId[] | null,
  ): Promise<UpdateRolesResponse> {
    let held: readonly UserRole[] = [];
    let sent: readonly RoleId[] = [];
    const answer = await replaceOrDoubt(call, userId, async () => {
      const resolved = await resolveAgainstHeld(call, userId, resolve);
      held = resolved.held;
      assertExpected(userId, options, held);
      const next = wanted(idsOf(held), resolved.roleIds);
      sent = next ?? [];
      return next;
    });
    if (answer === "nothing") return unchanged(idsOf(held));
    const change = { held: idsOf(held), sent };
    if (answer === "unclear") return await settleByReading(call, userId, change, [...sent, ...change.held]);
    if (answer.ignoredRolesIds.length === 0) {
      const unconfirmed = unconfirmedRoles(answer, change);
      return unconfirmed.length === 0 ? answer : await settleByReading(call, userId, change, unconfirmed);
    }
    // It has been written: not to learn the names must not hide that.
    const roles = await catalogue.read(call).then(
      ({ roles }) => roles,
      () => [],
    );
    throw ignoredError(userId, answer.ignoredRolesIds, [...held, ...roles]);
  }

  /** A success that isn't JSON, of a proxy for instance, is as unclear as one of another shape. */
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
   * @throws OutcomeUnknownError unless exactly the roles that were sent are held: the change may show later.
   */
  async function settleByReading(
    call: Call,
    userId: UserId,
    { held, sent }: RoleChange,
    unconfirmed: readonly RoleId[],
  ): Promise<UpdateRolesResponse> {
    const said = `Incydr didn't say what became of roles when replacing those of user ${userId}: ${listed(new Set(unconfirmed))}`;
    const details = { sent: "yes", status: 200, ...replacement } as const;
    const now = await endpoints.listHeld(call, userId).then(idsOf, (cause: unknown) => {
      throw new OutcomeUnknownError(`${said}; read the user's roles`, { ...details, cause });
    });
    if (!isSameSet(now, sent)) {
      const message = `${said}. Read again, the roles are: ${listed(now)}; read the user's roles once more`;
      throw new OutcomeUnknownError(message, details);
    }
    return {
      processedReplacementRoleIds: sent,
      newlyAssignedRolesIds: sent.filter((roleId) => !held.includes(roleId)),
      unassignedRolesIds: held.filter((roleId) => !sent.includes(roleId)),
      ignoredRolesIds: [],
    };
  }

  /** One change of a user's roles at a time: two that interleave would undo each other. */
  async function changeExclusively(
    userId: UserId,
    roles: RoleReferences,
    options: RoleWriteOptions | undefined,
    kind: ChangeKind,
  ): Promise<UpdateRolesResponse> {
    const id = parseUserId(userId);
    const references = listReferences(roles, { atLeast: kind.atLeast });
    return await run(options, (call) =>
      mutex.runExclusive(id, call.signal, () =>
        change(call, id, options, (held) => resolver[kind.resolve](call, references, held), kind.wanted),
      ),
    );
  }

  return {
    addRoles: async (userId, roles, options) => await changeExclusively(userId, roles, options, addition),
    removeRoles: async (userId, roles, options) => await changeExclusively(userId, roles, options, removal),
    updateRoles: async (userId, roles, options) =>
      await changeExclusively(userId, roles, options, replacementOfAll),

    getRole: async (role, options) => {
      const [reference = ""] = listReferences(role, { atLeast: 1 });
      return await run(options, (call) => resolver.find(call, reference));
    },

    listRoles: async (options) => await run(options, (call) => endpoints.listAssignable(call)),

    listUserRoles: async (userId, options) => {
      const id = parseUserId(userId);
      return await run(options, (call) => endpoints.listHeld(call, id));
    },
  };
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

/** The roles before a replacement, and those that it sent. */
interface RoleChange {
  readonly held: readonly RoleId[];
  readonly sent: readonly RoleId[];
}

/** How a change of roles comes to the set that is sent. */
interface ChangeKind {
  readonly atLeast: 0 | 1;
  readonly resolve: "forAssignment" | "forRemoval";
  /** The new set from the roles held and those named; null if nothing is to be written. */
  wanted(heldIds: readonly RoleId[], namedIds: readonly RoleId[]): readonly RoleId[] | null;
}

const addition: ChangeKind = {
  atLeast: 1,
  resolve: "forAssignment",
  wanted: (heldIds, added) => {
    const all = [...new Set([...heldIds, ...added])];
    return all.length === heldIds.length ? null : all;
  },
};

const removal: ChangeKind = {
  atLeast: 1,
  resolve: "forRemoval",
  wanted: (heldIds, removed) => [...new Set(heldIds)].filter((roleId) => !removed.includes(roleId)),
};

const replacementOfAll: ChangeKind = {
  atLeast: 0,
  resolve: "forAssignment",
  wanted: (_, named) => named,
};

/** Roles that an answer leaves out, of those sent or of those to be taken away. */
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

/** What a replacement by the same set would answer. */
function unchanged(roleIds: readonly RoleId[]): UpdateRolesResponse {
  return {
    processedReplacementRoleIds: roleIds,
    newlyAssignedRolesIds: [],
    unassignedRolesIds: [],
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
  const message = `Incydr left roles out when replacing those of user ${userId}: ${names.join(", ")}. The others may have been changed; read the user's roles`;
  return new RolesIgnoredError(message, ignored, {
    sent: "yes",
    status: 200,
    ...replacement,
  });
}

function isSameSet(one: Iterable<RoleId>, other: Iterable<RoleId>): boolean {
  const [first, second] = [new Set(one), new Set(other)];
  return first.size === second.size && [...first].every((roleId) => second.has(roleId));
}

function listed(roleIds: Iterable<RoleId>): string {
  return [...roleIds].sort().join(", ") || "none";
}
