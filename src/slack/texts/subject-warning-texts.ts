import type { KnownBlock } from "@slack/types";
import type { NotRestored } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { Warning } from "../../subjects/index.ts";
import { rolesIn } from "./change-texts.ts";
import { bold, bullet, lines, plain, richText } from "./rich-text.ts";

/** The most serious warnings, which come first. */
const SERIOUS: readonly Warning["code"][] = ["legal_hold", "cloud_admin", "protected", "privileged_roles"];

/** A list of warnings below a heading. The warning that every change has is a grey line. */
export function warningBlocks(heading: string, warnings: readonly Warning[]): KnownBlock[] {
  const isSerious = ({ code }: Warning) => SERIOUS.includes(code);
  const listed = warnings.filter(({ code }) => code !== "scim_may_undo");
  const ordered = [...listed.filter(isSerious), ...listed.filter((warning) => !isSerious(warning))];
  const constant = warnings.filter(({ code }) => code === "scim_may_undo");
  return [
    ...(ordered.length > 0
      ? [
          richText(
            lines([bold(heading)]),
            ordered.map((each) => bullet(plain(describeWarning(each)))),
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
      return "Deactivation stops Incydr's monitoring of this user and deactivates their devices. They can't be put under legal hold later. Their account at the identity provider is not changed.";
    case "return_unconfirmed":
      return "Their agents, devices and backup archives may not come back. Incydr doesn't say whether they do.";
    case "may_drop_backups":
      return "This user's devices may lose backup destinations that the new organization doesn't have.";
    case "legal_hold":
      return `Under legal hold: ${shortList(warning.matters)}.`;
    case "legal_hold_unknown":
      return "Legal hold is unknown: it could not be read.";
    case "agents_reporting":
      return `Agents still reporting: ${shortList(warning.agents)}.`;
    case "agents_unknown":
      return "Agents are unknown: they could not be read. They may still be reporting.";
    case "agents_not_asked":
      return "Agents are not checked in bulk changes. They may still be reporting.";
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
      return "If SCIM manages this user, its next sync may undo the change.";
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
