import { expect, test } from "vitest";
import { wantedChange } from "../../../../src/change-requests/bulk/wanted-change.ts";
import type { IncydrReader } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ROLES = [
  { roleId: "desktop-user", roleName: "Desktop User" },
  { roleId: "alert-emails", roleName: "Alert Emails" },
];
const incydr = { users: { listRoles: async () => ROLES } } as unknown as IncydrReader; // nothing else is read

test("a role's id and name in one line have to mean the same role, or the line is refused", async () => {
  const line = (number: number, also: string) => ({
    line: { line: number, who: `user${number}`, role: "desktop-user", org: null, also: { role: also } },
    facts: someFacts({ userId: `30000000000000000${number}` }),
  });
  const lines = [line(1, "Desktop User"), line(2, "Alert Emails"), line(3, "No such role")];
  const { change, found, faults } = await wantedChange({ incydr, kind: "add_roles", lines, otherwise: [] });
  expect(change).toEqual({ kind: "add_roles", roles: [{ id: "desktop-user", name: "Desktop User" }] });
  expect(found.map((each) => each.line.line)).toEqual([1]);
  expect(faults.map(({ line: at, fault }) => `${at}: ${fault}`)).toEqual([
    "2: Names different roles: desktop-user and Alert Emails. Name one role on each line.",
    "3: There is no role “No such role”.",
  ]);
});
