import { describe, expect, it } from "vitest";
import { FRESH, type Person, type Terms } from "../../../../src/authorization/index.ts";
import { type ChangeRequest, createRenew } from "../../../../src/change-requests/index.ts";
import { hashSnapshots, snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { type Clock, systemClock } from "../../../../src/kernel/clock.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import {
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";
import { LENIENT } from "../../../support/one-request.ts";
import { clockAt } from "../../../support/stub-ports.ts";

const CLICK = someClick({ slackUserId: "U0MAYA" });
/** Nadia has lost a role since the request was made. */
const NOW = someFacts({ roles: [{ id: "desktop-user", name: "Desktop User" }] });
const UNKNOWN = { fact: "unknown", names: [] } as const;

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly facts?: ReturnType<typeof someFacts>;
  readonly approvalsNeeded?: number | null;
  readonly terms?: Terms;
  readonly clock?: Clock;
  readonly isUnmapped?: boolean;
  readonly open?: readonly number[];
  /** Others whom Slack knows. */
  readonly others?: readonly Person[];
}

/** A stale request of Maya. */
function setUp(setting: Setting = {}) {
  const { facts = NOW, approvalsNeeded = 1, open = [1], others = [], clock = systemClock } = setting;
  const targets = [someTarget({ explanation: "Roles lost." })];
  const request = someRequest({ state: "stale", decisions: [someDecision()], targets, ...setting.request });
  const people = [somePerson(), someLead(), ...others];
  const { options, ...rest } = clicksOn(request, { people, policies: { approvalsNeeded }, open });
  const { authorizer } = options;
  const watched: typeof authorizer = {
    ...authorizer,
    pin: async (how) => {
      await authorizer.pin(how);
      return watched;
    },
    terms: (...about) => setting.terms ?? authorizer.terms(...about),
  };
  const incydr = { users: { getUser: async () => ({}) } } as unknown; // nothing else is read
  const renew = createRenew({
    ...options,
    authorizer: watched,
    incydr: incydr as Parameters<typeof createRenew>[0]["incydr"],
    preflight: async () => facts,
    identify: async (person) => {
      if (setting.isUnmapped) throw new UnmappedOperatorError(person);
      return { userId: "user-maya" } as User; // nothing else of it is read
    },
    clock,
  });
  return { renew, ...rest };
}

