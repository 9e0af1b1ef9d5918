import { describe, expect, it } from "vitest";
import { FRESH } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createDecide,
  type DecisionClick,
  RequestNotFoundError,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { LENIENT } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const APPROVAL: DecisionClick = {
  ...someClick(),
  verdict: "approval",
  reason: null,
  shownSnapshot: someRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH),
};
const DENIAL: DecisionClick = { ...APPROVAL, verdict: "denial", reason: "Not now" };
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" },
});

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly policies?: NonNullable<Parameters<typeof clicksOn>[1]>["policies"];
  /** Nadia as Incydr shows her now. */
  readonly facts?: ReturnType<typeof someFacts>;
  readonly parts?: Partial<Parameters<typeof createDecide>[0]>;
}

function setUp({ request = {}, policies = {}, facts = someFacts(), parts = {} }: Setting = {}) {
  const { options, ...setting } = clicksOn(someRequest(request), { policies });
  const subjects = { state: async () => facts, effect: async () => facts };
  return { decide: createDecide({ ...options, subjects, ...parts }), ...setting };
}

describe("an approval", () => {
  it("the policies of now and of the request are asked about an approval with fresh groups", async () => {
    const { decide, store, asked, read, executions } = setUp();
    await decide(APPROVAL);
    expect(store.stored().state).toBe("approved");
    expect(executions()).toBe(1);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "approve", freshness: FRESH }]);
    expect(asked.pins).toEqual([{ madeUnder: someRequest().policyHash, attemptId: APPROVAL.clickId }]);
    expect(new Set(read)).toEqual(new Set([FRESH]));
    expect(store.entries().map(({ policyHash }) => policyHash)).toEqual([LENIENT, LENIENT]);
  });

  it("an approval on a card in a public channel does not count, even if the policies permit it", async () => {
    const inPublic = { private: false, shared: false, allowed: false };
    const channels = { ...someChannels(), ofCard: async () => inPublic };
    const { decide, store, executions } = setUp({ parts: { channels } });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
    expect(executions()).toBe(0);
    expect(store.told()).toEqual(["card_channel_not_allowed"]);
  });

  const { decideBy, executeBy } = someRequest();
  it.each<[string, Setting]>([
    ["after the deadline", { request: { decideBy: new Date(0), executeBy } }],
    ["at the deadline", { parts: { clock: { ...systemClock, now: () => decideBy } } }],
  ])("an approval %s does not count, and the request expires", async (_when, setting) => {
    const { decide, store, executions } = setUp(setting);
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "expired", decisions: [] });
    expect(executions()).toBe(0);
  });

  it("an approval cancels a request that no policy permits its requester any more", async () => {
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

  it("an approval does not count if the subject has changed: the request is stale, and the approver told", async () => {
    const { decide, store, executions } = setUp({ facts: someFacts({ roles: [] }) });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "stale", decisions: [] });
    expect(store.told()).toEqual([expect.stringContaining("Your approval of CR-1 doesn't count")]);
    expect(executions()).toBe(0);
  });

  /** Reads of the subject, each with the look-ups that came before it. */
  function watchedSubject(facts = someFacts()) {
    const reads: string[] = [];
    const state = async (userId: string) => {
      reads.push(userId);
      return facts;
    };
    return { reads, subjects: { state, effect: async () => facts } };
  }

  it("the subject is read once", async () => {
    const { reads, subjects } = watchedSubject();
    const { decide, store } = setUp({ parts: { subjects } });
    await decide(APPROVAL);
    expect(store.stored().state).toBe("approved");
    expect(reads).toEqual([someFacts().userId]);
  });

  it.each<[string, Setting]>([
    [
      "may not see the request",
      { parts: { visibleRequest: () => Promise.reject(new RequestNotFoundError(1)) } },
    ],
    ["may not approve", { policies: { forbids: () => true } }],
  ])("an approver who %s costs no request to Incydr", async (_what, setting) => {
    const { reads, subjects } = watchedSubject();
    const { decide } = setUp({ ...setting, parts: { ...setting.parts, subjects } });
    await decide(APPROVAL);
    expect(reads).toEqual([]);
  });

  it("the policies judge the facts that were read just now, also those outside of the snapshot", async () => {
    const facts = someFacts({ protected: true });
    const { decide, store, asked, executions } = setUp({
      facts,
      policies: { forbids: (subject) => subject.protected },
    });
    await decide(APPROVAL);
    expect(asked.subjects.map((subject) => subject.protected)).toEqual([false, true]);
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
    expect(executions()).toBe(0);
  });

  it("an approver who has the subject's present username learns nothing of the request", async () => {
    const facts = someFacts({ username: someLead().email ?? "" });
    const { decide, store, executions } = setUp({ facts });
    await decide(APPROVAL);
    expect(store.told()).toEqual(["hidden_from_subject"]);
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
    expect(executions()).toBe(0);
  });

  it("the accounts of the subject's present username count as the subject's for the policies", async () => {
    const { slackUserId, email } = somePerson({ slackUserId: "U0OTHER", email: "other@harborlight.example" });
    const { decide, asked } = setUp({
      facts: someFacts({ username: email ?? "" }),
      parts: { directory: directoryOf(somePerson(), someLead(), somePerson({ slackUserId, email })) },
    });
    await decide(APPROVAL);
    expect(asked.subjects.map(({ slackUserIds }) => slackUserIds.includes(slackUserId))).toEqual([
      false,
      true,
    ]);
  });

  it("a request waits for the approvals of its card, though the policies need fewer now", async () => {
    const { decide, store, executions } = setUp({ request: { approvalsNeeded: 2 } });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
  });

  it("a request waits if the policies need more approvals now, and its card shows how many", async () => {
    const { decide, store, executions } = setUp({
      policies: { approvalsNeeded: 2, check: (action, approvals) => action !== "execute" || approvals >= 2 },
    });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
    expect(store.jobs()).toContainEqual({ kind: "show_card", requestId: 1 });
  });

  it("an approval that is stored already asks no policy when its click is carried out again", async () => {
    const done = someDecision({ clickId: APPROVAL.clickId });
    const { decide, store, asked } = setUp({ request: { state: "approved", decisions: [done] } });
    await decide(APPROVAL);
    expect(asked.actions).toEqual([]);
    expect(store.jobs()).toEqual([]);
  });

  it.each<[string, Partial<ChangeRequest>, string]>([
    ["denied", { state: "denied" }, "already_decided"],
    ["renewed with other facts", { snapshotHash: "0".repeat(64) }, "card_out_of_date"],
  ])("an approval is refused if the request is %s in between", async (_what, meanwhile, fault) => {
    const { decide, store } = setUp();
    store.meanwhile(meanwhile);
    await decide(APPROVAL);
    expect(store.told()).toEqual([fault]);
    expect(store.stored().decisions).toEqual([]);
  });
});

