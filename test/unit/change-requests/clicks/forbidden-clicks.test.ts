import { describe, expect, it } from "vitest";
import {
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
import { someFacts, someLead, somePerson, someRequest, someTarget } from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { shippedPolicies, someAuthorizer } from "../../../support/stub-authorizer.ts";

const CLICK = someClick();
const BY_MAYA = someClick({ slackUserId: "U0MAYA" });
const DECISION = { ...CLICK, shownSnapshot: "" };
const OPENING = { requestId: 1, slackUserId: "U0THEO", shownSnapshot: "" };
const ENGINE = await shippedPolicies();

/** Every click on Maya's request, for which Theo and Maya are in no group that the policies name. */
function setUp() {
  const targets = [someTarget(), someTarget({ position: 1, facts: someFacts({ userId: "2" }) })];
  const emergency = { ratifyWithinHours: 24, escalateTo: [] };
  const people = [somePerson({ groups: [] }), someLead({ groups: [] })];
  const { store, options: shared } = clicksOn(someRequest({ emergency, targets, targetCount: 2 }), {
    people,
  });
  const { directory, uow } = shared;
  const recordForbidden = createRecordForbidden({ uow, clock: systemClock });
  const options = {
    ...shared,
    authorizer: someAuthorizer({ engine: ENGINE, directory, recordForbidden }),
    identify: async () => "user of somebody",
    subjects: { state: async () => someFacts(), effect: async () => someFacts() },
    delivery: { deliver: async () => "delivered" as const },
  };
  const renewing = {
    ...options,
    visibleRequest: async () => someRequest({ state: "stale" }),
    identify: async () => ({ userId: "user of somebody" }),
    incydr: { users: { getUser: async () => ({}) } },
    preflight: async () => someFacts(),
  } as unknown as RenewOptions; // nothing else of Incydr is read
  return { store, options, renewing };
}

type Clicks = ReturnType<typeof setUp>;

describe("an action that the policies forbid", () => {
  it.each<[string, string, string, (of: Clicks) => Promise<void>]>([
    [
      "Approve",
      "approve",
      "U0THEO",
      (of) => createDecide(of.options)({ ...DECISION, verdict: "approval", reason: null }),
    ],
    [
      "Deny",
      "deny",
      "U0THEO",
      (of) => createDecide(of.options)({ ...DECISION, verdict: "denial", reason: "No." }),
    ],
    [
      "Ratify",
      "ratify",
      "U0THEO",
      (of) => createRatifying(of.options).ratify({ ...CLICK, event: "ratify", reason: null }),
    ],
    [
      "Dispute",
      "ratify",
      "U0THEO",
      (of) => createRatifying(of.options).ratify({ ...CLICK, event: "dispute", reason: "No." }),
    ],
    ["Cancel request", "cancel", "U0THEO", ({ options }) => createCancel(options)(CLICK)],
    ["Pause", "cancel", "U0THEO", ({ options }) => createControlBulk(options)(CLICK, "pause")],
    ["Stop", "cancel", "U0THEO", ({ options }) => createControlBulk(options)(CLICK, "stop")],
    ["Resume", "cancel", "U0MAYA", ({ options }) => createControlBulk(options)(BY_MAYA, "resume")],
    ["List users", "lookup", "U0THEO", ({ options }) => createSendList(options)(CLICK)],
    ["Revoke now", "revoke", "U0THEO", ({ options }) => createRevokeNow(options)(CLICK)],
    ["Renew", "request", "U0MAYA", ({ renewing }) => createRenew(renewing)(BY_MAYA)],
  ])(
    "a forbidden click on %s is audited and answered once, though its job runs twice",
    async (_button, action, who, click) => {
      const clicks = setUp();
      for (let time = 0; time < 2; time += 1) await click(clicks);
      const { store } = clicks;
      expect(store.entries()).toMatchObject([
        { kind: "attempt.forbidden", requestId: "CR-1", actor: { slackUserId: who }, details: { action } },
      ]);
      expect(store.told()).toEqual(["forbidden"]);
    },
  );

  it.each<[string, string, (of: Clicks) => Promise<unknown>]>([
    ["Deny", "deny", ({ options }) => createOpenDenial(options)(OPENING)],
    ["Dispute", "ratify", ({ options }) => createRatifying(options).openDispute(OPENING)],
  ])(
    "a forbidden form of %s does not open, and each attempt is audited once",
    async (_button, action, open) => {
      const clicks = setUp();
      for (let time = 0; time < 2; time += 1)
        await expect(open(clicks)).rejects.toMatchObject({ code: "forbidden" });
      const entry = { kind: "attempt.forbidden", requestId: "CR-1", details: { action } };
      expect(clicks.store.entries()).toMatchObject([entry, entry]);
    },
  );

  it("the audit entry names the person, the subject, the policies and their reasons", async () => {
    const { store, options } = setUp();
    const about = { requestId: "CR-1", subject: "nadia.petrov@harborlight.example" };
    await createRecordForbidden({ uow: options.uow, clock: systemClock })({
      ...{ slackUserId: "U0THEO", action: "approve", about, attemptId: null },
      ...{ reasons: ["Not your own."], policyIds: ["own"], policyHash: "judged" },
    });
    expect(store.entries()).toMatchObject([
      {
        ...{ kind: "attempt.forbidden", policyHash: "judged", ...about },
        actor: { slackUserId: "U0THEO", email: null },
        details: { action: "approve", asked: null, reasons: ["Not your own."], policies: ["own"] },
      },
    ]);
  });
});
