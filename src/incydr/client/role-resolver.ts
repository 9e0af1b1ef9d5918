import type { Call } from "../http/call-runner.ts";
import { IncompleteListError, IncydrError, isIncydrError } from "../model/errors.ts";
import { isIdShaped, parseRoleId, type RoleId } from "../model/ids.ts";
import type { NamedRole, RoleFault } from "../model/role-errors.ts";
import type { Role } from "./records.ts";
import type { RoleCatalogue } from "./role-catalogue.ts";
import type { RoleEndpoints } from "./role-endpoints.ts";

/** The roles that the references of a call name. */
export interface Resolution {
  readonly roleIds: readonly RoleId[];
  /** All references that can't be used, in their order. */
  readonly faults: readonly RoleFault[];
  /** Whether the resolution sent requests. */
  readonly asked: boolean;
}

/** Finds roles by id or case-sensitive name. */
export type RoleResolver = ReturnType<typeof createRoleResolver>;

/** A resolver that reads the list of roles again if a reference isn't among the remembered roles. */
export function createRoleResolver({
  endpoints,
  catalogue,
}: {
  readonly endpoints: RoleEndpoints;
  readonly catalogue: RoleCatalogue;
}) {
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

  /** A known id is certain. A name may belong to a role that is missing from an incomplete list. */
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
      // Other errors don't show that there is no such role.
      if (isIncydrError(thrown, "not_found", "invalid", "forbidden")) return "not_found";
      throw thrown;
    }
  }

  /**
   * Resolves references among the roles a user holds and those that may be assigned. With `mustBeHeld`, a role that the
   * user doesn't hold is a fault.
   */
  async function resolve(
    call: Call,
    references: readonly string[],
    held: readonly NamedRole[],
    { mustBeHeld }: { readonly mustBeHeld: boolean },
  ): Promise<Resolution> {
    const { known, asked, complete } = await knownRoles(call, references, held);
    const heldIds = new Set(held.map(({ roleId }) => roleId));
    const faults: RoleFault[] = [];
    const roleIds: RoleId[] = [];
    for (const role of references) {
      const match = matchRole(role, known);
      if (!isIdShaped(role) || match.kind !== "not_found") assertConclusive(role, known, complete);
      if (match.kind === "not_found") {
        const reason = await whyUnknown(call, role);
        // A role that exists but may not be assigned could be removed, if the user held it.
        faults.push({ role, reason: mustBeHeld && reason === "not_assignable" ? "not_held" : reason });
      } else if (match.kind === "ambiguous") faults.push({ role, reason: "ambiguous" });
      else if (mustBeHeld && !heldIds.has(match.roleId)) faults.push({ role, reason: "not_held" });
      else roleIds.push(match.roleId);
    }
    return { roleIds: [...new Set(roleIds)], faults, asked };
  }

  return {
    resolve,

    /** One role with its permissions; `not_found` or `ambiguous`. */
    find: async (call: Call, reference: string): Promise<Role> => {
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

/** The result of matching one reference with known roles. */
type RoleMatch =
  | { readonly kind: "found"; readonly roleId: RoleId }
  | { readonly kind: "not_found" }
  | { readonly kind: "ambiguous" };

/** Finds the role with this id or exactly this name; ambiguous if two roles match. */
function matchRole(reference: string, known: readonly NamedRole[]): RoleMatch {
  const matches = known.filter(({ roleId, roleName }) => roleId === reference || roleName === reference);
  const [roleId, ...others] = new Set(matches.map((role) => role.roleId));
  if (roleId === undefined) return { kind: "not_found" };
  return others.length > 0 ? { kind: "ambiguous" } : { kind: "found", roleId };
}
