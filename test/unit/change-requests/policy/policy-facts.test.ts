import { expect, it } from "vitest";
import {
  changeFacts,
  factsOfRequest,
  subjectFacts,
} from "../../../../src/change-requests/policy/policy-facts.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { meetingOf } from "../../../support/meeting.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

it("the policies are told each Slack account of the subject once", () => {
  expect(subjectFacts(someFacts(), ["U0NADIA", "U0NADIA2", "U0NADIA"]).slackUserIds).toEqual([
    "U0NADIA",
    "U0NADIA2",
  ]);
});

it("the policies are told roles by name, and an unreadable legal hold as unknown", () => {
  const facts = someFacts({ legalHold: { fact: "unknown", names: [] }, protected: true });
  expect(subjectFacts(facts, [])).toEqual({
    userId: facts.userId,
    username: facts.username,
    org: "Research",
    slackUserIds: [],
    active: true,
    roleNames: ["Desktop User", "PROe User"],
    privileged: false,
    protected: true,
    legalHold: "unknown",
  });
});

it("the policies are told whether a change gives a privileged role", () => {
  const options = { held: [], requesterSlackId: "U0MAYA", approvals: 1, targets: 1 };
  const roles = [{ id: "org-admin", name: "Org Admin" }];
  const facts = { requesterSlackId: "U0MAYA", approvals: 1, targets: 1 };
  expect(changeFacts({ ...options, change: { kind: "add_roles", roles } })).toEqual({
    ...facts,
    change: "add_roles",
    roleNames: ["Org Admin"],
    rolesPrivileged: true,
    addsPrivileged: true,
    grantHours: null,
    unratifiedEmergencies: 0,
    othersOpen: 0,
    channel: null,
  });
  expect(changeFacts({ ...options, change: { kind: "remove_roles", roles } }).addsPrivileged).toBe(false);
  expect(changeFacts({ ...options, change: { kind: "deactivate" } }).addsPrivileged).toBe(false);
  const replacing = { ...options, change: { kind: "replace_roles", roles } } as const;
  expect(changeFacts(replacing).addsPrivileged).toBe(true);
  expect(changeFacts({ ...replacing, held: roles }).addsPrivileged).toBe(false);
});

it("the policies are told the numbers of valid approvals, of subjects and of other open requests", async () => {
  const request = someRequest({
    targets: [someTarget(), someTarget({ position: 1, facts: someFacts({ userId: "2", username: "rolf" }) })],
    targetCount: 40,
    othersOpen: [5, 9],
    decisions: [
      someDecision({ void: true }),
      someDecision({ approver: { slackUserId: "U0PRIYA", email: null } }),
      someDecision({ approver: { slackUserId: "U0LENA", email: null }, verdict: "denial" }),
    ],
  });
  const sources = { directory: directoryOf(somePerson()), channels: someChannels() };
  const policyInputs = await factsOfRequest(request, sources);
  const told = { approvals: 1, targets: 40, othersOpen: 2 };
  expect(policyInputs.map(({ change }) => change)).toMatchObject([told, told]);
  expect(policyInputs.map(({ subject }) => subject.userId)).toEqual([someFacts().userId, "2"]);
});

it("the policies are told the changes of a replacement by the roles held at the request", async () => {
  const orgAdmin = { id: "org-admin", name: "Org Admin" };
  const request = someRequest({
    change: { kind: "replace_roles", roles: [orgAdmin] },
    targets: [
      someTarget({ facts: someFacts({ roles: [orgAdmin, { id: "proe-user", name: "PROe User" }] }) }),
    ],
  });
  const sources = { directory: directoryOf(somePerson()), channels: someChannels() };
  const [about] = await factsOfRequest(request, sources);
  expect(about?.change).toMatchObject({ roleNames: ["PROe User"], addsPrivileged: false });
});

it("the accounts of a subject and the channel of its card are read at the same time", async () => {
  const meet = meetingOf(2);
  const directory = { ...directoryOf(), idsByEmail: () => meet().then(() => ["U0NADIA"]) };
  const ofCard = () => meet().then(() => null);
  const facts = await factsOfRequest(someRequest(), { directory, channels: { ...someChannels(), ofCard } });
  expect(facts[0]?.subject.slackUserIds).toContain("U0NADIA");
});
