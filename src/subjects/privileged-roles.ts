/** Role names of the vendor's documentation; a tenant may know others. */
export const KNOWN_ROLE_NAMES: readonly string[] = [
  "Admin Restore",
  "Admin Restore Limited",
  "Alert Emails",
  "Cross Org Admin",
  "Cross Org Legal Admin",
  "Cross Org Manager",
  "Customer Cloud Admin",
  "Departing Employee Manager",
  "Desktop User",
  "Identity Management Administrator",
  "Insider Risk Admin",
  "Insider Risk Analyst",
  "Insider Risk Read Only",
  "Insider Risk Respond",
  "Org Admin",
  "Org Legal Admin",
  "Org Manager",
  "PROe User",
  "Security Administrator",
  "Security Center - Restore",
  "Watchlist Manager",
];

/** The role that may do everything; its holders are protected. */
const CLOUD_ADMIN_ROLE = "Customer Cloud Admin";

/**
 * Roles whose assignment the vendor announces to every Customer Cloud Admin (vendor documentation;
 * Identity Management Administrator is inferred).
 */
const PRIVILEGED_ROLES: ReadonlySet<string> = new Set(
  [
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
  ].map(slug),
);

/** Whether a role of this name, or id, gives power over other users. */
export function isPrivilegedRole(role: string): boolean {
  return PRIVILEGED_ROLES.has(slug(role));
}

/** Whether it is the role whose holders are protected. */
export function isCloudAdminRole(role: string): boolean {
  return slug(role) === slug(CLOUD_ADMIN_ROLE);
}

/** A role's id is made like this of its name, as far as ids are known. */
function slug(role: string): string {
  return role
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
