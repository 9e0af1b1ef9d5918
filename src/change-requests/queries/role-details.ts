import { type AuditEvent, rejectedAttempt, roleViewed } from "../../audit/index.ts";
import { type Authorizer, RECENT } from "../../authorization/index.ts";
import { IncompleteListError, type IncydrReader, isComplete } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { AppError } from "../../kernel/errors.ts";
import {
  type DirectoryFilter,
  readUserPage,
  type TenantDirectory,
  type UserListPage,
} from "../../subjects/index.ts";
import { shownName } from "../drafting/match-name.ts";
import { findRole } from "../drafting/offered-roles.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** A role that the bot's API client may assign. */
export interface RoleDetails {
  readonly id: string;
  readonly name: string;
  /** Incydr's names of the permissions; empty if Incydr names none. */
  readonly permissions: readonly string[];
}

/** A role, and the first of its holders by the directory. */
export interface RoleAndHolders {
  readonly role: RoleDetails;
  readonly filter: DirectoryFilter;
  readonly holders: UserListPage;
}

/** Holders that are shown by name. */
const HOLDERS_SHOWN = 10;

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
  directory: Pick<TenantDirectory, "users" | "age">;
  clock: Clock;
}) {
  const { authorizer, incydr, uow, directory, clock } = options;
  return async function roleDetails(slackUserId: string, typed: string): Promise<RoleAndHolders> {
    const about = { asked: typed };
    const { email, policyHash } = await authorizer.authorize(slackUserId, "list", {
      freshness: RECENT,
      about,
    });
    const by = () => ({ actor: { slackUserId, email }, at: clock.now(), policyHash });
    try {
      const role = await find(typed);
      const filter = { text: null, active: null, blocked: null, org: null, role: role.id };
      const part = { offset: 0, limit: HOLDERS_SHOWN };
      const holders = await readUserPage({ directory, clock }, filter, part);
      await record(roleViewed(by(), role.name));
      return { role, filter, holders };
    } catch (error) {
      if (error instanceof AppError) {
        const details = { action: "list", asked: typed, fault: error.code, message: error.message };
        await record(rejectedAttempt({ ...by(), details }));
      }
      throw error;
    }
  };

  async function record(event: AuditEvent): Promise<void> {
    await uow.run(async (tx) => void (await tx.audit.append(event)));
  }

  async function find(typed: string): Promise<RoleDetails> {
    const roles = await incydr.users.listRoles({ lane: "interactive" });
    const options = roles.map(({ roleId, roleName, permissions }) => ({
      ...{ id: String(roleId), name: roleName ?? roleId },
      permissions: permissions.flatMap(({ permission }) => permission ?? []),
    }));
    // An incomplete list may lack a second role of this name, but no second one of this id.
    const isById = options.some(({ id }) => id.toLowerCase() === shownName(typed).toLowerCase());
    if (!isComplete(roles) && !isById)
      throw new IncompleteListError(
        "Could not tell which role is meant: Incydr's list of roles may be incomplete. Try again later, or use the role's id",
      );
    const { id } = findRole(typed, options);
    const found = options.find((role) => role.id === id);
    if (!found) throw new Error(`The role ${id} is not in the list that it was found in.`);
    return found;
  }
}

export type ShowRole = ReturnType<typeof createRoleDetails>;
