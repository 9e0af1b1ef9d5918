import { listAge, type UserExport } from "../../change-requests/index.ts";
import type { DirectoryRecord } from "../../subjects/index.ts";
import { count } from "./change-texts.ts";
import { ageText, mayMatchText } from "./directory-texts.ts";

/** The columns of a file of users. */
export const EXPORT_COLUMNS: readonly string[] = [
  ...["user_id", "username", "name", "active", "blocked", "organization", "roles"],
  ...["read_at", "roles_read_at"],
];

/** The cells of a user, in the order of `EXPORT_COLUMNS`. */
export function exportCells(user: DirectoryRecord): string[] {
  const { userId, username, displayName, active, blocked, orgName, roles, listedAt, rolesListedAt } = user;
  return [
    ...[userId, username, displayName, yesOrNo(active), yesOrNo(blocked), orgName ?? "unknown"],
    ...[roles === null ? "not read yet" : roles.join("; "), listedAt.toISOString()],
    rolesListedAt?.toISOString() ?? "",
  ];
}

function yesOrNo(fact: boolean | null): string {
  return fact === null ? "unknown" : fact ? "yes" : "no";
}

/**
 * The message of a file of users: how many of how many, and their age. It has no typed text, because Slack reads markup
 * in it.
 */
export function exportComment(file: UserExport): string {
  const { rows, total, filter } = file;
  const rest = rows < total ? " The file is full. Use a narrower filter for the other users." : "";
  return [
    `${rows.toLocaleString("en-US")} of ${count(total, "user")} in this file.${rest}`,
    mayMatchText(file) ?? "",
    ageText({ filter, age: listAge(file) }, { showsRoles: true }),
    "The bot deletes this file after 24 hours.",
  ]
    .filter(Boolean)
    .join("\n");
}
