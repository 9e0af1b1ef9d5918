import { expect, it } from "vitest";
import {
  confirmedRoles,
  nameOf,
  onlyTarget,
  stillInvited,
  validApprovals,
} from "../../../../src/change-requests/model/change-request.ts";
import { someDecision, someRequest, someTarget } from "../../../support/domain-objects.ts";

it("the name of a request is its number", () => {
  expect(nameOf(17)).toBe("CR-17");
});

it("only approvals that are not void count", () => {
  const approval = someDecision();
  const decisions = [approval, someDecision({ verdict: "denial" }), someDecision({ void: true })];
  expect(validApprovals(someRequest({ decisions }))).toEqual([approval]);
});

it("a person who approved, or in whose place another approved, is not invited any more", () => {
  const peopleAsked = ["U0THEO", "U0PRIYA", "U0LENA"];
  const decisions = [someDecision({ onBehalfOf: "U0LENA" })];
  expect(stillInvited(someRequest({ peopleAsked, decisions }))).toEqual(["U0PRIYA"]);
});

it("asking a request with several targets for its only target is an error", () => {
  const target = someTarget();
  expect(onlyTarget(someRequest({ targets: [target] }))).toBe(target);
  expect(() => onlyTarget(someRequest({ targets: [target, someTarget({ position: 1 })] }))).toThrow(
    "CR-1 has 2 targets, not one.",
  );
  expect(() => onlyTarget(someRequest({ targets: [] }))).toThrow("CR-1 has 0 targets, not one.");
});

it("only a settled target confirms its roles", () => {
  const roles = [{ id: "alert-emails", name: "Alert Emails" }];
  const of = (state: "failed" | "unknown" | "executing") =>
    confirmedRoles({ kind: "add_roles", roles }, someTarget({ state, outstandingRoleIds: [] })).given;
  expect([of("failed"), of("unknown"), of("executing")]).toEqual([roles, [], []]);
});
