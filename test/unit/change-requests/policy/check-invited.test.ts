import { expect, it } from "vitest";
import {
  DirectoryUnavailableError,
  type Person,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
import type { InvitationFault } from "../../../../src/change-requests/index.ts";
import { createCheckInvited } from "../../../../src/change-requests/policy/check-invited.ts";
import { changeFacts, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { requirementsOf } from "../../../../src/change-requests/policy/requirements.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";

const NADIA = "nadia.petrov@harborlight.example";

const engine = await shippedPolicies();

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

it("the requester can invite a person whom the policies would let approve", async () => {
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
  ["a person of another company", { isOtherCompany: true }, "other_company"],
])("the requester can't invite %s, and is told why", async (_, theo, kind) => {
  expect(await faultOf(theo)).toEqual([{ kind, name }]);
});

it("the requester can't invite a person whom no policy lets approve, and is told which groups could", async () => {
  const whoCould = ["insider-risk-leads"];
  expect(await faultOf({ groups: ["insider-risk-analysts"] })).toEqual([
    { kind: "forbidden", name, policyIds: [], reasons: [expect.any(String)], whoCould },
  ]);
});

it("the requester can't invite a person whom a rule forbids to approve, and is told the rule", async () => {
  const reasons = ["You joined the approvers' group less than 10 minutes ago. Wait, or ask another lead."];
  const [fault] = (await faultOf({ minutesInGroups: { "insider-risk-leads": 3 } })) ?? [];
  const policyIds = [expect.any(String)];
  expect(fault).toEqual({ kind: "forbidden", name, policyIds, reasons, whoCould: [] });
});

it("the requester can't invite the last of many subjects", async () => {
  expect(await faultOf({ email: NADIA }, { subjects: 11 })).toEqual([{ kind: "subject", name }]);
});

it("an unknown person can't be invited, and no person while Slack can't be asked", async () => {
  expect(await faultOf(new UnknownPersonError("U0THEO"))).toEqual([
    { kind: "unknown", slackUserId: "U0THEO" },
  ]);
  await expect(faultOf(new DirectoryUnavailableError(null))).rejects.toThrow(DirectoryUnavailableError);
});

it("at most five people can be invited, and more are not read", async () => {
  const five = ["U1", "U2", "U3", "U4", "U5"];
  expect(await faultOf({}, { asked: five })).toBeNull();
  const unread = new Error("Nobody is read.");
  expect(await faultOf(unread, { asked: [...five, "U6"] })).toEqual([
    { kind: "too_many", most: 5, count: 6 },
  ]);
});

it("every person who can't be invited is a fault", async () => {
  const bot = { kind: "bot", name };
  expect(await faultOf({ isBot: true }, { asked: ["U1", "U2"] })).toEqual([bot, bot]);
});

it("a request that needs no approval has no approvers to invite", async () => {
  expect(await faultOf({}, { approvalsNeeded: 0 })).toEqual([{ kind: "none_needed" }]);
  expect(await faultOf({}, { asked: [], approvalsNeeded: 0 })).toBeNull();
});
