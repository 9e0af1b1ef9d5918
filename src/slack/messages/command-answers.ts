import { type Completeness, isComplete } from "../../incydr/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { openGrantLines, type ShownGrant } from "../texts/grant-texts.ts";
import { type Message, message, shortMessage } from "../texts/message.ts";
import { bold, bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";

const COMMANDS: readonly (readonly [string, string])[] = [
  ["/incydr user <who>", "show a user: status, organization, roles, devices, warnings"],
  ["/incydr roles", "list the roles that can be given"],
  ["/incydr roles <who>", "ask for roles to be added"],
  ["/incydr roles <who> add|remove [<role>]", "the same, or the other way round, with a role chosen already"],
  ["/incydr roles <who> set", "ask for all their roles to be replaced"],
  ["/incydr grants [<who>]", "list the roles that are given for a limited time, and until when"],
  ["/incydr deactivate <who>", "ask for a user to be deactivated"],
  ["/incydr activate <who>", "ask for a deactivated user to be activated again"],
  ["/incydr move <who> [<organization>]", "ask for a user to be moved to another organization"],
  ["/incydr can <@person> <action> [<who>]", "say whether somebody may do something, why not, and who could"],
  ["/incydr undo CR-<number>", "ask for a finished change to be undone"],
  [
    "/incydr emergency <who>",
    "deactivate a user at once, without approval; a second person ratifies it afterwards",
  ],
  [
    "/incydr bulk deactivate|activate|add-roles|remove-roles|move",
    "ask for the same for many users, from a file or pasted lines",
  ],
  ["/incydr freeze [<reason>]", "stop every change to Incydr at once, for everyone"],
  ["/incydr unfreeze", "let changes go on"],
  ["/incydr help", "show this"],
];

/** The roles that can be given, privileged ones marked. */
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
  if (rest > 0) names.push([plain(`… and ${rest} more`)]);
  if (!isComplete(roles)) names.push([plain("Incydr's list may be incomplete: there may be more roles.")]);
  return message(`${roles.length} roles can be given`, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [
        plain(`${roles.length} roles can be given; those marked 🔑 are privileged.`),
      ]),
      names.map((name) => bullet(...name)),
    ),
  ]);
}

/** Roles that fit into what Slack takes for one message's blocks. */
const MOST_ROLES = 30;

/** Roles that are given for a limited time now, of `whom` or of everybody. */
export function grantList(
  grants: readonly ShownGrant[],
  whom: string | null,
  { isFrozen }: { isFrozen: boolean },
): Message {
  const of = whom === null ? "" : ` to ${quotedUsername(whom)}`;
  if (grants.length === 0) {
    const none = `No role is given${of} for a limited time at the moment.`;
    return shortMessage(none, ...frozenLookUpLines(isFrozen), [plain(none)]);
  }
  const title = `Roles that are given${of} for a limited time`;
  return message(title, [
    richText(
      lines(...frozenLookUpLines(isFrozen), [bold(title)]),
      openGrantLines(grants, { withSubject: whom === null, isFrozen }),
    ),
  ]);
}

/** What the bot can do. */
export function helpMessage(): Message {
  return message("What /incydr can do", [
    richText(
      lines([
        plain(
          "Look up and change Incydr users. Every change is audited, and needs an approval; an emergency is ratified afterwards.",
        ),
      ]),
      COMMANDS.map(([command, what]) => bullet(code(command), plain(` ${what}`))),
      lines([
        code("<who>"),
        plain(
          " is an Incydr user id, a username (e-mail) or an @mention. To act on somebody named in a message, use its menu: ",
        ),
        plain("“Act on this user”. The card then stays in that message's thread."),
      ]),
    ),
  ]);
}
