import { beforeAll, describe, expect, it } from "vitest";
import {
  createPolicyEngine,
  loadPolicies,
  type PolicyEngine,
  parsePolicies,
} from "../../../src/authorization/index.ts";
import { stricterOf } from "../../../src/authorization/stricter-policies.ts";
import { subjectFacts } from "../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead, somePerson } from "../../support/domain-objects.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const SUBJECT = subjectFacts(someFacts(), ["U0NADIA"]);
const about = (approvals = 0) => ({ subject: SUBJECT, change: someChangeFacts({ approvals }) });

/** The shipped policies, and the same with one rule more. */
let lax: PolicyEngine;
let strict: PolicyEngine;
beforeAll(async () => {
  const set = await loadPolicies("policies");
  const text = `
    @id("not-theo") @reason("Theo is on leave.")
    forbid (principal == Incydr::Person::"U0THEO", action, resource);
    @id("two-for-research") @reason("Research takes two.")
    forbid (principal, action == Incydr::Action::"execute", resource is Incydr::Subject)
    when { resource.org == "Research" && context.approvals < 2 };`;
  lax = createPolicyEngine(set);
  strict = createPolicyEngine(
    parsePolicies({ ...set.sources, files: [...set.sources.files, { name: "90.cedar", text }] }),
  );
});

/** The authorizer for a request that was made under `then`, while `now` decides. */
function authorizerFor({ now, before }: { now: PolicyEngine; before: PolicyEngine | null }) {
  const directory = directoryOf(somePerson(), someLead());
  const authorizer = someAuthorizer({ engine: now, directory, earlierPolicies: async () => before });
  return authorizer.pin({ madeUnder: before?.hash ?? "unknown" });
}

describe("a request that was made under earlier policies", () => {
  it("needs the stricter of then and now, whichever that is", async () => {
    for (const [now, before] of [
      [lax, strict],
      [strict, lax],
    ] as const) {
      const authorizer = await authorizerFor({ now, before });
      expect(authorizer.approvalsNeeded(somePerson(), about())).toBe(2);
      expect(authorizer.check(somePerson(), "execute", about(1)).allowed).toBe(false);
      expect(authorizer.check(somePerson(), "execute", about(2)).allowed).toBe(true);
      expect(authorizer.check(someLead(), "approve", about()).allowed).toBe(false);
      expect(authorizer.check(someLead({ slackUserId: "U0PRIYA" }), "approve", about()).allowed).toBe(true);
    }
  });

  it("is made and carried out in an emergency by nobody whom either forbids it", async () => {
    const responder = (slackUserId: string) => somePerson({ slackUserId, groups: ["incident-responders"] });
    for (const [now, before] of [
      [lax, strict],
      [strict, lax],
    ] as const) {
      const authorizer = await authorizerFor({ now, before });
      expect(authorizer.check(responder("U0JONAS"), "emergency", about()).allowed).toBe(true);
      expect(authorizer.check(responder("U0THEO"), "emergency", about()).allowed).toBe(false);
    }
  });

  it("tells whoever is stopped by a rule of then that it still binds, with the hash of those policies", async () => {
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

  it("tells whoever is stopped by a rule of now that rule, and not that an earlier one still binds", async () => {
    const authorizer = await authorizerFor({ now: strict, before: lax });
    expect(authorizer.check(someLead({ groups: [] }), "approve", about())).toMatchObject({
      denial: { policyIds: ["not-theo"], reasons: ["Theo is on leave."], policyHash: strict.hash },
    });
  });

  it("is denied, cancelled and asked for under the policies of now alone", async () => {
    const authorizer = await authorizerFor({ now: lax, before: strict });
    for (const action of ["deny", "cancel"] as const)
      expect(authorizer.check(someLead(), action, about()).allowed).toBe(true);
    const theo = somePerson({ slackUserId: "U0THEO" });
    expect(authorizer.check(theo, "request", about()).allowed).toBe(true);
  });

  it("comes no nearer to its execution where its policies aren't kept", async () => {
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

it("a rule is found wherever it stands, in the policies of now or only in the earlier ones", () => {
  const both = stricterOf(lax, strict);
  expect(both.policy("not-theo")).toMatchObject({ file: "90.cedar" });
  expect(both.policy("responders-freeze")).toMatchObject({ file: "60-freeze.cedar" });
  expect(stricterOf(lax, null).policy("not-theo")).toBeUndefined();
});
