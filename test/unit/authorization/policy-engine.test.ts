import { describe, expect, it } from "vitest";
import {
  CHANGE_ACTIONS,
  type ChangeAction,
  type ChangeFacts,
  createPolicyEngine,
  type Decision,
  type Person,
  type Policy,
  type Question,
  type SubjectFacts,
} from "../../../src/authorization/index.ts";
import { someLead, somePerson } from "../../support/domain-objects.ts";
import {
  DEACTIVATION,
  shippedEngine as engine,
  engineWith,
  shippedPolicies,
} from "../../support/shipped-policies.ts";

function about(
  principal: Person,
  action: ChangeAction,
  patch: { subject?: Partial<SubjectFacts>; change?: Partial<ChangeFacts> } = {},
): Decision {
  const subject = { ...DEACTIVATION.subject, ...patch.subject };
  return engine.decide({ principal, action, subject, change: { ...DEACTIVATION.change, ...patch.change } });
}

const policyIdsOf = (decision: Decision) => (decision.allowed ? [] : decision.denial.policyIds);
const whoCould = (decision: Decision) => (decision.allowed ? [] : decision.denial.whoCould);

/** An engine of the shipped policies and a further policy, which isn't checked against the schema. */
function engineWithUnchecked({ id, effect, text }: Pick<Policy, "id" | "effect" | "text">) {
  const place = {
    file: "test.cedar",
    line: 1,
    reason: "A test's.",
    group: null,
    actions: [],
    annotations: {},
  };
  const policies = [...shippedPolicies.policies, { id, effect, text, ...place }];
  return createPolicyEngine({ ...shippedPolicies, policies, hash: `${shippedPolicies.hash} ${id}` });
}

describe("a decision", () => {
  it("that permits an action names its policies, their groups and their hash", () => {
    expect(engine.decide({ principal: somePerson(), action: "lookup" })).toEqual({
      allowed: true,
      policyIds: ["analysts-look-up"],
      groups: ["insider-risk-analysts"],
      policyHash: engine.hash,
    });
  });

  it("denies each action to a person without a group, and names the groups that could do it", () => {
    expect(engine.decide({ principal: somePerson({ groups: [] }), action: "lookup" })).toEqual({
      allowed: false,
      denial: {
        action: "lookup",
        policyIds: [],
        reasons: ["No policy lets you do this."],
        whoCould: ["insider-risk-analysts", "insider-risk-leads", "incident-responders"],
        policyHash: engine.hash,
      },
    });
    expect(whoCould(about(somePerson(), "approve"))).toEqual(["insider-risk-leads"]);
    expect(whoCould(about(someLead(), "request"))).toEqual(["insider-risk-analysts", "incident-responders"]);
    const unfreeze = engine.decide({ principal: somePerson(), action: "unfreeze" });
    expect(whoCould(unfreeze)).toEqual(["insider-risk-leads"]);
  });

  it("names the person's own group as one that could do it, if the rule is about the person", () => {
    const own = about(someLead(), "approve", { change: { requesterSlackId: "U0THEO" } });
    expect(whoCould(own)).toEqual(["insider-risk-leads"]);
  });

  it("names no group that could do it, if the rule is about the subject", () => {
    expect(whoCould(about(somePerson(), "request", { subject: { legalHold: "yes" } }))).toEqual([]);
  });

  it.each([
    ["a guest", { isGuest: true }, "no-guests"],
    ["a bot", { isBot: true }, "no-bots"],
    ["a deactivated person", { isDeactivated: true }, "no-deactivated-people"],
    ["a person of another company", { isOtherCompany: true }, "no-other-companies"],
  ])("denies every action to %s, in any group", (_who, patch, policyId) => {
    const groups = engine.groups;
    const decision = engine.decide({ principal: somePerson({ groups, ...patch }), action: "lookup" });
    expect(policyIdsOf(decision)).toEqual([policyId]);
  });

  it("names every rule that forbids the action, in the policies' own words", () => {
    const self = someLead({ groups: engine.groups });
    const decision = about(self, "approve", {
      subject: { slackUserIds: [self.slackUserId], legalHold: "yes" },
      change: { requesterSlackId: self.slackUserId },
    });
    expect(new Set(policyIdsOf(decision))).toEqual(
      new Set(["not-about-oneself", "no-deactivation-under-legal-hold", "not-ones-own-request"]),
    );
    expect(decision.allowed ? [] : decision.denial.reasons).toContain(
      "You can't decide on your own request. Another person must decide.",
    );
  });

  it.each([
    ["a Slack account", { slackUserId: "U0NADIA" }],
    ["the e-mail in any case", { email: "nadia.petrov@harborlight.example" }],
  ])("denies a change to the subject themself, known by %s", (_by, patch) => {
    const subject = { username: "Nadia.Petrov@Harborlight.example" };
    expect(policyIdsOf(about(somePerson(patch), "request", { subject }))).toEqual(["not-about-oneself"]);
  });
});

