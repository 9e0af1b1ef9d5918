import type { NotRestored } from "../../change-requests/index.ts";
import { rolesIn } from "./change-texts.ts";
import { shortList } from "./subject-warning-texts.ts";

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
