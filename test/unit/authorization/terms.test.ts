import { describe, expect, it } from "vitest";
import {
  type ChangeFacts,
  createPolicyEngine,
  parsePolicies,
  type SubjectFacts,
} from "../../../src/authorization/index.ts";
import { approvalsNeeded, termsOf } from "../../../src/authorization/terms.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import { DEACTIVATION, shippedEngine, shippedPolicies } from "../../support/shipped-policies.ts";

const { subject, change } = DEACTIVATION;

describe("the approvals that a change needs", () => {
  it.each<[string, number | null, Partial<SubjectFacts>?]>([
    ["a deactivation needs 1 approval", 1],
    ["a deactivation of a holder of a privileged role needs 2 approvals", 2, { privileged: true }],
    ["no number of approvals suffices under legal hold", null, { legalHold: "yes" }],
  ])("%s", (_title, needed, patch) => {
    const about = { subject: { ...subject, ...patch }, change };
    expect(approvalsNeeded(shippedEngine, somePerson(), about)).toBe(needed);
  });

  it.each([
    ["a change needs no approval if the policies ask for none", 0, 0],
    ["a change needs five approvals if the policies ask for five", 5, 5],
    ["no number of approvals suffices if the policies ask for six", 6, null],
  ])("%s", (_title, asked, needed) => {
    const text = `@id("run")
      permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"execute", resource);
      @id("enough") @reason("More approvals.")
      forbid (principal, action == Incydr::Action::"execute", resource) when { context.approvals < ${asked} };`;
    const { schema } = shippedPolicies;
    const engine = createPolicyEngine(parsePolicies({ schema, files: [{ name: "10.cedar", text }] }));
    expect(approvalsNeeded(engine, somePerson(), DEACTIVATION)).toBe(needed);
  });

  it.each([
    ["a requester in no group", somePerson({ groups: [] })],
    ["a lead, whose changes don't run", someLead()],
    ["the subject", somePerson({ slackUserId: "U0NADIA" })],
  ])("no number of approvals suffices for a change of %s", (_of, requester) => {
    expect(approvalsNeeded(shippedEngine, requester, DEACTIVATION)).toBeNull();
  });
});

describe("the terms of a change", () => {
  /** The shipped policies, with annotations by policy. */
  function engineAnnotated(name: string, annotated: Readonly<Record<string, Record<string, string>>>) {
    const policies = shippedPolicies.policies.map((policy) => ({
      ...policy,
      annotations: annotated[policy.id] ?? policy.annotations,
    }));
    return createPolicyEngine({ ...shippedPolicies, policies, hash: name });
  }

  it("are those of the policies that apply to it", () => {
    expect(termsOf(shippedEngine, somePerson(), DEACTIVATION, "request")).toEqual({
      expiryHours: null,
      remindAfterMinutes: 60,
      escalateAfterMinutes: 240,
      escalateTo: ["insider-risk-leads"],
      ratifyWithinHours: null,
    });
    const jonas = somePerson({ slackUserId: "U0JONAS", groups: ["incident-responders"] });
    expect(termsOf(shippedEngine, jonas, DEACTIVATION, "emergency")).toEqual({
      expiryHours: null,
      remindAfterMinutes: null,
      escalateAfterMinutes: null,
      escalateTo: ["insider-risk-leads"],
      ratifyWithinHours: 24,
    });
  });

  it("are the strictest of several policies, and an escalation asks all groups that they name", () => {
    const engine = engineAnnotated("stricter", {
      "two-approvals-for-privileged-roles": {
        expiryHours: "4",
        remindAfterMinutes: "90",
        escalateTo: "@boss, deputy",
      },
      "analysts-request": { expiryHours: "8" },
    });
    const terms = (patch: Partial<ChangeFacts>) =>
      termsOf(engine, somePerson(), { subject, change: { ...change, ...patch } }, "request");
    expect(terms({ change: "add_roles", addsPrivileged: true })).toMatchObject({
      expiryHours: 4,
      remindAfterMinutes: 60,
      escalateTo: ["boss", "deputy", "insider-risk-leads"],
    });
    expect(terms({ change: "add_roles" }).expiryHours).toBe(8);
  });

  it("count the policies that let it run once it is approved", () => {
    const engine = engineAnnotated("running", { "analysts-changes-run": { expiryHours: "3" } });
    expect(termsOf(engine, somePerson(), DEACTIVATION, "request").expiryHours).toBe(3);
  });
});