describe("renewing a stale request", () => {
  it("a renewed request voids its approvals and waits for approvals of the present facts", async () => {
    const { renew, store, asked } = setUp({ approvalsNeeded: 2 });
    await renew(CLICK);
    expect(store.stored()).toMatchObject({
      state: "pending",
      approvalsNeeded: 2,
      snapshotHash: hashSnapshots([snapshotOf("deactivate", NOW)]),
      policyHash: LENIENT,
      renewals: 1,
      decisions: [{ void: true }],
      targets: [{ facts: NOW, explanation: null }],
    });
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "request", freshness: FRESH }]);
    // The earlier policies no longer matter, because the approvals are invalid.
    expect(asked.pins).toEqual([{ attemptId: CLICK.clickId }]);
  });

  it("a renewed request is executed at once if the policies need no approval any more", async () => {
    const { renew, store } = setUp({ approvalsNeeded: 0 });
    await renew(CLICK);
    expect(store.stored().state).toBe("approved");
    expect(store.jobs()).toContainEqual({ kind: "execute", requestId: 1 });
  });

  it("each renewal is counted, so that each is announced", async () => {
    const { renew, store } = setUp({ request: { renewals: 1 } });
    await renew(CLICK);
    expect(store.stored().renewals).toBe(2);
    expect(store.jobs()).toContainEqual({ kind: "announce", requestId: 1, topic: "renewed:2" });
  });

  it("a renewed request does not count itself among the other open requests", async () => {
    const { renew, asked } = setUp({ open: [1, 7] });
    await renew(CLICK);
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([1]);
  });

  it("a renewed request keeps the subject's accounts and adds the account of the present username", async () => {
    const renamed = somePerson({ slackUserId: "U0RENAMED", email: "nadia.new@harborlight.example" });
    const { renew, store } = setUp({
      facts: { ...NOW, username: "Nadia.New@harborlight.example" },
      others: [renamed],
    });
    await renew(CLICK);
    expect(store.stored().targets).toMatchObject([{ slackUserIds: ["U0NADIA", "U0RENAMED"] }]);
  });

  it.each([
    [["U0THEO"], 1],
    [[], 0],
  ])("a renewed request invites its approvers %j again", async (peopleAsked, times) => {
    const { renew, store } = setUp({ request: { peopleAsked } });
    await renew(CLICK);
    expect(store.jobs().filter(({ kind }) => kind === "ask")).toHaveLength(times);
  });

  it("the reminder and the escalation of a renewed request are planned from its renewal", async () => {
    const terms: Terms = {
      expiryHours: null,
      remindAfterMinutes: 30,
      escalateAfterMinutes: 60,
      escalateTo: ["insider-risk-leads"],
      ratifyWithinHours: null,
    };
    const { renew, store } = setUp({ terms, clock: clockAt(new Date("2026-11-01T15:00:00Z")) });
    await renew(CLICK);
    expect(store.planned()).toMatchObject([
      { step: "reminder", dueAt: new Date("2026-11-01T15:30:00Z") },
      { step: "escalation", dueAt: new Date("2026-11-01T16:00:00Z"), escalateTo: terms.escalateTo },
    ]);
  });

  it("only its requester can renew a request", async () => {
    const { renew, store, asked } = setUp();
    await renew(someClick());
    expect(store.stored().state).toBe("stale");
    expect(store.told()).toEqual(["not_renewable"]);
    expect(asked.actions).toEqual([]);
  });

  it.each<[string, Setting, string]>([
    ["the request is not stale", { request: { state: "pending" } }, "already_decided"],
    ["the change is in effect already", { facts: someFacts({ active: false }) }, "nothing_to_do"],
    ["no number of approvals would permit it", { approvalsNeeded: null }, "not_renewable"],
    ["the requester is no single Incydr user now", { isUnmapped: true }, "unmapped_operator"],
    ["legal hold can't be read any more", { facts: someFacts({ legalHold: UNKNOWN }) }, "not_renewable"],
  ])("a renewal is refused if %s", async (_if, setting, fault) => {
    const { renew, store } = setUp(setting);
    const before = store.stored();
    await renew(CLICK);
    expect(store.stored()).toEqual(before);
    expect(store.told()).toEqual([fault]);
  });

  it("a request whose unreadable legal hold the requester has confirmed can be renewed", async () => {
    const before = someFacts({ legalHold: UNKNOWN });
    const { renew, store } = setUp({
      request: { targets: [someTarget({ facts: before })] },
      facts: { ...NOW, legalHold: UNKNOWN },
    });
    await renew(CLICK);
    expect(store.stored().state).toBe("pending");
  });

  it("a request that is cancelled in between keeps its state and its decisions", async () => {
    const { renew, store } = setUp();
    store.meanwhile({ state: "cancelled" });
    await renew(CLICK);
    expect(store.stored()).toMatchObject({ decisions: [{ void: false }], renewals: 0 });
    expect(store.told()).toEqual(["already_decided"]);
  });

  it("a renewal fails if other policies decide when it is stored", async () => {
    const { renew, store } = setUp();
    store.decideBy("newer");
    await expect(renew(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored()).toMatchObject({ state: "stale", decisions: [{ void: false }] });
  });

  it("a click that is delivered twice renews once", async () => {
    const { renew, store } = setUp();
    await renew(CLICK);
    store.meanwhile({ state: "stale" });
    await renew(CLICK);
    expect(store.stored().renewals).toBe(1);
    expect(store.told()).toEqual([]);
  });
});
