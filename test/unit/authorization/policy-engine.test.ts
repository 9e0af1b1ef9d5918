import { beforeAll, describe, expect, it } from "vitest";
import {
  CHANGE_ACTIONS,
  type ChangeAction,
  type ChangeFacts,
  createPolicyEngine,
  type Decision,
  loadPolicies,
  type Person,
  type Policy,
  type PolicyEngine,
  type PolicySet,
  type Question,
  type SubjectFacts,
} from "../../../src/authorization/index.ts";
import { subjectFacts } from "../../../src/change-requests/policy/policy-facts.ts";
import { someChangeFacts, someFacts, someLead, somePerson } from "../../support/domain-objects.ts";

let set: PolicySet;
let engine: PolicyEngine;
beforeAll(async () => {
  set = await loadPolicies("policies");
  engine = createPolicyEngine(set);
});

const NADIA = subjectFacts(someFacts(), ["U0NADIA"]);
const ASKED = someChangeFacts();

function about(
  principal: Person,
  action: ChangeAction,
  patch: { subject?: Partial<SubjectFacts>; change?: Partial<ChangeFacts> } = {},
): Decision {
  const subject = { ...NADIA, ...patch.subject };
  return engine.decide({ principal, action, subject, change: { ...ASKED, ...patch.change } });
}

function policyIdsOf(decision: Decision): readonly string[] {
  return decision.allowed ? [] : decision.denial.policyIds;
}

/** An engine of the product's policies and one more. */
function engineWith(
  id: string,
  effect: Policy["effect"],
  text: string,
  group: string | null = null,
): PolicyEngine {
  const policy: Policy = {
    id,
    file: "test.cedar",
    line: 1,
    text,
    effect,
    reason: "A test's.",
    group,
    actions: [],
    annotations: {},
  };
  return createPolicyEngine({ ...set, policies: [...set.policies, policy], hash: `${set.hash} ${id}` });
}

describe("who may do what", () => {
  it("is told with the policies' hash", () => {
    expect(engine.decide({ principal: somePerson(), action: "lookup" })).toEqual({
      allowed: true,
      policyIds: ["analysts-look-up"],
      groups: ["insider-risk-analysts"],
      policyHash: set.hash,
    });
  });

  it("is nobody without a group: default deny, with the groups that could", () => {
    const decision = engine.decide({ principal: somePerson({ groups: [] }), action: "lookup" });
    expect(decision).toEqual({
      allowed: false,
      denial: {
        action: "lookup",
        policyIds: [],
        reasons: ["No policy lets you do this."],
        whoCould: ["insider-risk-analysts", "insider-risk-leads", "incident-responders"],
        policyHash: set.hash,
      },
    });
  });

  it("names for each action the groups that the policies permit it", () => {
    const denied = (decision: Decision) => (decision.allowed ? [] : decision.denial.whoCould);
    expect(denied(about(somePerson(), "approve"))).toEqual(["insider-risk-leads"]);
    expect(denied(about(someLead(), "request"))).toEqual(["insider-risk-analysts", "incident-responders"]);
    expect(denied(engine.decide({ principal: somePerson(), action: "unfreeze" }))).toEqual([
      "insider-risk-leads",
    ]);
  });

  it.each([
    ["a guest", { isGuest: true }, "no-guests"],
    ["a bot", { isBot: true }, "no-bots"],
    ["a deactivated person", { isDeactivated: true }, "no-deactivated-people"],
    ["somebody of another company", { isOtherCompany: true }, "no-other-companies"],
  ])("is never %s, whatever group they are in", (_who, patch, policyId) => {
    const groups = engine.groups;
    const decision = engine.decide({ principal: somePerson({ groups, ...patch }), action: "lookup" });
    expect(policyIdsOf(decision)).toEqual([policyId]);
  });

  it("is told of every rule that forbids, in the policies' own words", () => {
    const self = someLead({ groups: engine.groups });
    const decision = about(self, "approve", {
      subject: { slackUserIds: [self.slackUserId], legalHold: "yes" },
      change: { requesterSlackId: self.slackUserId },
    });
    expect(new Set(policyIdsOf(decision))).toEqual(
      new Set(["not-about-oneself", "no-deactivation-under-legal-hold", "not-ones-own-request"]),
    );
    expect(decision.allowed ? [] : decision.denial.reasons).toContain(
      "You can't decide on your own request. Ask another lead.",
    );
  });

  it("is not the subject themself, known by a Slack account or by the e-mail in any case", () => {
    const groups = ["insider-risk-analysts"];
    const byAccount = somePerson({ slackUserId: "U0NADIA", groups });
    const byEmail = somePerson({ email: "nadia.petrov@harborlight.example", groups });
    expect(policyIdsOf(about(byAccount, "request"))).toEqual(["not-about-oneself"]);
    expect(
      policyIdsOf(about(byEmail, "request", { subject: { username: "Nadia.Petrov@Harborlight.example" } })),
    ).toEqual(["not-about-oneself"]);
  });

  it("lists every group that the policies name, once", () => {
    expect(engine.groups.toSorted()).toEqual([
      "incident-responders",
      "insider-risk-analysts",
      "insider-risk-leads",
    ]);
  });
});

