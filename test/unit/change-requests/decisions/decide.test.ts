import { describe, expect, it } from "vitest";
import { FRESH, type Freshness } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createDecide,
  type DecisionClick,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../../src/change-requests/index.ts";
import { type Clock, systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const APPROVAL: DecisionClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000004",
  requestId: 1,
  slackUserId: "U0THEO",
  place: { channelId: "C0APPROVE", threadTs: null },
  verdict: "approval",
  reason: null,
  shownSnapshot: someRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH),
};
const DENIAL: DecisionClick = { ...APPROVAL, verdict: "denial", reason: "Not now" };
const PEOPLE = [
  somePerson(),
  someLead(),
  someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" }),
];
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
});

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly policies?: Parameters<typeof lenientAuthorizer>[1];
  /** Nadia as Incydr shows her now. */
  readonly facts?: ReturnType<typeof someFacts>;
  readonly clock?: Clock;
  readonly channels?: ReturnType<typeof someChannels>;
}

function setUp({
  request: patch = {},
  policies = {},
  facts = someFacts(),
  clock = systemClock,
  channels = someChannels(),
}: Setting = {}) {
  const request = someRequest(patch);
  const store = storeOf(request);
  const people = directoryOf(...PEOPLE);
  const read: Freshness[] = [];
  const { authorizer, asked } = lenientAuthorizer(PEOPLE, policies);
  const decide = createDecide({
    authorizer,
    directory: {
      ...people,
      person: (slackUserId, freshness) => {
        read.push(freshness);
        return people.person(slackUserId, freshness);
      },
    },
    channels,
    subjects: { state: async () => facts, effect: async () => facts },
    uow: store.uow,
    visibleRequest: async () => request,
    clock,
  });
  const executions = () => store.jobs().filter(({ kind }) => kind === "execute").length;
  return { decide, store, asked, read, executions };
}

describe("an approval", () => {
  it("is asked for with fresh groups, by the policies of when the request was made too", async () => {
    const { decide, store, asked, read, executions } = setUp();
    await decide(APPROVAL);
    expect(store.stored().state).toBe("approved");
    expect(executions()).toBe(1);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "approve", freshness: FRESH }]);
    expect(asked.pins).toEqual([{ madeUnder: someRequest().policyHash, attemptId: APPROVAL.clickId }]);
    expect(new Set(read)).toEqual(new Set([FRESH]));
    expect(store.entries().map(({ policyHash }) => policyHash)).toEqual([LENIENT, LENIENT]);
  });

  it("on a card in a public channel counts for nothing, whatever the policies say", async () => {
    const inPublic = { private: false, shared: false, allowed: false };
    const { decide, store, executions } = setUp({
      channels: { ...someChannels(), ofCard: async () => inPublic },
    });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
    expect(executions()).toBe(0);
    expect(store.told()).toEqual(["card_channel_not_allowed"]);
  });

  it("that comes when the request's time is up counts for nothing: the request expires", async () => {
    const { decide, store, executions } = setUp({
      request: { decideBy: new Date(0), executeBy: someRequest().executeBy },
    });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "expired", decisions: [] });
    expect(executions()).toBe(0);
  });

  it("that comes at the very moment when the request's time is up counts for nothing", async () => {
    const { decideBy } = someRequest();
    const { decide, store } = setUp({ clock: { ...systemClock, now: () => decideBy } });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "expired", decisions: [] });
  });

  it("of what no policy lets its requester do any more cancels the request, and says why", async () => {
    const { decide, store, executions } = setUp({
      policies: { approvalsNeeded: null, check: (action) => action !== "execute" },
    });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({
      state: "cancelled",
      decisions: [],
      targets: [{ explanation: "The requester is no longer entitled to this change." }],
    });
    expect(store.entries()).toMatchObject([{ kind: "request.cancelled", policyHash: LENIENT }]);
    expect(executions()).toBe(0);
  });

  it("of a subject who has changed since doesn't count: the request is stale, and the approver is told", async () => {
    const { decide, store, executions } = setUp({ facts: someFacts({ roles: [] }) });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "stale", decisions: [] });
    expect(store.told()).toEqual([expect.stringContaining("Your approval of CR-1 doesn't count")]);
    expect(executions()).toBe(0);
  });

  it("starts nothing with fewer approvals than the card asks for, though the policies ask for fewer now", async () => {
    const { decide, store, executions } = setUp({ request: { approvalsNeeded: 2 } });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
  });

  it("starts nothing where the policies ask for more approvals now, and the card says how many", async () => {
    const { decide, store, executions } = setUp({
      policies: { approvalsNeeded: 2, check: (action, approvals) => action !== "execute" || approvals >= 2 },
    });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
    expect(store.jobs()).toContainEqual({ kind: "show_card", requestId: 1 });
  });

  it("that is carried out again after a crash asks about nobody any more, whatever they may do by then", async () => {
    const done = someDecision({ clickId: APPROVAL.clickId });
    const { decide, store, asked } = setUp({ request: { state: "approved", decisions: [done] } });
    await decide(APPROVAL);
    expect(asked.actions).toEqual([]);
    expect(store.jobs()).toEqual([]);
  });

  it("after somebody denied in between is refused", async () => {
    const { decide, store } = setUp();
    store.meanwhile({ state: "denied" });
    await decide(APPROVAL);
    expect(store.told()).toEqual(["already_decided"]);
    expect(store.stored().decisions).toEqual([]);
  });

  it("after the request was renewed in between is refused, for it was of other facts", async () => {
    const { decide, store } = setUp();
    store.meanwhile({ snapshotHash: "0".repeat(64) });
    await decide(APPROVAL);
    expect(store.told()).toEqual(["card_out_of_date"]);
  });
});

describe("a denial", () => {
  it("is asked for with fresh groups, and ends the request with its reason", async () => {
    const { decide, store, asked, executions } = setUp();
    await decide({ ...DENIAL, reason: "  Not now " });
    expect(store.stored()).toMatchObject({ state: "denied", decisions: [{ reason: "Not now" }] });
    expect(store.entries()).toMatchObject([
      { kind: "request.denied", policyHash: LENIENT, details: { reason: "Not now" } },
    ]);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "deny", freshness: FRESH }]);
    // A group that only earlier policies name may be gone: that must not keep a request from being denied.
    expect(asked.pins).toEqual([{ attemptId: DENIAL.clickId }]);
    expect(executions()).toBe(0);
  });

  it.each(["", "   ", null])("says why, or is refused: %j", async (reason) => {
    const { decide, store } = setUp();
    await decide({ ...DENIAL, reason });
    expect(store.stored().state).toBe("pending");
    expect(store.told()).toEqual(["reason_missing"]);
  });

  it("isn't stored where other policies decide by then", async () => {
    const { decide, store } = setUp();
    store.decideBy("newer");
    await expect(decide(DENIAL)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
  });

  it("by somebody who had approved voids their approval and no other's, and is audited so", async () => {
    const decisions = [someDecision(), BY_PRIYA];
    const { decide, store } = setUp({ request: { approvalsNeeded: 3, decisions } });
    await decide(DENIAL);
    expect(store.stored().decisions.map((each) => each.void)).toEqual([true, false, false]);
    expect(store.audited()).toEqual(["decision.voided", "request.denied"]);
  });
});
