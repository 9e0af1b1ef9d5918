import { describe, expect, it } from "vitest";
import { requestedChange as requestedWithCodes } from "../../../../src/change-requests/bulk/requested-change.ts";
import type { Preflight } from "../../../../src/subjects/index.ts";
import { someFacts } from "../../../support/domain-objects.ts";
import { incydrListing } from "../../../support/stub-ports.ts";
import { worded } from "../../../support/worded.ts";

type Lists = Parameters<typeof incydrListing>[0];
type Options = Parameters<typeof requestedWithCodes>[0];

const DESKTOP = { id: "desktop-user", name: "Desktop User" };
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const LISTS: Lists = { roles: [DESKTOP, ALERTS], orgs: [{ guid: "org-sales", name: "Sales" }] };
const NAMESAKES: Lists = {
  roles: [
    { id: "ops-1", name: "Ops" },
    { id: "ops-2", name: "OPS" },
    { id: "people", name: "People’s Team" },
  ],
  orgs: [
    { guid: "lab-1", name: "Lab" },
    { guid: "lab-2", name: "LAB" },
    { guid: "optics", name: "Optics-Lab" },
  ],
};

/** The change that the lines request. `otherwise`: the names for lines that name none. */
const requestedChange = async (
  kind: Options["kind"],
  { lines = [line(1, 1)], otherwise = [] as readonly string[], lists = LISTS } = {},
) => worded(await requestedWithCodes({ incydr: incydrListing(lists), kind, lines, otherwise }));

/** A line about a user, by number. */
function line(
  number: number,
  user: number,
  names: Partial<Options["lines"][number]["line"]> = {},
  facts: Partial<Preflight> = {},
): Options["lines"][number] {
  return {
    line: { line: number, who: `user${user}`, role: null, org: null, ...names },
    facts: someFacts({ userId: `30000000000000000${user}`, ...facts }),
  };
}

describe("the change that a list asks for", () => {
  it.each([
    ["move", "Sales"],
    ["move", "Marketing"],
    ["add_roles", "Alert Emails"],
    ["add_roles", "No Such Role"],
  ] as const)("no %s is concluded from the name %s in a list that may be incomplete", async (kind, named) => {
    const { change, faults } = await requestedChange(kind, {
      otherwise: [named],
      lists: { ...LISTS, complete: false },
    });
    expect(change).toBeNull();
    expect(JSON.stringify(faults)).toContain("may be incomplete");
    const { faults: whole } = await requestedChange(kind, { otherwise: [named] });
    expect(JSON.stringify(whole)).not.toContain("may be incomplete");
  });

  it.each([
    ["move", "ORG-SALES"],
    ["add_roles", "alert-emails"],
  ] as const)("a %s is concluded from the id %s in a list that may be incomplete", async (kind, named) => {
    const lists = { ...LISTS, complete: false };
    const { change, faults } = await requestedChange(kind, { otherwise: [named], lists });
    expect(faults).toEqual([]);
    expect(change).toMatchObject({ kind });
  });

  it.each([
    ["add_roles", "Ops", "ops-1"],
    ["add_roles", "OPS", "ops-2"],
    ["add_roles", "ops", "Several roles are called “ops”. Use an id."],
    ["add_roles", "People's  team", "people"],
    ["move", "LAB", "lab-2"],
    ["move", "“Lab”", "lab-1"],
    ["move", "lab", "Several organizations are called “lab”. Use a GUID."],
    ["move", "Optics\u2011Lab", "optics"],
  ] as const)("for a %s the name %s is compared exactly, then folded: %s", async (kind, named, result) => {
    const { change, faults } = await requestedChange(kind, { otherwise: [named], lists: NAMESAKES });
    expect(JSON.stringify([change, faults])).toContain(result);
  });

  it("a line whose role id and role name mean different roles is refused", async () => {
    const both = (name: string) => ({ role: DESKTOP.id, also: { role: name } });
    const lines = [DESKTOP.name, ALERTS.name, "No such role"].map((name, i) =>
      line(i + 1, i + 1, both(name)),
    );
    const { change, found, faults } = await requestedChange("add_roles", { lines });
    expect(change).toEqual({ kind: "add_roles", roles: [DESKTOP] });
    expect(found.map((each) => each.line.line)).toEqual([1]);
    expect(faults.map(({ line: at, fault }) => `${at}: ${fault}`)).toEqual([
      "2: Names different roles: desktop-user and Alert Emails. Name one role on each line.",
      "3: There is no role “No such role”.",
    ]);
  });

  it.each([
    [
      "fewer",
      [line(1, 1, { role: DESKTOP.id }), line(2, 1, { role: ALERTS.id }), line(3, 2, { role: DESKTOP.id })],
      [3],
    ],
    [
      "more",
      [line(1, 2, { role: DESKTOP.id }), line(2, 1, { role: DESKTOP.id }), line(3, 1, { role: ALERTS.id })],
      [2, 3],
    ],
  ])("a user with %s roles than the first user is left out", async (_how, lines, left) => {
    const { found, faults } = await requestedChange("add_roles", { lines });
    expect(found.map((each) => each.line.line)).toEqual([1]);
    expect(faults.map((each) => each.line)).toEqual(left);
    for (const { fault } of faults) expect(fault).toContain("than line 1");
  });

  it("a role that Incydr no longer lists can be removed by its name from a user who holds it", async () => {
    const retired = { id: "retired", name: "Retired Role" };
    const lines = [line(1, 1, { role: retired.name }, { roles: [retired] })];
    const { change, faults } = await requestedChange("remove_roles", { lines });
    expect([change, faults]).toEqual([{ kind: "remove_roles", roles: [retired] }, []]);
  });
});