describe("the command line", () => {
  const root = { osUser: "root" };

  it("may do about the tenant what the policies let it", () => {
    expect(engine.decide({ principal: root, action: "read_audit" }).allowed).toBe(true);
    expect(engine.decide({ principal: root, action: "unfreeze" }).allowed).toBe(false);
  });

  it.each(CHANGE_ACTIONS)("can never %s, whatever the policies say", (action) => {
    const open = engineWith("open", "permit", "permit (principal, action, resource);");
    const question = { principal: root, action, subject: NADIA, change: ASKED };
    expect(open.decide(question as unknown as Question)).toMatchObject({
      // the types forbid it too
      allowed: false,
      denial: { reasons: [expect.stringContaining("it takes a person in Slack")] },
    });
  });
});

describe("the time in a group", () => {
  const lead = (minutesInGroups: Person["minutesInGroups"], groups = ["insider-risk-leads"]) =>
    policyIdsOf(about(someLead({ groups, minutesInGroups }), "approve"));

  it("lets somebody approve after ten minutes, or when they were in it from the first look on", () => {
    expect(lead({ "insider-risk-leads": 9.9 })).toEqual(["no-approval-by-new-members"]);
    expect(lead({ "insider-risk-leads": 10 })).toEqual([]);
    expect(lead({ "insider-risk-leads": null })).toEqual([]);
  });

  it("counts as none where it is not known", () => {
    expect(lead({})).toEqual(["no-approval-by-new-members"]);
  });

  it("stops nobody who is in none of the groups that let them: they are told of nothing but that", () => {
    expect(lead({}, [])).toEqual([]);
    expect(about(someLead({ groups: [] }), "approve").allowed).toBe(false);
  });

  it("counts in the groups that let them alone", () => {
    const both = ["insider-risk-leads", "insider-risk-analysts"];
    expect(lead({ "insider-risk-leads": 1, "insider-risk-analysts": null }, both)).toEqual([
      "no-approval-by-new-members",
    ]);
    expect(lead({ "insider-risk-leads": null, "insider-risk-analysts": 1 }, both)).toEqual([]);
  });

  it("is the longest where several groups let them, so that a new group makes nobody new", () => {
    const deputies = engineWith(
      "deputies",
      "permit",
      `permit (principal in Incydr::Group::"deputies", action == Incydr::Action::"approve", resource);`,
      "deputies",
    );
    const groups = ["insider-risk-leads", "deputies"];
    const asked = (minutesInGroups: Person["minutesInGroups"]) =>
      policyIdsOf(
        deputies.decide({
          principal: someLead({ groups, minutesInGroups }),
          action: "approve",
          subject: NADIA,
          change: ASKED,
        }),
      );
    expect(asked({ "insider-risk-leads": null, deputies: 1 })).toEqual([]);
    expect(asked({ "insider-risk-leads": 1, deputies: 2 })).toEqual(["no-approval-by-new-members"]);
  });

  it("counts in a group that may do everything, too", () => {
    const owners = engineWith(
      "owners",
      "permit",
      'permit (principal in Incydr::Group::"owners", action, resource);',
      "owners",
    );
    const asked = (minutesInGroups: Person["minutesInGroups"]) =>
      owners.decide({
        principal: someLead({ groups: ["owners"], minutesInGroups }),
        action: "approve",
        subject: NADIA,
        change: ASKED,
      });
    expect(policyIdsOf(asked({ owners: 1 }))).toEqual(["no-approval-by-new-members"]);
    expect(asked({ owners: 10 }).allowed).toBe(true);
  });
});

