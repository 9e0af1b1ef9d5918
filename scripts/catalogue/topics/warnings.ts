import type { NotRestored } from "../../../src/change-requests/index.ts";
import { message, shortMessage } from "../../../src/slack/texts/message.ts";
import { plain } from "../../../src/slack/texts/rich-text.ts";
import { describeNotRestored, warningBlocks } from "../../../src/slack/texts/subject-warning-texts.ts";
import type { Warning } from "../../../src/subjects/index.ts";
import { entriesFor, joined, type Topic, under } from "../entries.ts";
import { ROLES } from "../fixtures.ts";

type ByCode<T extends { readonly code: string }> = Readonly<{
  [Code in T["code"]]: Extract<T, { readonly code: Code }>;
}>;

/** A warning of each kind. */
const WARNINGS: ByCode<Warning> = {
  ends_monitoring: { code: "ends_monitoring" },
  return_unconfirmed: { code: "return_unconfirmed" },
  may_drop_backups: { code: "may_drop_backups" },
  legal_hold: { code: "legal_hold", matters: ["Matter 12", "Matter 13"] },
  legal_hold_unknown: { code: "legal_hold_unknown" },
  agents_reporting: { code: "agents_reporting", agents: ["NADIA-LAPTOP"] },
  agents_unknown: { code: "agents_unknown" },
  agents_not_asked: { code: "agents_not_asked" },
  watchlists: { code: "watchlists", watchlists: ["A", "B", "C", "D", "E", "F", "G"] },
  watchlists_unknown: { code: "watchlists_unknown" },
  watchlists_not_asked: { code: "watchlists_not_asked" },
  privileged_roles: { code: "privileged_roles", roles: ["Customer Cloud Admin"] },
  announced_to_admins: { code: "announced_to_admins" },
  cloud_admin: { code: "cloud_admin" },
  protected: { code: "protected" },
  inactive: { code: "inactive" },
  blocked: { code: "blocked" },
  scim_may_undo: { code: "scim_may_undo" },
};

/** One entry of each kind that an undo does not restore. */
export const NOT_RESTORED: ByCode<NotRestored> = {
  monitoring_gap: { code: "monitoring_gap" },
  devices_and_archives: { code: "devices_and_archives" },
  backup_destinations: { code: "backup_destinations" },
  watchlists: { code: "watchlists", watchlists: ["Departing"] },
  roles_not_assignable: { code: "roles_not_assignable", roles: [ROLES.admin] },
  roles_were_lent: { code: "roles_were_lent", roles: [ROLES.alerts] },
  roles_changed_since: { code: "roles_changed_since", roles: [ROLES.proe] },
};

/** The sentences of warnings, each as a list of one. */
export function warnings(): Topic {
  return joined(
    under(
      "warning",
      entriesFor<Warning>(WARNINGS, (warning) =>
        message(warning.code, warningBlocks("⚠️ Warnings", [warning])),
      ),
    ),
    under(
      "not restored by an undo",
      entriesFor<NotRestored>(NOT_RESTORED, (what) =>
        shortMessage(what.code, [plain(describeNotRestored(what))]),
      ),
    ),
  );
}
