import type { Call } from "../http/call-runner.ts";
import type { Transport } from "../http/transport.ts";
import { IncompleteListError } from "../model/errors.ts";
import type { RoleId, UserId } from "../model/ids.ts";
import { createList, type List } from "../model/list.ts";
import { otherRecordError, readPage, readRecords } from "./answers.ts";
import {
  type Role,
  role,
  type UpdateRolesResponse,
  type UserRole,
  updatedRoles,
  userRole,
} from "./records.ts";

const readHeld = readPage("roles", userRole, { maxUnreadable: 0 });

/** The four endpoints about roles, one request each. */
export type RoleEndpoints = ReturnType<typeof createRoleEndpoints>;

export function createRoleEndpoints(transport: Transport) {
  return {
    /** The roles that this API client may assign. */
    listAssignable: (call: Call): Promise<List<Role>> =>
      transport.read(call, {
        purpose: "list the roles",
        path: "/v1/users/roles",
        isList: true,
        read: async (json) => {
          const { items, skipped } = await readRecords(role, json);
          const complete = skipped === 0;
          return createList(items, { complete, skipped: complete ? [] : [{ page: 1, count: skipped }] });
        },
      }),

    fetch: async (call: Call, roleId: RoleId): Promise<Role> => {
      const found = await transport.read(call, {
        purpose: `read role ${roleId}`,
        path: "/v1/users/roles/{roleId}",
        params: { roleId },
        read: (json) => role.parse(json),
      });
      if (found.roleId !== roleId) throw otherRecordError(`role ${roleId}`, found.roleId);
      return found;
    },

    /** All roles of a user. @throws IncydrError `unexpected_answer` if one can't be read. */
    listHeld: (call: Call, userId: UserId): Promise<readonly UserRole[]> =>
      transport.read(call, {
        purpose: `list the roles of user ${userId}`,
        path: "/v1/users/{userId}/roles",
        params: { userId },
        read: async (json) => {
          // Strict, because the whole set is written back and decides whether the user is protected.
          const { items: roles, totalCount } = await readHeld(json);
          if (totalCount === null || totalCount <= roles.length) return roles;
          throw new IncompleteListError(
            `Incydr counts ${totalCount} roles of user ${userId}, but listed ${roles.length}; the list was ignored`,
          );
        },
      }),

    /**
     * Replaces the whole set by the result of `decide`, which is called before each sending. `nothing` if that result
     * is null, and nothing was sent; `unclear` if the answer was a success that can't be read. The answer has the roles
     * that Incydr ignored.
     */
    replace: (call: Call, userId: UserId, decide: () => Promise<readonly RoleId[] | null>) =>
      transport.write<UpdateRolesResponse | "nothing" | "unclear">(call, {
        purpose: `replace the roles of user ${userId}`,
        method: "PUT",
        path: "/v1/users/{userId}/roles",
        params: { userId },
        prepare: {
          body: async () => {
            const roleIds = await decide();
            return roleIds && { roleIds };
          },
          unsent: "nothing",
        },
        // A repetition could undo a change that was made meanwhile.
        effect: "once",
        // Sent before others of the same priority, so that little time passes after the roles were read.
        front: true,
        read: (json) => updatedRoles.safeParse(json).data ?? "unclear",
      }),
  };
}
