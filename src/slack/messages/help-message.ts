import { type Message, message } from "../texts/message.ts";
import { bullet, code, lines, plain, richText } from "../texts/rich-text.ts";

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
