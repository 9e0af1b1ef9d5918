import type { Call } from "../http/call-runner.ts";
import { IncompleteListError, IncydrError, isIncydrError } from "../model/errors.ts";
import { isIdShaped, parseRoleId, type RoleId } from "../model/ids.ts";
import type { NamedRole, RoleFault } from "../model/role-errors.ts";
import type { Role } from "./records.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { RoleEndpoints } from "./role-endpoints.ts";
import { matchRole } from "./role-references.ts";

/** What the references of a call mean. */
export interface Resolution {
  readonly roleIds: readonly RoleId[];
  /** Everything that is wrong with the references, in their order. */
  readonly faults: readonly RoleFault[];
  /** Whether finding out took requests. */
  readonly asked: boolean;
}

/** Finds roles by id or case-sensitive name. */
export interface RoleResolver {
  /** Resolves references among the roles a user holds and those that may be assigned. */
  forAssignment(call: Call, references: readonly string[], held: readonly NamedRole[]): Promise<Resolution>;
  /** Resolves references among the roles a user holds; others are faults, told apart by what they are. */
  forRemoval(call: Call, references: readonly string[], held: readonly NamedRole[]): Promise<Resolution>;
  /** One role with its permissions; `not_found` or `ambiguous`. */
  find(call: Call, reference: string): Promise<Role>;
}

/** A resolver that looks a name up again, if it isn't among the remembered ones. */
export function createRoleResolver({
  endpoints,
  catalogue,
}: {
  readonly endpoints: RoleEndpoints;
  readonly catalogue: RoleCatalogue;
}): RoleResolver {
  async function knownRoles(call: Call, references: readonly string[], held: readonly NamedRole[]) {
    const isKnown = (roles: readonly NamedRole[]) =>
      references.every((reference) => matchRole(reference, roles).kind !== "not_found");
    if (isKnown(held)) return { known: held, asked: false, complete: true };
    const { roles, remembered } = await catalogue.read(call);
    const known = [...held, ...roles];
    const { complete } = roles;
    if ((isKnown(known) && complete) || !remembered) return { known, asked: !remembered, complete };
    const reread = await catalogue.reread(call);
    return { known: [...held, ...reread], asked: true, complete: reread.complete };
  }

  /** An id is found by itself. A name may be that of a role which the list of roles lacks. */
  function assertConclusive(reference: string, known: readonly NamedRole[], complete: boolean): void {
    if (complete || known.some(({ roleId }) => roleId === reference)) return;
    throw new IncompleteListError(
      `Could not tell which role ${JSON.stringify(reference)} is: Incydr's list of roles may be incomplete; use the role's id`,
    );
  }

  async function whyUnknown(call: Call, reference: string): Promise<RoleFault["reason"]> {
    if (!isIdShaped(reference)) return "not_found";
    try {
      await endpoints.fetch(call, parseRoleId(reference));
      return "not_assignable";
    } catch (thrown) {
      // An answer that was not understood doesn't show that there is no such role.
      if (isIncydrError(thrown, "not_found", "invalid", "forbidden")) return "not_found";
      throw thrown;
    }
  }

  async function resolve(
    call: Call,
    references: readonly string[],
    held: readonly NamedRole[],
    accepts: (roleId: RoleId) => boolean,
  ): Promise<Resolution> {
    const { known, asked, complete } = await knownRoles(call, references, held);
    const faults: RoleFault[] = [];
    const roleIds: RoleId[] = [];
    for (const role of references) {
      const match = matchRole(role, known);
      if (!isIdShaped(role) || match.kind !== "not_found") assertConclusive(role, known, complete);
      if (match.kind === "not_found") faults.push({ role, reason: await whyUnknown(call, role) });
      else if (match.kind === "ambiguous") faults.push({ role, reason: "ambiguous" });
      else if (!accepts(match.roleId)) faults.push({ role, reason: "not_held" });
      else roleIds.push(match.roleId);
    }
    return { roleIds: [...new Set(roleIds)], faults, asked };
  }

  return {
    forAssignment: (call, references, held) => resolve(call, references, held, () => true),

    forRemoval: async (call, references, held) => {
      const heldIds = new Set(held.map(({ roleId }) => roleId));
      const { faults, ...resolution } = await resolve(call, references, held, (roleId) =>
        heldIds.has(roleId),
      );
      // It exists but may not be assigned: for a removal what matters is that the user doesn't hold it.
      const reasons = faults.map(({ role, reason }) => ({
        role,
        reason: reason === "not_assignable" ? ("not_held" as const) : reason,
      }));
      return { ...resolution, faults: reasons };
    },

    find: async (call, reference) => {
      const { known, complete } = await knownRoles(call, [reference], []);
      const match = matchRole(reference, known);
      if (!isIdShaped(reference) || match.kind !== "not_found") assertConclusive(reference, known, complete);
      if (match.kind === "found") return await endpoints.fetch(call, match.roleId);
      if (match.kind === "ambiguous") {
        const message = `More than one role has the id or name ${JSON.stringify(reference)}; use an id`;
        throw new IncydrError("ambiguous", message, { sent: "yes" });
      }
      if (isIdShaped(reference)) return await endpoints.fetch(call, parseRoleId(reference));
      const message = `There is no role ${JSON.stringify(reference)}, or this API client may not see it; names are case-sensitive`;
      throw new IncydrError("not_found", message, { sent: "yes" });
    },
  };
}