it("the engine lists every group that the policies name, once", () => {
  const groups = ["incident-responders", "insider-risk-analysts", "insider-risk-leads"];
  expect(engine.groups.toSorted()).toEqual(groups);
});

describe("the command line", () => {
  const root = { osUser: "root" };

  it("may do about the tenant what the policies permit it", () => {
    expect(engine.decide({ principal: root, action: "read_audit" }).allowed).toBe(true);
    expect(engine.decide({ principal: root, action: "unfreeze" }).allowed).toBe(false);
  });

  it.each(CHANGE_ACTIONS)("can never %s, even if the policies permit it", (action) => {
    const text = "permit (principal, action, resource);";
    const open = engineWithUnchecked({ id: "open", effect: "permit", text });
    const question = { principal: root, action, ...DEACTIVATION } as unknown as Question; // the types forbid it too
    expect(open.decide(question)).toMatchObject({
      allowed: false,
      denial: { reasons: [expect.stringContaining("It needs a person in Slack")] },
    });
  });
});

describe("the time in a group", () => {
  const LEADS = "insider-risk-leads";
  const ANALYSTS = "insider-risk-analysts";
  const deputies = engineWith(`@id("deputies")
    permit (principal in Incydr::Group::"deputies", action == Incydr::Action::"approve", resource);`);
  const owners = engineWith(`@id("owners")
    permit (principal in Incydr::Group::"owners", action, resource);`);

  it.each([
    ["lets a lead approve after ten minutes", engine, { [LEADS]: 10 }],
    ["lets a lead approve who was in the group at its first reading", engine, { [LEADS]: null }],
    ["doesn't count in a group that permits nothing", engine, { [LEADS]: null, [ANALYSTS]: 1 }],
    ["is the longest of several groups", deputies, { [LEADS]: null, deputies: 1 }],
    ["counts in a group that may do everything", owners, { owners: 10 }],
  ])("%s", (_title, policies, minutesInGroups) => {
    const principal = someLead({ groups: Object.keys(minutesInGroups), minutesInGroups });
    expect(policies.decide({ principal, action: "approve", ...DEACTIVATION }).allowed).toBe(true);
  });

  it.each([
    ["stops a lead before ten minutes", engine, { [LEADS]: 9.9 }],
    ["stops a lead who was longer in a group that permits nothing", engine, { [LEADS]: 1, [ANALYSTS]: null }],
    ["stops a new member of each of several groups", deputies, { [LEADS]: 1, deputies: 2 }],
    ["stops a new member of a group that may do everything", owners, { owners: 1 }],
  ])("%s", (_title, policies, minutesInGroups) => {
    const principal = someLead({ groups: Object.keys(minutesInGroups), minutesInGroups });
    const decision = policies.decide({ principal, action: "approve", ...DEACTIVATION });
    expect(policyIdsOf(decision)).toEqual(["no-approval-by-new-members"]);
  });

  it("stops a lead if it is unknown", () => {
    const decision = about(someLead({ minutesInGroups: {} }), "approve");
    expect(policyIdsOf(decision)).toEqual(["no-approval-by-new-members"]);
  });

  it("is no reason to stop a person who is in none of the groups that permit the action", () => {
    const decision = about(someLead({ groups: [], minutesInGroups: {} }), "approve");
    expect(decision).toMatchObject({ allowed: false, denial: { policyIds: [] } });
  });
});

