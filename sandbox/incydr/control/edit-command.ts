import { z } from "zod";
import type { TenantEdits } from "../tenant/tenant-edits.ts";

const who = z.string();

/** One edit of the tenant over HTTP: its name and its arguments by name. */
export const editSchema = z.discriminatedUnion("edit", [
  z.strictObject({ edit: z.literal("set_active"), who, active: z.boolean() }),
  z.strictObject({ edit: z.literal("set_blocked"), who, blocked: z.boolean() }),
  z.strictObject({ edit: z.literal("set_roles"), who, roles: z.array(z.string()) }),
  z.strictObject({ edit: z.literal("move"), who, org: z.string() }),
  z.strictObject({ edit: z.literal("rename"), who, username: z.string() }),
  z.strictObject({ edit: z.literal("add_legal_hold"), who, matter: z.string().optional() }),
  z.strictObject({ edit: z.literal("remove_legal_hold"), who, matter: z.string().optional() }),
  z.strictObject({ edit: z.literal("add_to_watchlist"), who, title: z.string() }),
  z.strictObject({ edit: z.literal("remove_from_watchlist"), who, title: z.string() }),
  z.strictObject({ edit: z.literal("remove_user"), who }),
  z.strictObject({ edit: z.literal("adopt_actor"), who, parentName: z.string() }),
  z.strictObject({ edit: z.literal("add_org"), orgName: z.string(), parent: z.string().optional() }),
  z.strictObject({ edit: z.literal("add_role"), roleName: z.string() }),
  z.strictObject({ edit: z.literal("set_role_assignable"), role: z.string(), assignable: z.boolean() }),
]);

export type EditCommand = z.output<typeof editSchema>;

/** Makes one edit. Throws if a person, role or org is unknown. */
export function runEdit(edits: TenantEdits, command: EditCommand): void {
  switch (command.edit) {
    case "set_active":
      edits.setActive(command.who, command.active);
      break;
    case "set_blocked":
      edits.setBlocked(command.who, command.blocked);
      break;
    case "set_roles":
      edits.setRoles(command.who, command.roles);
      break;
    case "move":
      edits.move(command.who, command.org);
      break;
    case "rename":
      edits.rename(command.who, command.username);
      break;
    case "add_legal_hold":
      edits.addLegalHold(command.who, command.matter);
      break;
    case "remove_legal_hold":
      edits.removeLegalHold(command.who, command.matter);
      break;
    case "add_to_watchlist":
      edits.addToWatchlist(command.who, command.title);
      break;
    case "remove_from_watchlist":
      edits.removeFromWatchlist(command.who, command.title);
      break;
    case "remove_user":
      edits.removeUser(command.who);
      break;
    case "adopt_actor":
      edits.adoptActor(command.who, command.parentName);
      break;
    case "add_org":
      edits.addOrg(command.orgName, command.parent);
      break;
    case "add_role":
      edits.addRole(command.roleName);
      break;
    case "set_role_assignable":
      edits.setRoleAssignable(command.role, command.assignable);
      break;
  }
}