describe("a denial", () => {
  it("a denial is permitted with fresh groups by the policies of now, and its reason is stored", async () => {
    const { decide, store, asked, executions } = setUp();
    await decide({ ...DENIAL, reason: "  Not now " });
    expect(store.stored()).toMatchObject({ state: "denied", decisions: [{ reason: "Not now" }] });
    expect(store.entries()).toMatchObject([
      { kind: "request.denied", policyHash: LENIENT, details: { reason: "Not now" } },
    ]);
    expect(asked.actions).toEqual([{ who: "U0THEO", action: "deny", freshness: FRESH }]);
    // A group that only the earlier policies name may be gone. That must not prevent a denial.
    expect(asked.pins).toEqual([{ attemptId: DENIAL.clickId }]);
    expect(executions()).toBe(0);
  });

  it.each(["", "   ", null])("a denial with the reason %j is refused", async (reason) => {
    const { decide, store } = setUp();
    await decide({ ...DENIAL, reason });
    expect(store.stored().state).toBe("pending");
    expect(store.told()).toEqual(["reason_missing"]);
  });

  it("a denial fails if other policies decide when it is stored", async () => {
    const { decide, store } = setUp();
    store.decideBy("newer");
    await expect(decide(DENIAL)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
  });

  it("a denial voids the earlier approval of the same person alone, and is audited so", async () => {
    const decisions = [someDecision(), BY_PRIYA];
    const { decide, store } = setUp({ request: { approvalsNeeded: 3, decisions } });
    await decide(DENIAL);
    expect(store.stored().decisions.map((each) => each.void)).toEqual([true, false, false]);
    expect(store.audited()).toEqual(["decision.voided", "request.denied"]);
  });
});
