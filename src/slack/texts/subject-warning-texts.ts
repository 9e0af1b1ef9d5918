import type { KnownBlock } from "@slack/types";
import type { Change, NotRestored } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import { EFFECTS, type Warning } from "../../subjects/index.ts";
import { rolesIn } from "./change-texts.ts";
import { bold, bullet, lines, plain, richText } from "./rich-text.ts";

/** The most serious warnings, which come first. */
const SERIOUS: readonly Warning["code"][] = ["legal_hold", "cloud_admin", "protected", "privileged_roles"];

export function isSerious({ code }: Warning): boolean {
  return SERIOUS.includes(code);
}

/** The warnings about every bulk of a kind. */
export function bulkWarnings(kind: Change["kind"]): Warning[] {
  const effect = EFFECTS[kind];
  const asked = kind === "deactivate" ? "agents_not_asked" : null;
  const codes = [asked, "watchlists_not_asked", "scim_may_undo"] as const;
  return [...(effect ? [effect] : []), ...codes.flatMap((code) => (code === null ? [] : [{ code }]))];
}

/** A list of warnings below a heading, after the lines `first`. The warning that every change has is a grey line. */
export function warningBlocks(
  heading: string,
  warnings: readonly Warning[],
  first: readonly string[] = [],
): KnownBlock[] {
  const listed = warnings.filter(({ code }) => code !== "scim_may_undo");
  const ordered = [...listed.filter(isSerious), ...listed.filter((each) => !isSerious(each))];
  const texts = [...first, ...ordered.map(describeWarning)];
  const constant = warnings.filter(({ code }) => code === "scim_may_undo");
  return [
    ...(texts.length > 0
      ? [
          richText(
            lines([bold(heading)]),
            texts.map((text) => bullet(plain(text))),
          ),
        ]
      : []),
    ...constant.map(
      (each): KnownBlock => ({
        type: "context",
        elements: [{ type: "plain_text", text: describeWarning(each), emoji: false }],
      }),
    ),
  ];
}

function describeWarning(warning: Warning): string {
  switch (warning.code) {
    case "ends_monitoring":
      return "Deactivation stops Incydr's monitoring of a user and deactivates the user's devices. A deactivated user can't be added to a legal hold. The user's account at the identity provider is not changed.";
    case "return_unconfirmed":
      return "Agents, devices and backup archives may not come back: Incydr doesn't say whether they do.";
    case "may_drop_backups":
      return "Devices may lose backup destinations that the new organization doesn't have.";
    case "legal_hold":
      return `Under legal hold: ${shortList(warning.matters)}.`;
    case "legal_hold_unknown":
      return "Legal hold is unknown: it could not be read.";
    case "agents_reporting":
      return `Agents still reporting: ${shortList(warning.agents)}.`;
    case "agents_unknown":
      return "Agents are unknown: they could not be read, and may still be reporting.";
    case "agents_not_asked":
      return "Agents and devices are not checked in bulk changes. Agents may still be reporting.";
    case "watchlists":
      return `On watchlists: ${shortList(warning.watchlists)}.`;
    case "watchlists_unknown":
      return "Watchlists are unknown: they could not be read.";
    case "watchlists_not_asked":
      return "Watchlists are not checked in bulk changes.";
    case "privileged_roles":
      return `Privileged roles: ${shortList(warning.roles)}.`;
    case "announced_to_admins":
      return "Incydr e-mails every Customer Cloud Admin about this privileged role.";
    case "cloud_admin":
      return "Protected user: a Customer Cloud Admin.";
    case "protected":
      return "Protected user: on your list of protected users.";
    case "inactive":
      return "The account is inactive.";
    case "blocked":
      return "The account is blocked.";
    case "scim_may_undo":
      return "If SCIM manages a user, the next SCIM sync may undo the change.";
  }
}

/** At most five names, and the number of the others. */
export function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(quotedName).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** Something that an undo doesn't restore. */
export function describeNotRestored(what: NotRestored): string {
  switch (what.code) {
    case "monitoring_gap":
      return "The user was not monitored while the account was inactive.";
    case "devices_and_archives":
      return "Devices, agents and backup archives may not come back. Archives may have expired.";
    case "backup_destinations":
      return "Backup destinations that were lost in the move don't come back automatically.";
    case "watchlists":
      return `The user may no longer be on these watchlists: ${shortList(what.watchlists)}.`;
    case "roles_not_assignable":
      return `The bot's API client can't assign: ${rolesIn(what.roles)}.`;
    case "roles_were_lent":
      return `These roles were temporary and need a new request: ${rolesIn(what.roles)}.`;
    case "roles_changed_since":
      return `Roles that changed since are not touched: ${rolesIn(what.roles)}.`;
  }
}
