import { expect, it } from "vitest";
import { isCloudAdminRole, isPrivilegedRole, KNOWN_ROLE_NAMES } from "../../../src/subjects/index.ts";

it("these roles of the vendor, and no others, give power over other users, by name and by id", () => {
  const privileged = KNOWN_ROLE_NAMES.filter(isPrivilegedRole);
  expect(privileged).toEqual([
    "Admin Restore",
    "Admin Restore Limited",
    "Cross Org Admin",
    "Cross Org Legal Admin",
    "Cross Org Manager",
    "Customer Cloud Admin",
    "Identity Management Administrator",
    "Insider Risk Admin",
    "Org Admin",
    "Org Legal Admin",
    "Org Manager",
    "Security Administrator",
    "Security Center - Restore",
  ]);
  const ids = privileged.map((name) => name.toLowerCase().replaceAll(/[^a-z]+/g, "-"));
  expect(ids.filter((id) => !isPrivilegedRole(id))).toEqual([]);
});

it("only a Customer Cloud Admin is protected by their role", () => {
  expect(KNOWN_ROLE_NAMES.filter(isCloudAdminRole)).toEqual(["Customer Cloud Admin"]);
  expect(isCloudAdminRole("customer-cloud-admin")).toBe(true);
});
