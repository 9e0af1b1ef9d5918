import { beforeAll, expect, it } from "vitest";
import {
  type Authorizer,
  createPolicyEngine,
  DirectoryUnavailableError,
  loadPolicies,
  type Person,
  type PolicyEngine,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import type { InvitationFault } from "../../../../src/change-requests/index.ts";
import { createCheckInvited, whyNotInvitable } from "../../../../src/change-requests/policy/check-invited.ts";
import { changeFacts, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { requirementsOf } from "../../../../src/change-requests/policy/requirements.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";

const NADIA = "nadia.petrov@harborlight.example";

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

/** The answer to Maya if she asks Theo to approve a deactivation of Nadia. */
function faultOf(
  theo: Partial<Person> | Error,
  { asked = ["U0THEO"], approvalsNeeded = 1, userIds = ["U0NADIA"], subjects = 1 } = {},
) {
  const directory = {
    async person(slackUserId: string) {
      if (theo instanceof Error) throw theo;
      return someLead({ slackUserId, ...theo });
    },
    idsByEmail: async () => [],
  };
  const change = { change: { kind: "deactivate" }, held: [], requesterSlackId: "U0MAYA" } as const;
  const policyInputs = Array.from({ length: subjects }, (_, index) => ({
    subject: subjectFacts(
      someFacts({ userId: `${index}`, username: index === subjects - 1 ? NADIA : `${index}@x.example` }),
      index === subjects - 1 ? userIds : [],
    ),
    change: changeFacts({ ...change, approvals: 0, targets: subjects }),
  }));
  const checkInvited = createCheckInvited({ directory });
  return checkInvited(someAuthorizer({ engine, directory }), asked, {
    requester: somePerson(),
    place: { channelId: "C0APPROVE", threadTs: null },
    policyInputs,
    requirements: requirementsOf({ approvalsNeeded, decisions: [] }),
  });
}

it("lets somebody be asked whom the policies would let approve", async () => {
  expect(await faultOf({})).toBeNull();
  expect(await faultOf({}, { subjects: 11 })).toBeNull();
});

const name = "Theo Okafor";

it.each<[string, Partial<Person>, InvitationFault["kind"]]>([
  ["the requester", { slackUserId: "U0MAYA" }, "requester"],
  ["the requester's other account", { email: "maya.lindqvist@harborlight.example" }, "requester"],
  ["the subject by e-mail", { email: NADIA }, "subject"],
  ["the subject by Slack id", { slackUserId: "U0NADIA" }, "subject"],
  ["a bot", { isBot: true }, "bot"],
  ["a guest", { isGuest: true }, "guest"],
  ["a deactivated person", { isDeactivated: true }, "deactivated"],
  ["somebody of another company", { isOtherCompany: true }, "other_company"],
])("says that %s can't be asked, and why", async (_, theo, kind) => {
  expect(await faultOf(theo)).toEqual([{ kind, name }]);
});

it("says that somebody whom no policy lets approve can't be asked, and who could", async () => {
  const whoCould = ["insider-risk-leads"];
  expect(await faultOf({ groups: ["insider-risk-analysts"] })).toEqual([
    { kind: "forbidden", name, policyIds: [], reasons: [expect.any(String)], whoCould },
  ]);
});

it("says that somebody whom a rule forbids to approve can't be asked, and which rule", async () => {
  const reasons = ["You joined the approvers' group less than 10 minutes ago. Wait, or ask another lead."];
  const [fault] = (await faultOf({ minutesInGroups: { "insider-risk-leads": 3 } })) ?? [];
  const policyIds = [expect.any(String)];
  expect(fault).toEqual({ kind: "forbidden", name, policyIds, reasons, whoCould: [] });
});

it("finds the subject among many", async () => {
  expect(await faultOf({ email: NADIA }, { subjects: 11 })).toEqual([{ kind: "subject", name }]);
});

it("says whom Slack doesn't know, and asks nobody while Slack can't be asked", async () => {
  expect(await faultOf(new UnknownPersonError("U0THEO"))).toEqual([
    { kind: "unknown", slackUserId: "U0THEO" },
  ]);
  await expect(faultOf(new DirectoryUnavailableError(null))).rejects.toThrow(DirectoryUnavailableError);
});

it("takes five people and no more, without reading those", async () => {
  const five = ["U1", "U2", "U3", "U4", "U5"];
  expect(await faultOf({}, { asked: five })).toBeNull();
  const unread = new Error("Nobody is read.");
  expect(await faultOf(unread, { asked: [...five, "U6"] })).toEqual([
    { kind: "too_many", most: 5, count: 6 },
  ]);
});

it("says everybody who can't be asked", async () => {
  const bot = { kind: "bot", name };
  expect(await faultOf({ isBot: true }, { asked: ["U1", "U2"] })).toEqual([bot, bot]);
});

it("says that there is nobody to ask where the policies ask for no approval", async () => {
  expect(await faultOf({}, { approvalsNeeded: 0 })).toEqual([{ kind: "none_needed" }]);
  expect(await faultOf({}, { asked: [], approvalsNeeded: 0 })).toBeNull();
});

it("lets somebody be asked who may approve only after another has", async () => {
  const directory = { person: async () => someLead(), idsByEmail: async () => [] };
  const allowing = (approvals: number): Authorizer => ({
    ...someAuthorizer({ engine, directory }),
    check: (person, action, { subject, change }) =>
      engine.decide({
        principal: change.approvals === approvals ? person : somePerson({ groups: [] }),
        ...{ action, subject, change },
      }),
  });
  const about = {
    subject: subjectFacts(someFacts(), []),
    change: changeFacts({
      ...{ change: { kind: "deactivate" }, held: [], requesterSlackId: "U0MAYA", approvals: 0, targets: 1 },
    }),
  };
  const askedOf = (authorizer: Authorizer) =>
    whyNotInvitable(authorizer, someLead(), {
      policyInputs: [about],
      requirements: requirementsOf({ approvalsNeeded: 2, decisions: [] }),
    });
  expect(await askedOf(allowing(0))).toBeNull();
  expect(await askedOf(allowing(1))).toBeNull();
  expect(await askedOf(allowing(2))).toMatchObject({ denial: { whoCould: ["insider-risk-leads"] } });
});
