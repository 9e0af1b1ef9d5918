import { type Completeness, isComplete } from "../../incydr/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { count } from "../texts/change-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { openGrantLines, type ShownGrant } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";

const COMMANDS: readonly (readonly [string, string])[] = [
  ["/incydr user <who>", "look up a user: status, organization, roles, devices, warnings"],
  ["/incydr roles", "list the roles that can be added"],
  ["/incydr roles <who>", "request new roles for a user"],
  ["/incydr roles <who> add|remove [<role>]", "request to add or remove a role"],
  ["/incydr roles <who> set", "request a new set of roles"],
  ["/incydr grants [<who>]", "list temporary roles and when they end"],
  ["/incydr deactivate <who>", "request to deactivate a user"],
  ["/incydr activate <who>", "request to activate a user again"],
  ["/incydr move <who> [<organization>]", "request to move a user to another organization"],
  ["/incydr can <@person> <action> [<who>]", "check whether a person can do something, and who can"],
  ["/incydr undo CR-<number>", "request to undo a finished change"],
  [
    "/incydr emergency <who>",
    "deactivate a user at once, without approval. A second person must ratify it afterwards",
  ],
  [
    "/incydr bulk deactivate|activate|add-roles|remove-roles|move",
    "request a change for many users, from a file or pasted lines",
  ],
  ["/incydr freeze [<reason>]", "stop all changes at once, for everyone"],
  ["/incydr unfreeze", "let changes run again"],
  ["/incydr help", "show this list"],
];

/** The roles that can be added; privileged roles are marked. */
export function roleList(
  roles: readonly { readonly roleId: string; readonly roleName: string | null }[] & Partial<Completeness>,
  { isFrozen }: { isFrozen: boolean },
): Message {
  const shown = roles.slice(0, MOST_ROLES);
  const rest = roles.length - shown.length;
  const names = shown.map(({ roleId, roleName }): Inline[] => {
    const name = roleName ?? roleId;
    return [
      plain(`${quotedName(name)}${isPrivilegedRole(name) ? " 🔑" : ""} `),
      code(shortened(roleId, 100)),
    ];
  });
  if (rest > 0)
    names.push([plain(`… and ${rest} more. To request one, type its name: /incydr roles <who> add <role>.`)]);
  if (!isComplete(roles)) names.push([plain("Incydr's list may be incomplete. There may be more roles.")]);
  const title = `${roles.length === 0 ? "No roles" : count(roles.length, "role")} can be added`;
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [
        plain(roles.length === 0 ? `${title}.` : `${title}. 🔑 means privileged.`),
      ]),
      names.map((name) => bullet(...name)),
    ),
  ]);
}

/** Roles that fit into what Slack takes for one message's blocks. */
const MOST_ROLES = 30;

/** The open temporary roles of `whom`, or of every user. */
export function grantList(
  grants: readonly ShownGrant[],
  whom: string | null,
  { isFrozen }: { isFrozen: boolean },
): Message {
  const of = whom === null ? "" : ` of ${quotedUsername(whom)}`;
  if (grants.length === 0) {
    const none =
      whom === null ? "There are no temporary roles." : `${quotedUsername(whom)} has no temporary roles.`;
    return shortMessage(none, ...frozenLookUpLines(isFrozen), [plain(none)]);
  }
  const title = `Temporary roles${of}`;
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [bold(title)]),
      openGrantLines(grants, { withSubject: whom === null, isFrozen }),
    ),
  ]);
}

/** The answer to `/incydr help`. */
export function helpMessage(): Message {
  return message("What /incydr can do", [
    richText(
      lines([
        plain(
          "Look up and change Incydr users. Every change is audited. Your policies decide how many approvals a change needs. An emergency runs without approval and is ratified afterwards.",
        ),
      ]),
      COMMANDS.map(([command, what]) => bullet(code(command), plain(` ${what}`))),
      lines([
        code("<who>"),
        plain(
          " is an Incydr user id, a username (e-mail) or an @mention. To act on a user named in a message, open the message's menu and choose “Act on this user”. The request then stays in that thread.",
        ),
      ]),
    ),
  ]);
}
