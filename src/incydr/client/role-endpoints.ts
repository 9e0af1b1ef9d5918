import type { Call } from "../http/call-runner.ts";
import type { Transport } from "../http/transport.ts";
import { IncompleteListError, IncydrError } from "../model/errors.ts";
import type { RoleId, UserId } from "../model/ids.ts";
import { createList, type List } from "../model/list.ts";
import type { Role, UpdateRolesResponse, UserRole } from "../model/types.ts";
import { answers } from "./answers.ts";

/** The four endpoints about roles, one request each. */
export interface RoleEndpoints {
  /** The roles that this API client may assign. */
  listAssignable(call: Call): Promise<List<Role>>;
  /** One role by its id. */
  fetch(call: Call, roleId: RoleId): Promise<Role>;
  /** The roles a user holds, all of them. @throws IncydrError `unexpected_answer` if one can't be read. */
  listHeld(call: Call, userId: UserId): Promise<readonly UserRole[]>;
  /**
   * Replaces the whole set by the one that `decide` comes to, which is asked anew before each sending; what
   * Incydr ignored is in the answer. `nothing` if it came to nothing, and nothing was sent; `unclear` if the
   * answer was a success that can't be read.
   */
  replace(
    call: Call,
    userId: UserId,
    decide: () => Promise<readonly RoleId[] | null>,
  ): Promise<UpdateRolesResponse | "nothing" | "unclear">;
}

/** The endpoints over `transport`. */
export function createRoleEndpoints(transport: Transport): RoleEndpoints {
  return {
    listAssignable: (call) =>
      transport(call, {
        purpose: "list the roles",
        method: "GET",
        path: "/v1/users/roles",
        isList: true,
        effect: "read",
        read: async (json) => {
          const { items, skipped } = await answers.roles(json);
          const isComplete = skipped === 0;
          return createList(items, {
            complete: isComplete,
            skipped: isComplete ? [] : [{ page: 1, count: skipped }],
          });
        },
      }),

    fetch: async (call, roleId) => {
      const role = await transport(call, {
        purpose: `read role ${roleId}`,
        method: "GET",
        path: "/v1/users/roles/{roleId}",
        params: { roleId },
        effect: "read",
        read: (json) => answers.role.parse(json),
      });
      if (role.roleId === roleId) return role;
      const message = `Asked for role ${roleId}, Incydr answered with ${role.roleId}; nothing was taken from it`;
      throw new IncydrError("unexpected_answer", message, { sent: "yes" });
    },

    listHeld: (call, userId) =>
      transport(call, {
        purpose: `list the roles of user ${userId}`,
        method: "GET",
        path: "/v1/users/{userId}/roles",
        params: { userId },
        effect: "read",
        read: async (json) => {
          const { roles, totalCount } = await answers.userRoles(json);
          if (totalCount === null || totalCount <= roles.length) return roles;
          throw new IncompleteListError(
            `Incydr counts ${totalCount} roles of user ${userId}, but gave ${roles.length}; nothing was taken from it`,
          );
        },
      }),

    replace: (call, userId, decide) =>
      transport<UpdateRolesResponse | "nothing" | "unclear">(call, {
        purpose: `replace the roles of user ${userId}`,
        method: "PUT",
        path: "/v1/users/{userId}/roles",
        params: { userId },
        prepare: async () => {
          const roleIds = await decide();
          return roleIds ? { body: { roleIds } } : { result: "nothing" };
        },
        // Repeated blindly it could undo what somebody else changed meanwhile.
        effect: "once",
        // Right after the roles were read, before others of the same priority, to keep the gap small.
        front: true,
        read: (json) => answers.updatedRoles.safeParse(json).data ?? "unclear",
      }),
  };
}
