import { listedGrant, listedHeldRole, listedUsers } from "../../../change-requests/index.ts";
import { isComplete } from "../../../incydr/index.ts";
import { HELD_ROLES_ON_A_PAGE, ROLES_ON_A_PAGE } from "../../messages/role-messages.ts";
import { type ChangeArgs, openChangeForm, readRoleChange } from "./change-commands.ts";
import { type CommandContext, command, type NotUnderstood } from "./command.ts";
import { readOptions } from "./command-options.ts";
import { firstUser, nameOrNull } from "./command-words.ts";
import { pageOf, readPage } from "./pages.ts";

type RolesArgs =
  | { readonly lists: "assignable"; readonly page: number }
  | { readonly lists: "held"; readonly who: string; readonly page: number }
  | ChangeArgs;

/**
 * Alone it lists the roles that can be added. With a user it lists the roles that the user holds. With add, remove, set
 * or an option of a change it opens the form of that change.
 */
export const roles = command<RolesArgs>({
  parse(argument): RolesArgs | { readonly notUnderstood: NotUnderstood } {
    const read = readOptions(argument, { page: "value" });
    if ("fault" in read) return readRoleChange(argument);
    const { rest, options } = read;
    const { who, rest: behind } = firstUser(rest);
    if (nameOrNull(behind) !== null) return readRoleChange(argument);
    const page = readPage(options.page);
    if (typeof page === "object") return { notUnderstood: { option: page } };
    return who === "" ? { lists: "assignable", page } : { lists: "held", who, page };
  },
  run(context, args) {
    if (!("lists" in args)) return openChangeForm(context, args);
    return args.lists === "held" ? listHeld(context, args) : listAssignable(context, args);
  },
});

function listAssignable({ deps, slackUserId, reply }: CommandContext, args: { page: number }): Promise<void> {
  return reply(async () => {
    const isFrozen = await deps.isFrozen();
    const found = await deps.lookUps.roles(slackUserId);
    const { shown, page } = pageOf(found, { number: args.page, size: ROLES_ON_A_PAGE, again: "roles" });
    const listed = shown.map(({ roleId, roleName }) => ({ roleId, roleName }));
    return { kind: "roles", roles: listed, isComplete: isComplete(found), page, isFrozen };
  });
}

function listHeld(
  { deps, slackUserId, reply }: CommandContext,
  args: { readonly who: string; readonly page: number },
): Promise<void> {
  return reply(async () => {
    const { userId, username, roles: held } = await deps.lookUps.heldRoles(slackUserId, args.who);
    const { shown, page } = pageOf(held, {
      ...{ number: args.page, size: HELD_ROLES_ON_A_PAGE, again: `roles ${userId}` },
    });
    const open = await deps.grantQueries.ofSubject(slackUserId, { userId });
    const onPage = open?.filter(({ role: given }) => shown.some(({ roleId }) => roleId === given.id));
    return {
      ...{ kind: "held_roles", userId, username, page, isFrozen: await deps.isFrozen() },
      ...{ roles: shown.map(listedHeldRole), grants: onPage?.map(listedGrant) ?? null },
    };
  });
}

/** One role with its permissions and its holders. */
export const role = command({
  parse: (name) => ({ name }),
  run: ({ deps, slackUserId, sendAnswer, reply, typed }, { name }) =>
    name === ""
      ? sendAnswer({ kind: "which_role", typed })
      : reply(async () => {
          const { role, filter, holders } = await deps.roleDetails(slackUserId, name);
          return { kind: "role", role, holders: listedUsers(filter, holders) };
        }),
});
