import { expect, it } from "vitest";
import {
  confirmedRoles,
  nameOf,
  onlyTarget,
  stillInvited,
  validApprovals,
} from "../../../../src/change-requests/model/change-request.ts";
import { someDecision, someRequest, someTarget } from "../../../support/domain-objects.ts";

it("is called by its number towards people", () => {
  expect(nameOf(17)).toBe("CR-17");
});

it("counts approvals only, and of those only the ones that are not void", () => {
  const approval = someDecision();
  const decisions = [approval, someDecision({ verdict: "denial" }), someDecision({ void: true })];
  expect(validApprovals(someRequest({ decisions }))).toEqual([approval]);
});

it("asks nobody by name any more who approved, or in whose place another did", () => {
  const peopleAsked = ["U0THEO", "U0PRIYA", "U0LENA"];
  const decisions = [someDecision({ onBehalfOf: "U0LENA" })];
  expect(stillInvited(someRequest({ peopleAsked, decisions }))).toEqual(["U0PRIYA"]);
});

it("gives its one target, and nothing in place of several", () => {
  const target = someTarget();
  expect(onlyTarget(someRequest({ targets: [target] }))).toBe(target);
  expect(() => onlyTarget(someRequest({ targets: [target, someTarget({ position: 1 })] }))).toThrow(
    "CR-1 has 2 targets, not one.",
  );
  expect(() => onlyTarget(someRequest({ targets: [] }))).toThrow("CR-1 has 0 targets, not one.");
});

it("confirms nothing of a target that isn't settled, whatever of it is outstanding", () => {
  const roles = [{ id: "alert-emails", name: "Alert Emails" }];
  const of = (state: "failed" | "unknown" | "executing") =>
    confirmedRoles({ kind: "add_roles", roles }, someTarget({ state, outstandingRoleIds: [] })).given;
  expect([of("failed"), of("unknown"), of("executing")]).toEqual([roles, [], []]);
});
