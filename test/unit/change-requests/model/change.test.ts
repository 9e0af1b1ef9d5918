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
const OTHER = { id: "x", name: "X" };
const roles = [ALERTS, ADMIN];
const ADD: Change = { kind: "add_roles", roles };
const REMOVE: Change = { kind: "remove_roles", roles };
const TO_SALES: Change = { kind: "move", org: { guid: "ORG-Sales", name: "Sales" } };
const REPLACE: Change = { kind: "replace_roles", roles };

describe("the effect of a change", () => {
  it.each<[string, Change, Parameters<typeof someFacts>[0], boolean]>([
    ["a deactivation is in effect", { kind: "deactivate" }, { active: false }, true],
    ["a deactivation is not in effect", { kind: "deactivate" }, { active: true }, false],
    ["an activation is in effect", { kind: "activate" }, { active: true }, true],
    ["an activation is not in effect", { kind: "activate" }, { active: false }, false],
    ["a move is in effect", TO_SALES, { orgGuid: "org-sales" }, true],
    ["a move is in effect", TO_SALES, { orgGuid: "ORG-SALES" }, true],
    ["a move is not in effect", TO_SALES, { orgGuid: "org-research" }, false],
    ["a move is not in effect", TO_SALES, { orgGuid: "" }, false],
  ])("%s: %j for %j", (_what, change, facts, isIn) => {
    expect(isInEffect(change, someFacts(facts))).toBe(isIn);
  });

  it.each<[string, Change, (typeof ALERTS)[], (typeof ALERTS)[]]>([
    ["an addition of which no role is held", ADD, [], [ALERTS, ADMIN]],
    ["an addition of which one role is held", ADD, [ALERTS], [ADMIN]],
    ["an addition whose roles are held among others", ADD, [ADMIN, ALERTS, OTHER], []],
    ["a removal of which all roles are held", REMOVE, [ALERTS, ADMIN], [ALERTS, ADMIN]],
    ["a removal of which one role is held", REMOVE, [ADMIN, OTHER], [ADMIN]],
    ["a removal of which no role is held", REMOVE, [OTHER], []],
    ["a replacement by the held roles", REPLACE, [ADMIN, ALERTS], []],
    ["a replacement of which one role is missing", REPLACE, [ALERTS], [ADMIN]],
    ["a replacement beside another held role", REPLACE, [ALERTS, ADMIN, OTHER], [OTHER]],
    ["a replacement with one missing and one other role", REPLACE, [OTHER, ALERTS], [ADMIN, OTHER]],
  ])("%s is in effect only without outstanding roles", (_what, change, held, outstanding) => {
    const facts = someFacts({ roles: held });
    expect(rolesOutstanding(change, facts)).toEqual(outstanding);
    expect(isInEffect(change, facts)).toBe(outstanding.length === 0);
  });

  it("a deactivation has no roles outstanding", () => {
    expect(rolesOutstanding({ kind: "deactivate" }, someFacts())).toEqual([]);
  });

  it("a replacement gains and loses only the roles that differ from the held ones", () => {
    expect(rolesGained(REPLACE, [ALERTS, OTHER])).toEqual([ADMIN]);
    expect(rolesLost(REPLACE, [ALERTS, OTHER])).toEqual([OTHER]);
  });
});

describe("the privilege of a change", () => {
  it.each<[string, Change, (typeof ALERTS)[], boolean, string[]]>([
    ["a deactivation", { kind: "deactivate" }, [], false, []],
    ["an addition of a privileged role", ADD, [], true, [ADMIN.name]],
    [
      "an addition of a held privileged role",
      { kind: "add_roles", roles: [ADMIN] },
      [ADMIN],
      true,
      [ADMIN.name],
    ],
    ["an addition of another role", { kind: "add_roles", roles: [ALERTS] }, [], false, []],
    ["a removal of a privileged role", REMOVE, [], false, [ADMIN.name]],
    ["a replacement by a privileged role", REPLACE, [ALERTS], true, [ADMIN.name]],
    ["a replacement that keeps a privileged role", REPLACE, [ADMIN, ALERTS], false, []],
    [
      "a replacement that takes a privileged role",
      { kind: "replace_roles", roles: [ALERTS] },
      [ADMIN],
      false,
      [ADMIN.name],
    ],
  ])("%s with %j and held %j gives privilege: %j, and names %j", (_what, change, held, adds, names) => {
    expect(addsPrivileged(change, held)).toBe(adds);
    expect(privilegedRolesOf(change, held)).toEqual(names);
  });
});
