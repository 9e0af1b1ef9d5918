import { answers } from "./answers.ts";
import type { Call } from "./call-runner.ts";
import { IncydrError } from "./errors.ts";
import type { RoleId, UserId } from "./ids.ts";
import type { Transport } from "./transport.ts";
import type { Role, UpdateRolesResponse, UserRole } from "./types.ts";

/** The four endpoints about roles, one request each. */
export interface RoleEndpoints {
  /** The roles that this API client may assign. */
  listAssignable(call: Call): Promise<readonly Role[]>;
  /** One role by its id. */
  fetch(call: Call, roleId: RoleId): Promise<Role>;
  /** The roles a user holds. */
  listHeld(call: Call, userId: UserId): Promise<readonly UserRole[]>;
  /**
   * Replaces the whole set by the one that `decide` comes to, which is asked anew before each sending; what
   * Incydr ignored is in the answer. Null if it came to nothing, and nothing was sent.
   */
  replace(
    call: Call,
    userId: UserId,
    decide: () => Promise<readonly RoleId[] | null>,
  ): Promise<UpdateRolesResponse | null>;
}

/** The endpoints over `transport`. */
export function createRoleEndpoints(transport: Transport): RoleEndpoints {
  return {
    listAssignable: (call) =>
      transport(call, {
        purpose: "list the roles",
        method: "GET",
        path: "/v1/users/roles",
        effect: "read",
        read: (json) => answers.roles.parse(json),
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
        read: (json) => answers.userRoles.parse(json).roles,
      }),

    replace: (call, userId, decide) =>
      transport<UpdateRolesResponse | null>(call, {
        purpose: `replace the roles of user ${userId}`,
        method: "PUT",
        path: "/v1/users/{userId}/roles",
        params: { userId },
        prepare: async () => {
          const roleIds = await decide();
          return roleIds ? { body: { roleIds } } : { result: null };
        },
        // Repeated blindly it could undo what somebody else changed meanwhile.
        effect: "once",
        // Right after the roles were read, before others of the lane, to keep the gap small.
        front: true,
        read: (json) => answers.updatedRoles.parse(json),
      }),
  };
}
