import { expect, it } from "vitest";
import { requestedChange as requestedWithCodes } from "../../../../src/change-requests/bulk/requested-change.ts";
import type { IncydrReader } from "../../../../src/incydr/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { worded } from "../../../support/worded.ts";

const requestedChange = async (options: Parameters<typeof requestedWithCodes>[0]) =>
  worded(await requestedWithCodes(options));

const org = { orgGuid: "org-sales", orgName: "Sales", parentOrgGuid: null, active: true };
const role = { roleId: "alert-emails", roleName: "Alert Emails" };

/** A reader whose lists of organizations and roles may be incomplete. */
function readerOf(complete: boolean): IncydrReader {
  const list =
    <Item>(item: Item) =>
    async () =>
      Object.assign([item], { complete, skipped: [] });
  return { orgs: { list: list(org) }, users: { listRoles: list(role) } } as unknown as IncydrReader; // the part that is read
}

function wanted(complete: boolean, kind: "move" | "add_roles", named: string) {
  const line = { line: 1, who: "nadia", org: null, role: null };
  const lines = [{ line, facts: someFacts() }] as unknown as Parameters<
    typeof requestedWithCodes
  >[0]["lines"]; // of these fields
  return requestedChange({ incydr: readerOf(complete), kind, lines, otherwise: [named] });
}

it.each([
  ["move", "Sales"],
  ["move", "Marketing"],
  ["add_roles", "Alert Emails"],
  ["add_roles", "No Such Role"],
] as const)(
  "a bulk concludes nothing from a name and a list that may be incomplete: %s %s",
  async (kind, named) => {
    const { change, faults } = await wanted(false, kind, named);
    expect(change).toBeNull();
    expect(JSON.stringify(faults)).toContain("may be incomplete");
    const { faults: whole } = await wanted(true, kind, named);
    expect(JSON.stringify(whole)).not.toContain("may be incomplete");
  },
);

it.each([
  ["move", "ORG-SALES"],
  ["add_roles", "alert-emails"],
] as const)("an id is conclusive in a list that may be incomplete: %s %s", async (kind, named) => {
  const { change, faults } = await wanted(false, kind, named);
  expect(faults).toEqual([]);
  expect(change).toMatchObject({ kind });
});

const ROLES = [
  { roleId: "desktop-user", roleName: "Desktop User" },
  { roleId: "alert-emails", roleName: "Alert Emails" },
];
const incydr = {
  users: { listRoles: async () => Object.assign([...ROLES], { complete: true, skipped: [] }) },
} as unknown as IncydrReader; // nothing else is read

it("a role's id and name in one line have to mean the same role, or the line is refused", async () => {
  const line = (number: number, also: string) => ({
    line: { line: number, who: `user${number}`, role: "desktop-user", org: null, also: { role: also } },
    facts: someFacts({ userId: `30000000000000000${number}` }),
  });
  const lines = [line(1, "Desktop User"), line(2, "Alert Emails"), line(3, "No such role")];
  const { change, found, faults } = await requestedChange({
    incydr,
    kind: "add_roles",
    lines,
    otherwise: [],
  });
  expect(change).toEqual({ kind: "add_roles", roles: [{ id: "desktop-user", name: "Desktop User" }] });
  expect(found.map((each) => each.line.line)).toEqual([1]);
  expect(faults.map(({ line: at, fault }) => `${at}: ${fault}`)).toEqual([
    "2: Names different roles: desktop-user and Alert Emails. Name one role on each line.",
    "3: There is no role “No such role”.",
  ]);
});

const NAMESAKES = {
  roles: [
    { roleId: "ops-1", roleName: "Ops" },
    { roleId: "ops-2", roleName: "OPS" },
    { roleId: "people", roleName: "People’s Team" },
  ],
  orgs: [
    { orgGuid: "lab-1", orgName: "Lab" },
    { orgGuid: "lab-2", orgName: "LAB" },
    { orgGuid: "optics", orgName: "Optics-Lab" },
  ],
};
const namesakes = {
  orgs: { list: async () => Object.assign([...NAMESAKES.orgs], { complete: true, skipped: [] }) },
  users: { listRoles: async () => Object.assign([...NAMESAKES.roles], { complete: true, skipped: [] }) },
} as unknown as IncydrReader; // nothing else is read

it.each([
  ["add_roles", "Ops", "ops-1"],
  ["add_roles", "OPS", "ops-2"],
  ["add_roles", "ops", "Several roles are called “ops”. Use an id."],
  ["add_roles", "People's  team", "people"],
  ["move", "LAB", "lab-2"],
  ["move", "“Lab”", "lab-1"],
  ["move", "lab", "Several organizations are called “lab”. Use a GUID."],
  ["move", "Optics\u2011Lab", "optics"],
] as const)(
  "a name is compared exactly, then folded, and never guessed: %s %s",
  async (kind, named, result) => {
    const line = { line: 1, who: "nadia", org: null, role: null };
    const lines = [{ line, facts: someFacts() }];
    const { change, faults } = await requestedChange({ incydr: namesakes, kind, lines, otherwise: [named] });
    expect(JSON.stringify([change, faults])).toContain(result);
  },
);

it("a user of whom fewer or more roles are asked for than of the first is left out of their change", async () => {
  const line = (number: number, user: number, role: string) => ({
    line: { line: number, who: `user${user}`, role, org: null },
    facts: someFacts({ userId: `30000000000000000${user}` }),
  });
  const both = [line(1, 1, "desktop-user"), line(2, 1, "alert-emails")];
  const fewer = await requestedChange({
    ...{ incydr, kind: "add_roles", lines: [...both, line(3, 2, "desktop-user")], otherwise: [] },
  });
  expect(fewer.found.map((each) => each.line.line)).toEqual([1]);
  expect(fewer.faults).toMatchObject([{ line: 3, fault: expect.stringContaining("than line 1") }]);
  const more = await requestedChange({
    ...{ incydr, kind: "add_roles", otherwise: [] },
    lines: [line(1, 2, "desktop-user"), line(2, 1, "desktop-user"), line(3, 1, "alert-emails")],
  });
  expect(more.found.map((each) => each.line.line)).toEqual([1]);
  expect(more.faults.map((each) => each.line)).toEqual([2, 3]);
});

it("a role that Incydr no longer lists can be taken by its name from whoever holds it", async () => {
  const line = { line: 1, who: "nadia", role: "Retired Role", org: null };
  const retired = { id: "retired", name: "Retired Role" };
  const lines = [{ line, facts: someFacts({ roles: [retired] }) }];
  const { change, faults } = await requestedChange({ incydr, kind: "remove_roles", lines, otherwise: [] });
  expect([change, faults]).toEqual([{ kind: "remove_roles", roles: [retired] }, []]);
});
