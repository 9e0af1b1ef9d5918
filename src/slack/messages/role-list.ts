import { isPrivilegedRole } from "../../subjects/index.ts";
import { type Message, message } from "./message.ts";
import { bullet, code, lines, plain, richText } from "./rich-text.ts";

/** The roles that can be given, privileged ones marked. */
export function roleList(
  roles: readonly { readonly roleId: string; readonly roleName: string | null }[],
): Message {
  return message(`${roles.length} roles can be given`, [
    richText(
      lines([plain(`${roles.length} roles can be given; those marked 🔑 are privileged.`)]),
      roles.map(({ roleId, roleName }) => {
        const name = roleName ?? roleId;
        return bullet(plain(`${name}${isPrivilegedRole(name) ? " 🔑" : ""} `), code(roleId));
      }),
    ),
  ]);
}
