import { describe, expect, it } from "vitest";
import type { PolicyEngine } from "../../../src/authorization/index.ts";
import { stricterOf } from "../../../src/authorization/stricter-policies.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { DEACTIVATION, engineWith, shippedEngine as lax } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const about = (approvals = 0) => ({ ...DEACTIVATION, change: { ...DEACTIVATION.change, approvals } });

const strict = engineWith(`
  @id("not-theo") @reason("Theo is on leave.")
  forbid (principal == Incydr::Person::"U0THEO", action, resource);
  @id("two-for-research") @reason("Research takes two.")
  forbid (principal, action == Incydr::Action::"execute", resource is Incydr::Subject)
  when { resource.org == "Research" && context.approvals < 2 };`);

/** The authorizer for a request that was made under the policies `before`, while `now` decides. */
function authorizerFor({ now, before }: { now: PolicyEngine; before: PolicyEngine | null }) {
  const directory = directoryOf(somePerson(), someLead());
  const authorizer = someAuthorizer({ engine: now, directory, earlierPolicies: async () => before });
  return authorizer.pin({ madeUnder: before?.hash ?? "unknown" });
}

describe("a request that was made under earlier policies", () => {
  it.each([
    ["earlier", { now: lax, before: strict }],
    ["current", { now: strict, before: lax }],
  ])("needs what both policies ask for if the %s ones are stricter", async (_stricter, policies) => {
    const authorizer = await authorizerFor(policies);
    expect(authorizer.approvalsNeeded(somePerson(), about())).toBe(2);
    const may = (...of: Parameters<typeof authorizer.check>) => authorizer.check(...of).allowed;
    expect([1, 2].map((approvals) => may(somePerson(), "execute", about(approvals)))).toEqual([false, true]);
    for (const [slackUserId, isAllowed] of [
      ["U0THEO", false],
      ["U0PRIYA", true],
    ] as const) {
      expect(may(someLead({ slackUserId }), "approve", about())).toBe(isAllowed);
      const responder = somePerson({ slackUserId, groups: ["incident-responders"] });
      expect(may(responder, "emergency", about())).toBe(isAllowed);
    }
  });

  it("is refused with the earlier rule that still binds it, and with the hash of those policies", async () => {
    const authorizer = await authorizerFor({ now: lax, before: strict });
    const decision = authorizer.check(someLead(), "approve", about());
    expect(decision).toMatchObject({
      allowed: false,
      denial: {
        policyIds: ["not-theo"],
        reasons: ["Theo is on leave.", expect.stringContaining("still binds")],
        policyHash: strict.hash,
      },
    });
    expect(decision.allowed ? [] : decision.denial.whoCould).toEqual(["insider-risk-leads"]);
  });

  it("is refused with a current rule, without a word that an earlier one still binds it", async () => {
    const authorizer = await authorizerFor({ now: strict, before: lax });
    expect(authorizer.check(someLead({ groups: [] }), "approve", about())).toMatchObject({
      denial: { policyIds: ["not-theo"], reasons: ["Theo is on leave."], policyHash: strict.hash },
    });
  });

  it("is denied, cancelled and asked for under the current policies alone", async () => {
    const authorizer = await authorizerFor({ now: lax, before: strict });
    for (const action of ["deny", "cancel"] as const)
      expect(authorizer.check(someLead(), action, about()).allowed).toBe(true);
    const theo = somePerson({ slackUserId: "U0THEO" });
    expect(authorizer.check(theo, "request", about()).allowed).toBe(true);
  });

  it("can only be denied or cancelled if its policies aren't kept", async () => {
    const authorizer = await authorizerFor({ now: lax, before: null });
    expect(authorizer.approvalsNeeded(somePerson(), about())).toBeNull();
    for (const action of ["approve", "ratify"] as const) {
      expect(authorizer.check(someLead(), action, about())).toMatchObject({
        denial: { reasons: [expect.stringContaining("not kept")] },
      });
    }
    expect(authorizer.check(someLead(), "deny", about()).allowed).toBe(true);
  });
});

it("a rule is found in the current policies, or else in the earlier ones", () => {
  const both = stricterOf(lax, strict);
  expect(both.policy("not-theo")).toMatchObject({ file: "90.cedar" });
  expect(both.policy("responders-freeze")).toMatchObject({ file: "60-freeze.cedar" });
  expect(stricterOf(lax, null).policy("not-theo")).toBeUndefined();
});
