/** The role that may do everything; its holders are protected. */
const CLOUD_ADMIN_ROLE = "Customer Cloud Admin";

/**
 * Incydr tells every Customer Cloud Admin when one of these roles is given (vendor documentation; Identity Management
 * Administrator is inferred).
 */
const PRIVILEGED_ROLE_NAMES: readonly string[] = [
  "Admin Restore",
  "Admin Restore Limited",
  "Cross Org Admin",
  "Cross Org Legal Admin",
  "Cross Org Manager",
  CLOUD_ADMIN_ROLE,
  "Identity Management Administrator",
  "Insider Risk Admin",
  "Org Admin",
  "Org Legal Admin",
  "Org Manager",
  "Security Administrator",
  "Security Center - Restore",
];
const PRIVILEGED_ROLES: ReadonlySet<string> = new Set(PRIVILEGED_ROLE_NAMES.map(slug));

/** The role names of the vendor's documentation; a tenant may have others. */
export const KNOWN_ROLE_NAMES: readonly string[] = [
  ...PRIVILEGED_ROLE_NAMES,
  "Alert Emails",
  "Departing Employee Manager",
  "Desktop User",
  "Insider Risk Analyst",
  "Insider Risk Read Only",
  "Insider Risk Respond",
  "PROe User",
  "Watchlist Manager",
];

/** Whether a role with this name or id gives power over other users. */
export function isPrivilegedRole(role: string): boolean {
  return PRIVILEGED_ROLES.has(slug(role));
}

export function isCloudAdminRole(role: string): boolean {
  return slug(role) === slug(CLOUD_ADMIN_ROLE);
}

/** The known role ids are made from the names like this. */
function slug(role: string): string {
  return role
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
