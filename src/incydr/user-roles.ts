import type { Call, CallRunner } from "./call-runner.ts";
import type { RoleWriteOptions, UsersApi } from "./client-api.ts";
import { type NamedRole, RoleFaultsError, RolesChangedError, RolesIgnoredError } from "./errors.ts";
import { parseUserId, type RoleId, type UserId } from "./ids.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { RoleEndpoints } from "./role-endpoints.ts";
import { describeFaults, listReferences } from "./role-references.ts";
import type { Resolution, RoleResolver } from "./role-resolver.ts";
import type { UpdateRolesResponse, UserRole } from "./types.ts";

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

  async function replace(
    call: Call,
    userId: UserId,
    roleIds: readonly RoleId[],
    held: readonly NamedRole[],
  ): Promise<UpdateRolesResponse> {
    const answer = await endpoints.replace(call, userId, roleIds);
    if (answer.ignoredRolesIds.length === 0) return answer;
    const { roles } = await catalogue.read(call);
    throw ignoredError(userId, answer.ignoredRolesIds, [...held, ...roles]);
  }

  return {
    addRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 1 });
      return await run(options, async (call) => {
        const { roleIds, held } = await resolveAgainstHeld(call, id, (heldRoles) =>
          resolver.forAssignment(call, references, heldRoles),
        );
        assertExpected(id, options, held);
        const heldIds = held.map(({ roleId }) => roleId);
        const wanted = [...new Set([...heldIds, ...roleIds])];
        return wanted.length === heldIds.length ? unchanged(heldIds) : await replace(call, id, wanted, held);
      });
    },

    removeRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 1 });
      return await run(options, async (call) => {
        const { roleIds, held } = await resolveAgainstHeld(call, id, (heldRoles) =>
          resolver.forRemoval(call, references, heldRoles),
        );
        assertExpected(id, options, held);
        const removed = new Set(roleIds);
        const kept = held.map(({ roleId }) => roleId).filter((roleId) => !removed.has(roleId));
        return await replace(call, id, [...new Set(kept)], held);
      });
    },

    updateRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 0 });
      return await run(options, async (call) => {
        const { roleIds, held } = await resolveAgainstHeld(call, id, (heldRoles) =>
          resolver.forAssignment(call, references, heldRoles),
        );
        assertExpected(id, options, held);
        return await replace(call, id, roleIds, held);
      });
    },

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

function assertExpected(
  userId: UserId,
  options: RoleWriteOptions | undefined,
  held: readonly UserRole[],
): void {
  if (options?.expected === undefined) return;
  const expected = new Set(options.expected);
  const actual = new Set(held.map(({ roleId }) => roleId));
  if (expected.size === actual.size && [...expected].every((roleId) => actual.has(roleId))) return;
  const message = `The roles of user ${userId} have changed: expected ${listed(expected)}, found ${listed(actual)}. Nothing was written; review the change again`;
  throw new RolesChangedError(message, [...expected], held);
}

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
    method: "PUT",
    path: "/v1/users/{userId}/roles",
  });
}

function listed(roleIds: Iterable<RoleId>): string {
  return [...roleIds].sort().join(", ") || "none";
}
