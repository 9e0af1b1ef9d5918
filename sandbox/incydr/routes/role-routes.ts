import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import type { Readings } from "../readings.ts";
import { type RouteContext, requestedUser } from "./route-context.ts";
import { parseBody } from "./user-write-routes.ts";

const replacementSchema = z.object({ roleIds: z.array(z.string()) });

/** Registers the assignable roles, the roles of a user, and their replacement. */
export function registerRoleRoutes(register: EndpointRegistrar, context: RouteContext): void {
  const { tenant } = context;

  register.read("GET", "/v1/users/roles", () => {
    const assignable = tenant.roles.filter((role) => tenant.isAssignable(role.roleId));
    return listAnswer(assignable, "whole", { readings: context.readings(), idField: "roleId" }).records;
  });

  register.read("GET", "/v1/users/roles/{roleId}", (request) => {
    const roleId = request.param("roleId");
    const role = tenant.roles.find((candidate) => candidate.roleId === roleId);
    if (!role || !tenant.isAssignable(roleId)) {
      throw new ApiError(404, "NOT_FOUND", "Role was not found.");
    }
    return role;
  });

  register.read("GET", "/v1/users/{userId}/roles", (request) => {
    const held = tenant.rolesOf(requestedUser(request, context).userId);
    const roles = tenant.roles
      .filter((role) => held.includes(role.roleId))
      .map(({ permissions, ...role }) => ({
        ...role,
        permissionIds: permissions.map(({ permission }) => permission),
      }));
    return { roles };
  });

  register.write("PUT", "/v1/users/{userId}/roles", "set_roles", (request) => {
    const { userId } = requestedUser(request, context);
    const wanted = [...new Set(parseBody(request, replacementSchema).roleIds)];
    const held = tenant.rolesOf(userId);
    const { processed, ignored } = sortOut(wanted, held, context);
    const kept = keptInSpiteOfThePut(held, wanted, context);
    const next = [...new Set([...processed, ...kept])];
    tenant.setRoles(userId, next);
    return replacementAnswer(context.readings(), {
      processedReplacementRoleIds: processed.filter((roleId) => !ignored.includes(roleId)),
      newlyAssignedRolesIds: next.filter((roleId) => !held.includes(roleId)),
      unassignedRolesIds: held.filter((roleId) => !next.includes(roleId)),
      ignoredRolesIds: ignored,
    });
  });
}

/** The answer to a successful replacement. */
function replacementAnswer(readings: Readings, all: Record<string, string[]>): unknown {
  switch (readings.roleReplacementAnswer) {
    case "all":
      return all;
    case "changed_only":
      return { ...all, processedReplacementRoleIds: all.newlyAssignedRolesIds };
    case "nulls":
      return Object.fromEntries(Object.keys(all).map((field) => [field, null]));
    case "empty":
      return undefined;
  }
}

/** Splits the requested roles into roles that the user gets and roles that the answer names as ignored. */
function sortOut(
  wanted: readonly string[],
  held: readonly string[],
  context: RouteContext,
): { processed: string[]; ignored: string[] } {
  const readings = context.readings();
  const processed: string[] = [];
  const ignored: string[] = [];
  for (const roleId of wanted) {
    const known = context.tenant.roles.some((role) => role.roleId === roleId);
    if (context.tenant.isAssignable(roleId)) {
      processed.push(roleId);
    } else if (known && held.includes(roleId)) {
      // In both readings the user keeps the role; only the answer differs.
      processed.push(roleId);
      if (readings.heldUnassignableRole === "ignored") {
        ignored.push(roleId);
      }
    } else {
      refuseIfRead(known, roleId, readings);
      ignored.push(roleId);
    }
  }
  return { processed, ignored };
}

function refuseIfRead(known: boolean, roleId: string, readings: Readings): void {
  if (known && readings.unassignableRole === "refused") {
    throw new ApiError(403, "FORBIDDEN", `Role ${roleId} may not be assigned by this client.`);
  }
  if (!known && readings.unknownRole === "refused") {
    throw new ApiError(400, "INVALID_ROLE", `Role ${roleId} was not found.`);
  }
}

function keptInSpiteOfThePut(
  held: readonly string[],
  wanted: readonly string[],
  context: RouteContext,
): readonly string[] {
  return context.readings().omittedUnassignableRole === "kept"
    ? held.filter((roleId) => !wanted.includes(roleId) && !context.tenant.isAssignable(roleId))
    : [];
}
