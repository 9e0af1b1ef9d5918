import { expect, test } from "vitest";
import { DirectoryUnavailableError, type Person } from "../../../../src/authorization/index.ts";
import type { ChangeRequest } from "../../../../src/change-requests/index.ts";
import { createReadDeciders } from "../../../../src/change-requests/policy/deciders.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { engineWith } from "../../../support/shipped-policies.ts";
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";

const engine = await shippedPolicies();
const LEADS = "insider-risk-leads";

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly priya?: Partial<Person>;
  readonly policies?: typeof engine;
  readonly isDown?: boolean;
}

/** The people who could approve Maya's request to deactivate Nadia, for which she invited Theo and Priya. */
function decidersOf({ request = {}, priya = {}, policies = engine, isDown = false }: Setting = {}) {
  const directory = {
    person: async (slackUserId: string) =>
      slackUserId === "U0THEO"
        ? someLead()
        : someLead({ slackUserId, email: "priya.raman@harborlight.example", ...priya }),
    async idsByEmail() {
      if (isDown) throw new DirectoryUnavailableError(new Error("down"));
      return [];
    },
  };
  const readDeciders = createReadDeciders({
    ...{ directory, channels: someChannels() },
    authorizer: someAuthorizer({ engine: policies, directory }),
  });
  return readDeciders(someRequest({ peopleAsked: ["U0THEO", "U0PRIYA"], approvalsNeeded: 1, ...request }));
}

test("the groups that the policies let approve can decide, and the invited approvers who could approve", async () => {
  expect(await decidersOf()).toEqual({ groups: [LEADS], invited: ["U0THEO", "U0PRIYA"] });
  expect(await decidersOf({ priya: { groups: [] } })).toEqual({ groups: [LEADS], invited: ["U0THEO"] });
});

test("an invited approver who has approved is not among those who can decide", async () => {
  const request = { approvalsNeeded: 2, decisions: [someDecision()] };
  expect(await decidersOf({ request })).toEqual({ groups: [LEADS], invited: ["U0PRIYA"] });
});

test("nobody can decide if a rule forbids the approval to everybody", async () => {
  const facts = someFacts({ legalHold: { fact: "yes", names: ["Matter 12"] } });
  const request = { targets: [someTarget({ facts })] };
  expect(await decidersOf({ request })).toEqual({ groups: [], invited: [] });
});

test("only groups that could approve the change of each subject of a bulk can decide", async () => {
  const policies = engineWith(`
    @id("no-sales-for-leads") @reason("No.")
    forbid (principal in Incydr::Group::"${LEADS}", action == Incydr::Action::"approve", resource)
    when { resource.org == "Sales" };
    @id("analysts-approve")
    permit (principal in Incydr::Group::"insider-risk-analysts", action == Incydr::Action::"approve", resource);
  `);
  const bulk = (...orgs: readonly string[]) => ({
    peopleAsked: [],
    targetCount: orgs.length,
    targets: orgs.map((orgName, position) =>
      someTarget({
        position,
        facts: someFacts({ userId: `u${position}`, username: `u${position}@x.example`, orgName }),
      }),
    ),
  });
  const both = await decidersOf({ policies, request: bulk("Research", "Legal") });
  expect(both?.groups.toSorted()).toEqual(["insider-risk-analysts", LEADS]);
  const analysts = await decidersOf({ policies, request: bulk("Research", "Sales") });
  expect(analysts?.groups).toEqual(["insider-risk-analysts"]);
});

test("while Slack can't be read, it is not known who can decide", async () => {
  expect(await decidersOf({ isDown: true })).toBeNull();
});
