import { CLOUD_ADMIN_ROLE } from "./privileged-roles.ts";

/** Role names of the vendor's documentation; a tenant may know others. */
export const KNOWN_ROLE_NAMES: readonly string[] = [
  "Admin Restore",
  "Admin Restore Limited",
  "Alert Emails",
  "Cross Org Admin",
  "Cross Org Legal Admin",
  "Cross Org Manager",
  CLOUD_ADMIN_ROLE,
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
