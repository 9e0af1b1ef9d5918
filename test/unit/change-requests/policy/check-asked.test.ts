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
import { askingFault } from "../../../../src/change-requests/policy/asking-fault.ts";
import { createCheckAsked } from "../../../../src/change-requests/policy/check-asked.ts";
import { changeFacts, subjectFacts } from "../../../../src/change-requests/policy/policy-facts.ts";
import { someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";

const NADIA = "nadia.petrov@harborlight.example";

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

/** What is said to Maya, who asks Theo to approve a deactivation of Nadia. */
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
  const abouts = Array.from({ length: subjects }, (_, index) => ({
    subject: subjectFacts(
      someFacts({ userId: `${index}`, username: index === subjects - 1 ? NADIA : `${index}@x.example` }),
      index === subjects - 1 ? userIds : [],
    ),
    change: changeFacts({ ...change, approvals: 0, targets: subjects }),
  }));
  const askedFault = createCheckAsked({ directory });
  return askedFault(someAuthorizer({ engine, directory }), asked, {
    requester: somePerson(),
    place: { channelId: "C0APPROVE", threadTs: null },
    abouts,
    approvalsNeeded,
  });
}

it("lets somebody be asked whom the policies would let approve", async () => {
  expect(await faultOf({})).toBeNull();
  expect(await faultOf({}, { subjects: 11 })).toBeNull();
});

it.each<[string, Partial<Person>, string]>([
  ["the requester", { slackUserId: "U0MAYA" }, "Theo Okafor is you: ask somebody else."],
  [
    "the requester's other account",
    { email: "maya.lindqvist@harborlight.example" },
    "Theo Okafor is you: ask somebody else.",
  ],
  ["the subject by e-mail", { email: NADIA }, "Theo Okafor is whom this is about, and must not hear of it."],
  [
    "the subject by Slack id",
    { slackUserId: "U0NADIA" },
    "Theo Okafor is whom this is about, and must not hear of it.",
  ],
  ["a bot", { isBot: true }, "Theo Okafor is a bot."],
  ["a guest", { isGuest: true }, "Theo Okafor is a guest."],
  ["a deactivated person", { isDeactivated: true }, "Theo Okafor has a deactivated account."],
  ["somebody of another company", { isOtherCompany: true }, "Theo Okafor is of another company."],
  [
    "whom no policy lets approve",
    { groups: ["insider-risk-analysts"] },
    "Theo Okafor may not approve this: no policy lets them. Members of @insider-risk-leads may, unless another rule forbids it.",
  ],
  [
    "whom a rule forbids to approve",
    { minutesInGroups: { "insider-risk-leads": 3 } },
    "Theo Okafor may not approve this. The rule: “You joined the group that may approve less than ten minutes ago. Wait, or ask another lead.”",
  ],
])("says that %s can't be asked, and why", async (_, theo, fault) => {
  expect(await faultOf(theo)).toBe(fault);
});

it("finds the subject among many", async () => {
  const said = "Theo Okafor is whom this is about, and must not hear of it.";
  expect(await faultOf({ email: NADIA }, { subjects: 11 })).toBe(said);
});

it("says whom Slack doesn't know, and asks nobody while Slack can't be asked", async () => {
  expect(await faultOf(new UnknownPersonError("U0THEO"))).toBe("Slack knows nobody with the id U0THEO.");
  await expect(faultOf(new DirectoryUnavailableError(null))).rejects.toThrow(DirectoryUnavailableError);
});

it("takes five people and no more, without reading those", async () => {
  const five = ["U1", "U2", "U3", "U4", "U5"];
  expect(await faultOf({}, { asked: five })).toBeNull();
  const unread = new Error("Nobody is read.");
  expect(await faultOf(unread, { asked: [...five, "U6"] })).toBe(
    "At most 5 people can be asked; these are 6.",
  );
});

it("says everybody who can't be asked", async () => {
  const said = await faultOf({ isBot: true }, { asked: ["U1", "U2"] });
  expect(said).toBe("Theo Okafor is a bot. Theo Okafor is a bot.");
});

it("says that there is nobody to ask where the policies ask for no approval", async () => {
  expect(await faultOf({}, { approvalsNeeded: 0 })).toContain("The policies ask for no approval here");
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
    askingFault(authorizer, someLead(), { abouts: [about], approvalsNeeded: 2 });
  expect(await askedOf(allowing(0))).toBeNull();
  expect(await askedOf(allowing(1))).toBeNull();
  expect(await askedOf(allowing(2))).toMatchObject({ denial: { whoCould: ["insider-risk-leads"] } });
});
