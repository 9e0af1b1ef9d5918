import type { Answer, ListedGrant, ListedHeldRole, ListedUsers } from "../../change-requests/index.ts";
import { quotedName, quotedUsername } from "../../kernel/quoted-name.ts";
import { isPrivilegedRole } from "../../subjects/index.ts";
import { count } from "./change-texts.ts";
import { ageText, mayMatchText } from "./directory-texts.ts";
import { requestedGrant } from "./grant-texts.ts";
import { pageText } from "./list-texts.ts";
import { bold, code, type Inline, moment, plain, shortened } from "./rich-text.ts";

type ShownRole = Extract<Answer, { readonly kind: "role" }>["role"];

/** Characters of a role's name or id. */
const LONGEST_NAME = 100;

/** The number of roles that a user holds. */
export function heldRolesTitle({
  username,
  page,
  roles,
}: Extract<Answer, { readonly kind: "held_roles" }>): string {
  const number = page.total === 0 ? "no roles" : pageText(page, roles.length, "role");
  return `${quotedUsername(username)} has ${number}`;
}

/** A role that a user holds: the dates of Incydr's record of it, and its end if a request gave it for a limited time. */
export function heldRoleLine(
  role: ListedHeldRole,
  grants: readonly ListedGrant[],
  isFrozen: boolean,
): Inline[] {
  const { id, name, createdAt, modifiedAt } = role;
  const isPrivileged = isPrivilegedRole(name) || isPrivilegedRole(id);
  return [
    bold(shortened(quotedName(name), LONGEST_NAME)),
    ...(isPrivileged ? [plain(" 🔑 privileged")] : []),
    ...dated("created", createdAt),
    ...(modifiedAt === createdAt ? [] : dated("changed", modifiedAt)),
    ...grants
      .filter((grant) => grant.role.id === id)
      .flatMap((grant): Inline[] => [plain(" · ⏱️ temporary: "), ...requestedGrant(grant, isFrozen)]),
  ];
}

function dated(what: string, at: string | null): Inline[] {
  return at === null ? [] : [plain(` · ${what} `), moment(new Date(at))];
}

/** A role's name and id, and whether it is privileged. */
export function roleLines({ id, name, permissions }: ShownRole): Inline[][] {
  return [
    [
      bold(quotedName(name)),
      plain(isPrivilegedRole(name) ? " 🔑 privileged " : " "),
      code(shortened(id, LONGEST_NAME)),
    ],
    [plain("The bot can add this role to users.")],
    [bold(permissions.length === 0 ? "Incydr names no permissions." : "Permissions")],
  ];
}

const MOST_PERMISSIONS = 40;

/** The first permissions, and the number of the others. */
export function shownPermissions(permissions: readonly string[]): {
  readonly shown: readonly string[];
  readonly rest: string | null;
} {
  const shown = permissions.slice(0, MOST_PERMISSIONS).map((each) => shortened(each, LONGEST_NAME));
  const rest = permissions.length - shown.length;
  return { shown, rest: rest > 0 ? `… and ${rest} more.` : null };
}

/** Characters of the name of one holder. */
const LONGEST_HOLDER = 80;

/** The holders of a role by the directory, and how complete and how old it is. */
export function holderLines(list: ListedUsers): Inline[][] {
  const { users, total } = list;
  const more = mayMatchText(list);
  const names = users.map(({ username }) => shortened(quotedUsername(username), LONGEST_HOLDER)).join(", ");
  const rest = total - users.length;
  const held =
    total === 0
      ? [plain(nobodyText(list))]
      : [
          bold(`Held by ${count(total, "user")}: `),
          plain(`${names}${rest > 0 ? ` and ${rest.toLocaleString("en-US")} more` : ""}.`),
        ];
  return [held, ...(more === null ? [] : [[plain(more)]]), [plain(ageText(list))]];
}

/** Only a complete directory shows that nobody holds a role. */
function nobodyText({ age, mayMatch }: ListedUsers): string {
  return age.isEveryUserRead && mayMatch === 0
    ? "No user in the directory has this role."
    : "No holder among the users whose roles the bot has read so far. There may be some.";
}
