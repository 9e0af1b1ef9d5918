import { expect, it } from "vitest";
import { DirectoryUnavailableError, ForbiddenError } from "../../../../src/authorization/index.ts";
import { isRefusal, refusalOf } from "../../../../src/change-requests/index.ts";
import { addsPrivileged } from "../../../../src/change-requests/model/change.ts";
import { NothingToRevokeError } from "../../../../src/change-requests/model/grant.ts";
import { reasonFault, ticketFault } from "../../../../src/change-requests/model/text-faults.ts";
import { OutcomeUnknownError } from "../../../../src/incydr/index.ts";
import { someGrant } from "../../../support/domain-objects.ts";

it("what the policies forbid only because Slack can't be asked is said to be that", () => {
  const denial = {
    action: "approve",
    policyIds: [],
    reasons: ["No."],
    whoCould: [],
    policyHash: "p",
  } as const;
  const cause = new DirectoryUnavailableError(null);
  expect(refusalOf(new ForbiddenError(denial, { cause }))).toEqual(refusalOf(cause));
  expect(refusalOf(new ForbiddenError(denial))).toMatchObject({ code: "forbidden" });
});

it("a write of unknown outcome is no answer that nothing was done", () => {
  expect(isRefusal(new OutcomeUnknownError("No answer.", { sent: "yes" }))).toBe(false);
});

it.each([
  ["gave_none", []],
  ["under_way", [someGrant({ state: "revoked" }), someGrant({ state: "revoking" })]],
  ["over", [someGrant({ state: "revoked" }), someGrant({ state: "superseded" })]],
] as const)("a click on Revoke now that finds nothing active says what is: %s", (why, grants) => {
  expect(new NothingToRevokeError(1, grants).data).toEqual({ requestId: 1, why });
});

it("a privileged role that is to be added counts also where it is held already", () => {
  const roles = [{ id: "customer-cloud-admin", name: "Customer Cloud Admin" }];
  expect(addsPrivileged({ kind: "add_roles", roles }, roles)).toBe(true);
  expect(addsPrivileged({ kind: "replace_roles", roles }, roles)).toBe(false);
});

it("a text of just as many signs as fit is no fault", () => {
  expect(reasonFault("x".repeat(1_000))).toBeNull();
  expect(ticketFault("x".repeat(100), null)).toBeNull();
  expect(ticketFault("x".repeat(101), null)).toMatchObject({ kind: "too_long" });
});
