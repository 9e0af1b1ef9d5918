import type { NotRestored } from "../../change-requests/index.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { Warning } from "../../subjects/index.ts";
import { rolesIn } from "./change-texts.ts";

/** A warning in words, for somebody about to ask for or approve a change. */
export function describeWarning(warning: Warning): string {
  switch (warning.code) {
    case "ends_monitoring":
      return "Deactivation ends Incydr's monitoring of this person, deactivates their devices, and rules out putting them under legal hold later. It does not touch their account at the identity provider.";
    case "return_unconfirmed":
      return "Whether their agents, devices and backup archives come back with the account is not known: Incydr doesn't say.";
    case "may_drop_backups":
      return "A move may drop backup destinations of this person's devices that the other organization doesn't have.";
    case "legal_hold":
      return `Under legal hold: ${shortList(warning.matters)}.`;
    case "legal_hold_unknown":
      return "Legal hold is unknown: it could not be read.";
    case "agents_reporting":
      return `Agents that still report: ${shortList(warning.agents)}.`;
    case "agents_unknown":
      return "Whether agents still report is unknown: it could not be read.";
    case "agents_not_asked":
      return "Agents are not checked in bulk changes: they may still report.";
    case "watchlists":
      return `On watchlists: ${shortList(warning.watchlists)}.`;
    case "watchlists_unknown":
      return "Watchlists are unknown: they could not be read.";
    case "watchlists_not_asked":
      return "Watchlists are not checked in bulk changes.";
    case "privileged_roles":
      return `Privileged: ${shortList(warning.roles)}.`;
    case "announced_to_admins":
      return "Incydr e-mails every Customer Cloud Admin when a privileged role is given.";
    case "cloud_admin":
      return "Protected: a Customer Cloud Admin.";
    case "protected":
      return "Protected: on the list of protected users.";
    case "inactive":
      return "The account is inactive.";
    case "blocked":
      return "The account is blocked.";
    case "scim_may_undo":
      return "Where SCIM provisions this user, its next sync may undo the change. Incydr doesn't show whether it does.";
  }
}

/** At most five of them, with a count of the rest. */
export function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(quotedName).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** What an undo doesn't bring back, in words. */
export function describeNotRestored(what: NotRestored): string {
  switch (what.code) {
    case "monitoring_gap":
      return "What they did while the account was inactive was not monitored.";
    case "devices_and_archives":
      return "Devices, agents and backup archives may not come back, and archives may have expired.";
    case "backup_destinations":
      return "Backup destinations that the move dropped don't come back by themselves.";
    case "watchlists":
      return `They may no longer be on the watchlists they were on: ${shortList(what.watchlists)}.`;
    case "roles_not_assignable":
      return `The API client of this bot may not assign: ${rolesIn(what.roles)}.`;
    case "roles_were_lent":
      return `They were given for a limited time, so they have to be asked for anew: ${rolesIn(what.roles)}.`;
    case "roles_changed_since":
      return `Roles that have changed since are left as they are: ${rolesIn(what.roles)}.`;
  }
}
