import type { Call, CallRunner } from "./call-runner.ts";
import type { RoleWriteOptions, UsersApi } from "./client-api.ts";
import {
  type NamedRole,
  OutcomeUnknownError,
  RoleFaultsError,
  RolesChangedError,
  RolesIgnoredError,
} from "./errors.ts";
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
    const answer = await endpoints.replace(call, userId, async () => {
      const resolved = await resolveAgainstHeld(call, userId, resolve);
      held = resolved.held;
      assertExpected(userId, options, held);
      const next = wanted(idsOf(held), resolved.roleIds);
      sent = next ?? [];
      return next;
    });
    if (answer === null) return unchanged(idsOf(held));
    if (answer.ignoredRolesIds.length === 0) {
      assertConfirmed(userId, answer, { held: idsOf(held), sent });
      return answer;
    }
    // It has been written: not to learn the names must not hide that.
    const { roles } = await catalogue.read(call).catch(() => ({ roles: [] }));
    throw ignoredError(userId, answer.ignoredRolesIds, [...held, ...roles]);
  }

  return {
    addRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 1 });
      return await run(options, (call) =>
        change(
          call,
          id,
          options,
          (held) => resolver.forAssignment(call, references, held),
          (heldIds, added) => {
            const all = [...new Set([...heldIds, ...added])];
            return all.length === heldIds.length ? null : all;
          },
        ),
      );
    },

    removeRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 1 });
      return await run(options, (call) =>
        change(
          call,
          id,
          options,
          (held) => resolver.forRemoval(call, references, held),
          (heldIds, removed) => [...new Set(heldIds)].filter((roleId) => !removed.includes(roleId)),
        ),
      );
    },

    updateRoles: async (userId, roles, options) => {
      const id = parseUserId(userId);
      const references = listReferences(roles, { atLeast: 0 });
      return await run(options, (call) =>
        change(
          call,
          id,
          options,
          (held) => resolver.forAssignment(call, references, held),
          (_, named) => named,
        ),
      );
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
  const actual = new Set(held.map(({ roleId }) => roleId));
  if (expected.size === actual.size && [...expected].every((roleId) => actual.has(roleId))) return;
  const message = `The roles of user ${userId} have changed: expected ${listed(expected)}, found ${listed(actual)}. Nothing was written; review the change again`;
  throw new RolesChangedError(message, [...expected], held);
}

/** An answer that leaves roles out, of those sent or of those to be taken away, doesn't say what became of them. */
function assertConfirmed(
  userId: UserId,
  { processedReplacementRoleIds, unassignedRolesIds }: UpdateRolesResponse,
  { held, sent }: { readonly held: readonly RoleId[]; readonly sent: readonly RoleId[] },
): void {
  const left = [
    ...sent.filter((roleId) => !processedReplacementRoleIds.includes(roleId)),
    ...held.filter((roleId) => !sent.includes(roleId) && !unassignedRolesIds.includes(roleId)),
  ];
  if (left.length === 0) return;
  const message = `Incydr didn't say what became of roles when replacing those of user ${userId}: ${listed(left)}; read the user's roles`;
  throw new OutcomeUnknownError(message, { sent: "yes", status: 200, ...replacement });
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

function listed(roleIds: Iterable<RoleId>): string {
  return [...roleIds].sort().join(", ") || "none";
}
