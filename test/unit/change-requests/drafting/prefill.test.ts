import { expect, it } from "vitest";
import { prefillOf, subjectToExtend } from "../../../../src/change-requests/drafting/prefill.ts";
import { someGrant, someRequest, someTarget } from "../../../support/domain-objects.ts";

const ROLES = [
  { id: "cases", name: "Cases" },
  { id: "alert-emails", name: "Alert Emails" },
];
const [CASES, ALERTS] = ROLES.map((role) => role);
const REQUEST = someRequest({ change: { kind: "add_roles", roles: ROLES, grantHours: 8 } });

it("an extension begins with the roles that its request still gives, for the same time", () => {
  const open = [someGrant({ requestId: 1, ...(CASES && { role: CASES }) })];
  expect(prefillOf(REQUEST, open)).toEqual({ roles: [CASES], grantHours: 8 });
});

it("an extension leaves out the roles of other requests", () => {
  const mine = someGrant({ requestId: 1, ...(CASES && { role: CASES }) });
  const others = someGrant({ requestId: 2, ...(ALERTS && { role: ALERTS }) });
  expect(prefillOf(REQUEST, [others, mine]).roles).toEqual([CASES]);
  expect(() => prefillOf(REQUEST, [others])).toThrow(expect.objectContaining({ code: "nothing_to_do" }));
});

it("a bulk can't be extended, because it gives roles for good", () => {
  const targets = [someTarget(), someTarget({ position: 1 })];
  expect(subjectToExtend(REQUEST)).toEqual(REQUEST.targets[0]);
  expect(() => subjectToExtend(someRequest({ targets }))).toThrow(
    expect.objectContaining({ code: "nothing_to_do" }),
  );
});
