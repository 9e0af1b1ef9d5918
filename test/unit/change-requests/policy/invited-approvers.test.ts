import { expect, it } from "vitest";
import { FRESH, type Person, UnknownPersonError } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createInvitedApprovers,
  type MayBeTold,
} from "../../../../src/change-requests/index.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const engine = await shippedPolicies();

/** The invited approvers among Theo and Priya who are still to be notified; Theo as Slack shows him now. */
function toAsk(
  request: Partial<ChangeRequest> = {},
  theo: Partial<Person> | null = {},
  nadiasIds: string[] = [],
  subjects: readonly string[] = [],
): Promise<readonly string[]> {
  const directory = {
    async person(slackUserId: string, freshness: unknown) {
      expect(freshness).toEqual(FRESH);
      if (slackUserId !== "U0THEO")
        return someLead({ slackUserId, email: "priya.raman@harborlight.example" });
      if (!theo) throw new UnknownPersonError(slackUserId);
      return someLead(theo);
    },
    idsByEmail: async () => nadiasIds,
  };
  const invitedApprovers = createInvitedApprovers({
    authorizer: someAuthorizer({ engine, directory }),
    directory,
    channels: someChannels(),
    mayBeTold: async (slackUserId, targets) => targets.length > 0 && !subjects.includes(slackUserId),
  });
  return invitedApprovers(
    someRequest({ peopleAsked: ["U0THEO", "U0PRIYA"], approvalsNeeded: 2, ...request }),
  );
}

it("every named person is invited while the request is pending", async () => {
  expect(await toAsk()).toEqual(["U0THEO", "U0PRIYA"]);
  for (const state of ["approved", "stale", "executing", "done", "denied", "cancelled", "expired"] as const)
    expect(await toAsk({ state })).toEqual([]);
});

it("a person who may be the subject under an unknown account is not invited", async () => {
  expect(await toAsk({}, {}, [], ["U0THEO"])).toEqual(["U0PRIYA"]);
});

it("a person who has approved is not invited again, unless their approval is void", async () => {
  expect(await toAsk({ decisions: [someDecision()] })).toEqual(["U0PRIYA"]);
  expect(await toAsk({ decisions: [someDecision({ void: true })] })).toEqual(["U0THEO", "U0PRIYA"]);
});

it.each<[string, Partial<Person> | null]>([
  ["left the group", { groups: [] }],
  ["joined it a moment ago", { minutesInGroups: { "insider-risk-leads": 0 } }],
  ["was deactivated", { isDeactivated: true }],
  ["became a guest", { isGuest: true }],
  ["is the subject by their e-mail now", { email: "nadia.petrov@harborlight.example" }],
  ["isn't known to Slack any more", null],
])("a person who %s is not invited", async (_, theo) => {
  expect(await toAsk({}, theo)).toEqual(["U0PRIYA"]);
});

it("a person whose Slack account is the subject's now is not invited", async () => {
  expect(await toAsk({}, {}, ["U0THEO"])).toEqual(["U0PRIYA"]);
});

/** Asks policies that permit everything whether Theo, who may not hear of user 2, is invited. */
async function invitedTo(targets: ChangeRequest["targets"]) {
  const { authorizer, asked } = lenientAuthorizer([]);
  const mayBeTold: MayBeTold = async (_who, subjects) => subjects.every(({ userId }) => userId !== "2");
  const directory = directoryOf(someLead());
  const invitedApprovers = createInvitedApprovers({
    authorizer,
    directory,
    channels: someChannels(),
    mayBeTold,
  });
  return { invited: await invitedApprovers(someRequest({ peopleAsked: ["U0THEO"], targets })), asked };
}

it("the policies of now and of the request are asked who may approve", async () => {
  const { invited, asked } = await invitedTo([someTarget()]);
  expect(invited).toEqual(["U0THEO"]);
  expect(asked.pins).toEqual([{ madeUnder: someRequest().policyHash }]);
});

it("a person who may be the last of many subjects is not invited", async () => {
  const last = someTarget({ position: 1, facts: someFacts({ userId: "2", username: "last" }) });
  expect((await invitedTo([someTarget(), last])).invited).toEqual([]);
});