it("a role that is given for a part of an hour more than the policies let is given for too long", () => {
  const give = (grantHours: number) =>
    policyIdsOf(about(somePerson(), "request", { change: { change: "add_roles", grantHours } }));
  expect(give(720)).toEqual([]);
  expect(give(720.5)).toEqual(["thirty-days-at-most"]);
});

describe("who could do it instead", () => {
  const whoCould = (decision: Decision) => (decision.allowed ? [] : decision.denial.whoCould);

  it("are other members of the group, where the rule is about the person", () => {
    const own = about(someLead(), "approve", { change: { requesterSlackId: "U0THEO" } });
    expect(whoCould(own)).toEqual(["insider-risk-leads"]);
  });

  it("is nobody, where the rule is about the subject", () => {
    expect(whoCould(about(somePerson(), "request", { subject: { legalHold: "yes" } }))).toEqual([]);
  });
});

describe("the engine fails closed", () => {
  it("when a forbid can't be evaluated, which Cedar itself would skip", () => {
    const broken = engineWith(
      "broken",
      "forbid",
      'forbid (principal is Incydr::Person, action, resource) when { principal.email == "nobody" };',
    );
    const decision = broken.decide({ principal: somePerson({ email: null }), action: "lookup" });
    expect(decision).toMatchObject({
      allowed: false,
      denial: { policyIds: ["broken"], reasons: ["The policies could not be evaluated (broken)."] },
    });
    // Nor is a member of a group named as somebody who could, of whom it can't be evaluated either.
    const forAll = engineWith(
      "broken-for-all",
      "forbid",
      "forbid (principal is Incydr::Person, action, resource) when { 9223372036854775807 + 1 == 0 };",
    ).decide({ principal: somePerson({ groups: [] }), action: "lookup" });
    expect(forAll).toMatchObject({ allowed: false, denial: { whoCould: [] } });
    expect(broken.decide({ principal: somePerson(), action: "lookup" }).allowed).toBe(true);
  });

  it("when a permit can't be evaluated, though another permits", () => {
    const broken = engineWith(
      "broken-permit",
      "permit",
      'permit (principal is Incydr::Person, action, resource) when { principal.email == "nobody" };',
    );
    expect(broken.decide({ principal: somePerson({ email: null }), action: "lookup" }).allowed).toBe(false);
  });

  it("when it is asked something that the schema doesn't know", () => {
    const question = { principal: somePerson(), action: "obliterate" } as unknown as Question; // as a bug would
    const decision = engine.decide(question);
    expect(decision).toMatchObject({
      allowed: false,
      denial: { reasons: [expect.stringContaining("The policies could not be evaluated: ")] },
    });
  });

  it("when an action is asked of something for which the schema doesn't have it, whatever the policies say", () => {
    const open = engineWith("open-to-all", "permit", "permit (principal, action, resource);");
    const question = { principal: somePerson(), action: "lookup", subject: NADIA } as Question; // as a bug would
    expect(open.decide(question)).toMatchObject({
      allowed: false,
      denial: { reasons: [expect.stringContaining("The policies could not be evaluated: ")] },
    });
  });

  it("when a fact is missing", () => {
    const change = { ...ASKED, approvals: undefined } as unknown as ChangeFacts; // as a bug would
    const decision = engine.decide({ principal: somePerson(), action: "execute", subject: NADIA, change });
    expect(decision.allowed).toBe(false);
  });
});
