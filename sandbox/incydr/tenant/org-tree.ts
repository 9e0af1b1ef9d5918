import { incydrDate } from "./incydr-date.ts";
import type { SeededGenerator } from "./seeded-generator.ts";
import type { OrgRecord } from "./tenant-records.ts";

/** Org name → name of its parent; parents come before their children. */
const PARENT_BY_ORG: Readonly<Record<string, string | null>> = {
  Harborlight: null,
  Research: "Harborlight",
  Optics: "Research",
  Materials: "Research",
  Engineering: "Harborlight",
  Platform: "Engineering",
  Embedded: "Engineering",
  Finance: "Harborlight",
  Sales: "Harborlight",
  "Sales EMEA": "Sales",
  "Sales Americas": "Sales",
  People: "Harborlight",
  Legal: "Harborlight",
  IT: "Harborlight",
  Security: "IT",
  Contractors: "Harborlight",
  Leavers: "Harborlight",
  "Skerry Works": "Harborlight",
};

/** The closed org of the tree. */
const CLOSED_ORG = "Skerry Works";

/** Makes the organizations of Harborlight: a tree of three levels with one closed branch. */
export function createOrgTree(generator: SeededGenerator): OrgRecord[] {
  const byName = new Map<string, OrgRecord>();
  for (const [index, [orgName, parentName]] of Object.entries(PARENT_BY_ORG).entries()) {
    const createdAtMs = Date.UTC(2021, index % 12, 3 + index, 8, 30, 0, 250);
    const parentOrgGuid = parentName === null ? null : (byName.get(parentName)?.orgGuid ?? null);
    const org = createOrg({ orgName, parentOrgGuid, createdAtMs, index }, generator);
    if (orgName === CLOSED_ORG) {
      org.active = false;
      org.notes = "Closed when the site was sold.";
      org.deactivationDate = incydrDate(createdAtMs + 900 * 86_400_000);
    }
    byName.set(orgName, org);
  }
  return [...byName.values()];
}

export function createOrg(
  org: { orgName: string; parentOrgGuid: string | null; createdAtMs: number; index: number },
  generator: SeededGenerator,
): OrgRecord {
  const { orgName, parentOrgGuid, createdAtMs, index } = org;
  return {
    orgId: generator.digits(18),
    legacyOrgId: generator.digits(6),
    orgGuid: generator.uuid(),
    orgName,
    // Has the shape of a real key, and a word that no real key contains.
    registrationKey: `FAKE-KEY0-${String(index).padStart(4, "0")}-DEMO`,
    orgExtRef: null,
    notes: null,
    parentOrgGuid,
    active: true,
    // The org endpoints mix date formats: some dates lack the last three digits.
    creationDate: index % 3 === 0 ? new Date(createdAtMs).toISOString() : incydrDate(createdAtMs),
    modificationDate: incydrDate(createdAtMs + 86_400_000),
    deactivationDate: null,
  };
}