it("a role that is given for a part of an hour more than the policies permit is given for too long", () => {
  const give = (grantHours: number) =>
    policyIdsOf(about(somePerson(), "request", { change: { change: "add_roles", grantHours } }));
  expect([give(720), give(720.5)]).toEqual([[], ["thirty-days-at-most"]]);
});

describe("the engine denies", () => {
  const permitIfNamed = 'when { principal.email == "nobody" };';
  const UNCOUNTED = { ...DEACTIVATION.change, approvals: undefined };
  const withoutEmail = { principal: somePerson({ email: null }), action: "lookup" } as const;

  it("an action if a forbid can't be evaluated, which Cedar itself would skip", () => {
    const text = `forbid (principal is Incydr::Person, action, resource) ${permitIfNamed}`;
    const broken = engineWithUnchecked({ id: "broken", effect: "forbid", text });
    expect(broken.decide(withoutEmail)).toMatchObject({
      allowed: false,
      denial: { policyIds: ["broken"], reasons: ["The policies could not be evaluated (broken)."] },
    });
    expect(broken.decide({ principal: somePerson(), action: "lookup" }).allowed).toBe(true);
  });

  it("an action without naming a group, if a forbid can't be evaluated for its members either", () => {
    const text =
      "forbid (principal is Incydr::Person, action, resource) when { 9223372036854775807 + 1 == 0 };";
    const broken = engineWithUnchecked({ id: "broken-for-all", effect: "forbid", text });
    expect(whoCould(broken.decide({ principal: somePerson({ groups: [] }), action: "lookup" }))).toEqual([]);
  });

  it("an action if a permit can't be evaluated, though another permits it", () => {
    const text = `permit (principal is Incydr::Person, action, resource) ${permitIfNamed}`;
    const broken = engineWithUnchecked({ id: "broken-permit", effect: "permit", text });
    expect(broken.decide(withoutEmail).allowed).toBe(false);
  });

  it.each([
    ["an action that the schema doesn't know", { action: "obliterate" }],
    ["an action on a thing that doesn't have it", { action: "lookup", subject: DEACTIVATION.subject }],
    [
      "a question with half a character, for which Cedar throws",
      { action: "lookup", principal: someLead({ email: "\uD83D@x.example" }) },
    ],
    ["a question without one of its facts", { action: "approve", ...DEACTIVATION, change: UNCOUNTED }],
  ])("%s, even if a policy permits every action", (_what, asked) => {
    const text = "permit (principal, action, resource);";
    const open = engineWithUnchecked({ id: "open", effect: "permit", text });
    const question = { principal: someLead(), ...asked } as unknown as Question; // as a bug would
    expect(open.decide(question)).toMatchObject({
      allowed: false,
      denial: { reasons: [expect.stringContaining("The policies could not be evaluated: ")] },
    });
  });
});

it("permits no export under policies whose schema lacks the action", () => {
  const schema = shippedPolicies.schema.replace(", export_users", "");
  const policies = shippedPolicies.policies.filter(({ id }) => id !== "leads-export-users");
  const older = createPolicyEngine({ schema, policies, hash: "without exports" });
  expect(engine.decide({ principal: someLead(), action: "export_users" }).allowed).toBe(true);
  const decision = older.decide({ principal: someLead(), action: "export_users" });
  expect(decision.allowed).toBe(false);
  expect(whoCould(decision)).toEqual([]);
  expect(older.decide({ principal: someLead(), action: "list" }).allowed).toBe(true);
});
