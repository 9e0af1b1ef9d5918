import type { ChangeKind } from "../authorization/index.ts";
import type { Preflight } from "./preflight.ts";
import { isCloudAdminRole } from "./privileged-roles.ts";

/** A fact that people should know before they request or approve a change. */
export type Warning =
  | { readonly code: "ends_monitoring" }
  | { readonly code: "return_unconfirmed" }
  | { readonly code: "may_drop_backups" }
  | { readonly code: "legal_hold"; readonly matters: readonly string[] }
  | { readonly code: "legal_hold_unknown" }
  | { readonly code: "agents_reporting"; readonly agents: readonly string[] }
  | { readonly code: "agents_unknown" }
  | { readonly code: "agents_not_asked" }
  | { readonly code: "watchlists"; readonly watchlists: readonly string[] }
  | { readonly code: "watchlists_unknown" }
  | { readonly code: "watchlists_not_asked" }
  | { readonly code: "privileged_roles"; readonly roles: readonly string[] }
  | { readonly code: "announced_to_admins" }
  | { readonly code: "cloud_admin" }
  | { readonly code: "protected" }
  | { readonly code: "inactive" }
  | { readonly code: "blocked" }
  | { readonly code: "scim_may_undo" };

/** The privileged roles that a change or a look-up concerns. */
export interface PrivilegedRoles {
  /** Names of the roles that it gives, takes or shows. */
  readonly concerned: readonly string[];
  /** Whether the change gives one of them; then Incydr tells every Customer Cloud Admin. */
  readonly given: boolean;
}

/** The warning about the effect that every change of a kind has. */
export const EFFECTS: Readonly<Partial<Record<ChangeKind, Warning>>> = {
  deactivate: { code: "ends_monitoring" },
  activate: { code: "return_unconfirmed" },
  move: { code: "may_drop_backups" },
};

/** The warnings that follow from a preflight; an unknown fact is a warning too. `change` is `null` for a look-up. */
export function warningsOf(
  facts: Preflight,
  change: ChangeKind | null,
  privileged: PrivilegedRoles,
): Warning[] {
  const { legalHold, agents, watchlists } = facts;
  const deactivation = change === "deactivate";
  const effect = change && EFFECTS[change];
  const warnings: Warning[] = effect ? [effect] : [];
  if (legalHold.fact === "yes") warnings.push({ code: "legal_hold", matters: legalHold.names });
  if (legalHold.fact === "unknown") warnings.push({ code: "legal_hold_unknown" });
  if (deactivation && agents.fact === "yes")
    warnings.push({ code: "agents_reporting", agents: agents.names });
  if (deactivation && agents.fact === "unknown")
    warnings.push({ code: agents.notAsked ? "agents_not_asked" : "agents_unknown" });
  if (watchlists.fact === "yes") warnings.push({ code: "watchlists", watchlists: watchlists.names });
  if (watchlists.fact === "unknown")
    warnings.push({ code: watchlists.notAsked ? "watchlists_not_asked" : "watchlists_unknown" });
  if (privileged.concerned.length > 0)
    warnings.push({ code: "privileged_roles", roles: privileged.concerned });
  if (privileged.given) warnings.push({ code: "announced_to_admins" });
  const isCloudAdmin = facts.roles.some(({ id, name }) => isCloudAdminRole(name) || isCloudAdminRole(id));
  if (isCloudAdmin) warnings.push({ code: "cloud_admin" });
  else if (facts.protected) warnings.push({ code: "protected" });
  if (!facts.active && !deactivation && change !== "activate") warnings.push({ code: "inactive" });
  if (facts.blocked) warnings.push({ code: "blocked" });
  if (change) warnings.push({ code: "scim_may_undo" });
  return warnings;
}
