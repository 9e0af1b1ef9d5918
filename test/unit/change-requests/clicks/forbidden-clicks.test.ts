import { expect, it } from "vitest";
import { createPolicyEngine, loadPolicies } from "../../../../src/authorization/index.ts";
import {
  type CardClick,
  createCancel,
  createControlBulk,
  createDecide,
  createOpenDenial,
  createRatifying,
  createRenew,
  createRevokeNow,
  createSendList,
  type RenewOptions,
} from "../../../../src/change-requests/index.ts";
import { createRecordForbidden } from "../../../../src/change-requests/lifecycle/record-attempts.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someFacts,
  someLead,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { storeOf } from "../../../support/one-request.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000031",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
};
const BY_MAYA = { ...CLICK, slackUserId: "U0MAYA" };
const DECISION = { ...CLICK, shownSnapshot: "" };
const ENGINE = createPolicyEngine(await loadPolicies("policies"));

/** Every click on Maya's request, for which Theo and Maya are in no group that the policies name. */
function setUp() {
  const targets = [someTarget(), someTarget({ position: 1, facts: someFacts({ userId: "2" }) })];
  const request = someRequest({
    emergency: { ratifyWithinHours: 24, escalateTo: [] },
    ...{ targets, targetCount: 2 },
  });
  const stale = someRequest({ state: "stale" });
  const store = storeOf(request);
  const directory = directoryOf(somePerson({ groups: [] }), someLead({ groups: [] }));
  const { uow } = store;
  const options = {
    authorizer: someAuthorizer({
      ...{ engine: ENGINE, directory },
      recordForbidden: createRecordForbidden({ uow, clock: systemClock }),
    }),
    ...{ directory, uow, clock: systemClock, channels: someChannels() },
    visibleRequest: async () => request,
    identify: async () => "user of somebody",
    subjects: { state: async () => someFacts(), effect: async () => someFacts() },
    delivery: { deliver: async () => "delivered" as const },
  };
  const renewing = {
    ...options,
    visibleRequest: async () => stale,
    identify: async () => ({ userId: "user of somebody" }),
    incydr: { users: { getUser: async () => ({}) } },
    preflight: async () => someFacts(),
  } as unknown as RenewOptions; // nothing else of Incydr is read
  return { store, options, renewing };
}

type Clicks = ReturnType<typeof setUp>;

it.each<[string, string, string, (of: Clicks) => Promise<void>]>([
  [
    "Approve",
    "approve",
    "U0THEO",
    ({ options }) => createDecide(options)({ ...DECISION, verdict: "approval", reason: null }),
  ],
  [
    "Deny",
    "deny",
    "U0THEO",
    ({ options }) => createDecide(options)({ ...DECISION, verdict: "denial", reason: "No." }),
  ],
  [
    "Ratify",
    "ratify",
    "U0THEO",
    ({ options }) => createRatifying(options).ratify({ ...CLICK, event: "ratify", reason: null }),
  ],
  [
    "Dispute",
    "ratify",
    "U0THEO",
    ({ options }) => createRatifying(options).ratify({ ...CLICK, event: "dispute", reason: "No." }),
  ],
  ["Cancel request", "cancel", "U0THEO", ({ options }) => createCancel(options)(CLICK)],
  ["Pause", "cancel", "U0THEO", ({ options }) => createControlBulk(options)(CLICK, "pause")],
  ["Stop", "cancel", "U0THEO", ({ options }) => createControlBulk(options)(CLICK, "stop")],
  [
    "the requester's Resume",
    "cancel",
    "U0MAYA",
    ({ options }) => createControlBulk(options)(BY_MAYA, "resume"),
  ],
  ["List users", "lookup", "U0THEO", ({ options }) => createSendList(options)(CLICK)],
  ["Revoke now", "revoke", "U0THEO", ({ options }) => createRevokeNow(options)(CLICK)],
  ["Renew", "request", "U0MAYA", ({ renewing }) => createRenew(renewing)(BY_MAYA)],
])(
  "a click on %s that the policies forbid is audited with its request, once, however often its job runs",
  async (_button, action, slackUserId, click) => {
    const clicks = setUp();
    for (let time = 0; time < 2; time += 1) await click(clicks);
    const { store } = clicks;
    expect(store.entries()).toMatchObject([
      { kind: "attempt.forbidden", requestId: "CR-1", actor: { slackUserId }, details: { action } },
    ]);
    expect(store.told()).toEqual(["forbidden"]);
  },
);

it.each<[string, string, (of: Clicks) => Promise<unknown>]>([
  [
    "Deny",
    "deny",
    ({ options }) => createOpenDenial(options)({ requestId: 1, slackUserId: "U0THEO", shownSnapshot: "" }),
  ],
  [
    "Dispute",
    "ratify",
    ({ options }) => createRatifying(options).openDispute({ requestId: 1, slackUserId: "U0THEO" }),
  ],
])(
  "a form of %s that the policies forbid isn't opened, and is audited by them alone",
  async (_button, action, open) => {
    const clicks = setUp();
    await expect(open(clicks)).rejects.toMatchObject({ code: "forbidden" });
    expect(clicks.store.entries()).toMatchObject([
      { kind: "attempt.forbidden", requestId: "CR-1", actor: { slackUserId: "U0THEO" }, details: { action } },
    ]);
  },
);
