import { beforeAll, expect, it } from "vitest";
import {
  createPolicyEngine,
  FRESH,
  loadPolicies,
  type Person,
  type PolicyEngine,
  UnknownPersonError,
} from "../../../../src/authorization/index.ts";
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
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

let engine: PolicyEngine;
beforeAll(async () => {
  engine = createPolicyEngine(await loadPolicies("policies"));
});

/** The people among Theo and Priya who are still to be asked; Theo is as Slack shows him now. */
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

it("asks everybody who was named, while the request waits", async () => {
  expect(await toAsk()).toEqual(["U0THEO", "U0PRIYA"]);
  for (const state of ["approved", "stale", "executing", "done", "denied", "cancelled", "expired"] as const)
    expect(await toAsk({ state })).toEqual([]);
});

it("asks nobody who may be the subject under an account that isn't known", async () => {
  expect(await toAsk({}, {}, [], ["U0THEO"])).toEqual(["U0PRIYA"]);
});

it("doesn't ask again who has approved, unless that no longer counts", async () => {
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
])("tells nobody who %s since", async (_, theo) => {
  expect(await toAsk({}, theo)).toEqual(["U0PRIYA"]);
});

it("tells nobody whose Slack account is the subject's by now", async () => {
  expect(await toAsk({}, {}, ["U0THEO"])).toEqual(["U0PRIYA"]);
});

it("asks the policies of when the request was made as well as those of now", async () => {
  const { authorizer, asked } = lenientAuthorizer([]);
  const directory = directoryOf(someLead());
  const mayBeTold = async () => true;
  const invitedApprovers = createInvitedApprovers({
    authorizer,
    directory,
    channels: someChannels(),
    mayBeTold,
  });
  expect(await invitedApprovers(someRequest({ peopleAsked: ["U0THEO"] }))).toEqual(["U0THEO"]);
  expect(asked.pins).toEqual([{ madeUnder: someRequest().policyHash }]);
});

it("asks nobody who may be the last of many subjects under an account that isn't known", async () => {
  const { authorizer } = lenientAuthorizer([]);
  const directory = directoryOf(someLead());
  const last = someTarget({ position: 1, facts: someFacts({ userId: "2", username: "last" }) });
  const mayBeTold: MayBeTold = async (_who, subjects) => subjects.every(({ userId }) => userId !== "2");
  const invitedApprovers = createInvitedApprovers({
    authorizer,
    directory,
    channels: someChannels(),
    mayBeTold,
  });
  const about = (targets: ChangeRequest["targets"]) => someRequest({ peopleAsked: ["U0THEO"], targets });
  expect(await invitedApprovers(about([someTarget()]))).toEqual(["U0THEO"]);
  expect(await invitedApprovers(about([someTarget(), last]))).toEqual([]);
});
