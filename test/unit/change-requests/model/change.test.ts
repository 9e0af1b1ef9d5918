import { describe, expect, it } from "vitest";
import {
  addsPrivileged,
  type Change,
  isInEffect,
  privilegedRolesOf,
  rolesGained,
  rolesLost,
  rolesOutstanding,
} from "../../../../src/change-requests/model/change.ts";
import { someFacts } from "../../../support/domain-objects.ts";

const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const ADMIN = { id: "security-administrator", name: "Security Administrator" };
const DEACTIVATION: Change = { kind: "deactivate" };

describe("a deactivation", () => {
  it("is in effect when the account is inactive", () => {
    expect(isInEffect(DEACTIVATION, someFacts({ active: false }))).toBe(true);
    expect(isInEffect(DEACTIVATION, someFacts({ active: true }))).toBe(false);
  });

  it("has no roles outstanding and gives no privilege", () => {
    expect(rolesOutstanding(DEACTIVATION, someFacts())).toEqual([]);
    expect(addsPrivileged(DEACTIVATION, [])).toBe(false);
    expect(privilegedRolesOf(DEACTIVATION, [])).toEqual([]);
  });
});

describe("adding roles", () => {
  const change: Change = { kind: "add_roles", roles: [ALERTS, ADMIN] };

  it.each([
    ["none of them is held", [], [ALERTS, ADMIN]],
    ["one of them is held", [ALERTS], [ADMIN]],
    ["all of them are held, among others", [ADMIN, ALERTS, { id: "x", name: "X" }], []],
  ])("leaves outstanding what is missing when %s", (_when, roles, outstanding) => {
    const facts = someFacts({ roles });
    expect(rolesOutstanding(change, facts)).toEqual(outstanding);
    expect(isInEffect(change, facts)).toBe(outstanding.length === 0);
  });

  it("gives privilege when one of the roles is privileged", () => {
    expect(addsPrivileged(change, [])).toBe(true);
    expect(privilegedRolesOf(change, [])).toEqual(["Security Administrator"]);
    expect(addsPrivileged({ kind: "add_roles", roles: [ALERTS] }, [])).toBe(false);
  });
});

describe("removing roles", () => {
  const change: Change = { kind: "remove_roles", roles: [ALERTS, ADMIN] };

  it.each([
    ["all of them are held", [ALERTS, ADMIN], [ALERTS, ADMIN]],
    ["one of them is held", [ADMIN, { id: "x", name: "X" }], [ADMIN]],
    ["none of them is held", [{ id: "x", name: "X" }], []],
  ])("leaves outstanding what is still held when %s", (_when, roles, outstanding) => {
    const facts = someFacts({ roles });
    expect(rolesOutstanding(change, facts)).toEqual(outstanding);
    expect(isInEffect(change, facts)).toBe(outstanding.length === 0);
  });

  it("names privileged roles but gives no privilege", () => {
    expect(addsPrivileged(change, [])).toBe(false);
    expect(privilegedRolesOf(change, [])).toEqual(["Security Administrator"]);
  });
});

describe("an activation", () => {
  it("is in effect when the account is active", () => {
    expect(isInEffect({ kind: "activate" }, someFacts({ active: true }))).toBe(true);
    expect(isInEffect({ kind: "activate" }, someFacts({ active: false }))).toBe(false);
  });
});

describe("replacing roles", () => {
  const OTHER = { id: "x", name: "X" };
  const change: Change = { kind: "replace_roles", roles: [ALERTS, ADMIN] };

  it.each([
    ["exactly the set is held", [ADMIN, ALERTS], []],
    ["one is missing", [ALERTS], [ADMIN]],
    ["one is held beside them", [ALERTS, ADMIN, OTHER], [OTHER]],
    ["one is missing and another held", [OTHER, ALERTS], [ADMIN, OTHER]],
  ])("leaves outstanding what is missing, and what is held beyond, when %s", (_when, roles, outstanding) => {
    const facts = someFacts({ roles });
    expect(rolesOutstanding(change, facts)).toEqual(outstanding);
    expect(isInEffect(change, facts)).toBe(outstanding.length === 0);
  });

  it("gains and loses only what differs from what is held", () => {
    expect(rolesGained(change, [ALERTS, OTHER])).toEqual([ADMIN]);
    expect(rolesLost(change, [ALERTS, OTHER])).toEqual([OTHER]);
  });

  it("gives privilege only by a privileged role that isn't held yet, and names those taken too", () => {
    expect(addsPrivileged(change, [ALERTS])).toBe(true);
    expect(addsPrivileged(change, [ADMIN])).toBe(false);
    expect(privilegedRolesOf(change, [ADMIN, ALERTS])).toEqual([]);
    expect(privilegedRolesOf({ kind: "replace_roles", roles: [ALERTS] }, [ADMIN])).toEqual([
      "Security Administrator",
    ]);
  });
});

it("a move is in effect when the account is in that organization, whatever the case of its GUID", () => {
  const change: Change = { kind: "move", org: { guid: "ORG-Sales", name: "Sales" } };
  expect(isInEffect(change, someFacts({ orgGuid: "org-sales" }))).toBe(true);
  expect(isInEffect(change, someFacts({ orgGuid: "org-research" }))).toBe(false);
  expect(isInEffect(change, someFacts({ orgGuid: "" }))).toBe(false);
});
