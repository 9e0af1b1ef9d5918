import { type Completeness, isComplete } from "../../incydr/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { count } from "../texts/change-texts.ts";
import { frozenLookUpLines } from "../texts/freeze-texts.ts";
import { type Message, message } from "../texts/message.ts";
import { bullet, code, type Inline, lines, plain, richText, shortened } from "../texts/rich-text.ts";

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
