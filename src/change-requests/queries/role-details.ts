import { roleViewed } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { IncompleteListError, type IncydrReader, isComplete } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { findRole, roleNamed } from "../drafting/offered-roles.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** A role that the bot's API client may assign. */
export interface RoleDetails {
  readonly id: string;
  readonly name: string;
  /** What the role permits, as Incydr names it; empty if Incydr does not say. */
  readonly permissions: readonly string[];
}

/**
 * Makes the function that shows a role by its id or its typed name; audited. Incydr lists only the roles that the API
 * client may assign.
 * @throws {ForbiddenError} if the policies forbid lists
 * @throws {AmbiguousRoleError | UnknownRoleError | RoleNotAssignableError | IncompleteListError} if no role is found
 */
export function createRoleDetails(options: {
  authorizer: Authorizer;
  incydr: IncydrReader;
  uow: UnitOfWork;
  clock: Clock;
}) {
  const { authorizer, incydr, uow, clock } = options;
  return async function roleDetails(slackUserId: string, typed: string): Promise<RoleDetails> {
    const { email, policyHash } = await authorizer.authorize(slackUserId, "list", { freshness: RECENT });
    const roles = await incydr.users.listRoles({ lane: "interactive" });
    const options = roles.map(({ roleId, roleName, permissions }) => ({
      ...{ id: String(roleId), name: roleName ?? roleId },
      permissions: permissions.flatMap(({ permission }) => permission ?? []),
    }));
    if (!isComplete(roles) && !roleNamed(typed, options))
      throw new IncompleteListError(
        "Could not tell whether there is such a role: Incydr's list of roles may be incomplete. Try again later",
      );
    const { id } = findRole(typed, options);
    const found = options.find((role) => role.id === id);
    if (!found) throw new Error(`The role ${id} is not in the list that it was found in.`);
    const occasion = { actor: { slackUserId, email }, at: clock.now(), policyHash };
    await uow.run(async (tx) => void (await tx.audit.append(roleViewed(occasion, found.name))));
    return found;
  };
}

export type ShowRole = ReturnType<typeof createRoleDetails>;
