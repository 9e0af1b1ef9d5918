/** The role that may do everything; its holders are protected. */
export const CLOUD_ADMIN_ROLE = "Customer Cloud Admin";

/**
 * Roles whose assignment the vendor announces to every Customer Cloud Admin (vendor documentation;
 * Identity Management Administrator is inferred).
 */
const PRIVILEGED_ROLES: ReadonlySet<string> = new Set([
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
]);

/** Whether a role of this name gives power over other users. */
export function isPrivilegedRole(roleName: string): boolean {
  return PRIVILEGED_ROLES.has(roleName);
}
