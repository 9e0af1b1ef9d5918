import { describe, expect, it } from "vitest";
import { FRESH, type Person } from "../../../../src/authorization/index.ts";
import { type CardClick, type ChangeRequest, createRenew } from "../../../../src/change-requests/index.ts";
import { hashSnapshots, snapshotOf } from "../../../../src/change-requests/model/snapshot.ts";
import type { User } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { UnmappedOperatorError } from "../../../../src/subjects/index.ts";
import {
  someChannels,
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
  someTarget,
} from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const CLICK: CardClick = {
  clickId: "9f4f6f5e-0000-4000-8000-000000000005",
  requestId: 1,
  slackUserId: "U0MAYA",
  place: { channelId: "C0APPROVE", threadTs: null },
};
/** Nadia has lost a role since the request was made. */
const NOW = someFacts({ roles: [{ id: "desktop-user", name: "Desktop User" }] });
const NOW_HASH = hashSnapshots([snapshotOf("deactivate", NOW)]);
const UNKNOWN = { fact: "unknown", names: [] } as const;

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly facts?: ReturnType<typeof someFacts>;
  readonly approvalsNeeded?: number | null;
  readonly isUnmapped?: boolean;
  readonly open?: readonly number[];
  /** Others whom Slack knows. */
  readonly others?: readonly Person[];
}

function setUp(setting: Setting = {}) {
  const { facts = NOW, approvalsNeeded = 1, isUnmapped = false, open = [1], others = [] } = setting;
  const targets = [someTarget({ explanation: "Roles lost." })];
  const request = someRequest({ state: "stale", decisions: [someDecision()], targets, ...setting.request });
  const store = storeOf(request, { open });
  const people = [somePerson(), someLead()];
  const { authorizer, asked } = lenientAuthorizer(people, { approvalsNeeded });
  const othersOpen: number[] = [];
  const watched: typeof authorizer = {
    ...authorizer,
    pin: async (how) => {
      await authorizer.pin(how);
      return watched;
    },
    authorizeChange: (who, action, about) => {
      othersOpen.push(about.change.othersOpen);
      return authorizer.authorizeChange(who, action, about);
    },
  };
  const renew = createRenew({
    authorizer: watched,
    directory: directoryOf(...people, ...others),
    channels: someChannels(),
    incydr: { users: { getUser: async () => ({}) } } as unknown as Parameters<
      typeof createRenew
    >[0]["incydr"], // all that is asked
    preflight: async () => facts,
    identify: async (person) => {
      if (isUnmapped) throw new UnmappedOperatorError(person);
      return { userId: "user-maya" } as User; // nothing else of it is looked at
    },
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  return { renew, store, asked, othersOpen };
}

describe("a stale request", () => {
  it("that is renewed waits for approvals of what is now: those that it had are void", async () => {
    const { renew, store, asked } = setUp({ approvalsNeeded: 2 });
    await renew(CLICK);
    expect(store.stored()).toMatchObject({
      state: "pending",
      approvalsNeeded: 2,
      snapshotHash: NOW_HASH,
      policyHash: LENIENT,
      renewals: 1,
      decisions: [{ void: true }],
      targets: [{ facts: NOW, explanation: null }],
    });
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "request", freshness: FRESH }]);
    // What the policies of then allowed is over with its approvals.
    expect(asked.pins).toEqual([{ attemptId: CLICK.clickId }]);
  });

  it("for which the policies ask for no approval any more is carried out at once", async () => {
    const { renew, store } = setUp({ approvalsNeeded: 0 });
    await renew(CLICK);
    expect(store.stored().state).toBe("approved");
    expect(store.jobs()).toContainEqual({ kind: "execute", requestId: 1 });
  });

  it("that is renewed a second time counts each renewal, so that each is announced", async () => {
    const { renew, store } = setUp({ request: { renewals: 1 } });
    await renew(CLICK);
    expect(store.stored().renewals).toBe(2);
    expect(store.jobs()).toContainEqual({ kind: "announce", requestId: 1, topic: "renewed:2" });
  });

  it("doesn't count itself among the others that are open", async () => {
    const { renew, othersOpen } = setUp({ open: [1, 7] });
    await renew(CLICK);
    expect(othersOpen).toEqual([1]);
  });

  it("is about every account of its subject: those of then, and that of the username of now", async () => {
    const renamed = somePerson({ slackUserId: "U0RENAMED", email: "nadia.new@harborlight.example" });
    const { renew, store } = setUp({
      facts: { ...NOW, username: "Nadia.New@harborlight.example" },
      others: [renamed],
    });
    await renew(CLICK);
    expect(store.stored().targets).toMatchObject([{ slackUserIds: ["U0NADIA", "U0RENAMED"] }]);
  });

  it("asks those anew whom its requester named", async () => {
    for (const [peopleAsked, times] of [
      [["U0THEO"], 1],
      [[], 0],
    ] as const) {
      const { renew, store } = setUp({ request: { peopleAsked } });
      await renew(CLICK);
      expect(store.jobs().filter(({ kind }) => kind === "ask")).toHaveLength(times);
    }
  });

  it("is renewed by its requester alone", async () => {
    const { renew, store, asked } = setUp();
    await renew({ ...CLICK, slackUserId: "U0THEO" });
    expect(store.stored().state).toBe("stale");
    expect(store.told()).toEqual(["not_renewable"]);
    expect(asked.actions).toEqual([]);
  });

  it.each<[string, Setting, string]>([
    ["isn't stale", { request: { state: "pending" } }, "already_decided"],
    ["is in effect already", { facts: someFacts({ active: false }) }, "nothing_to_do"],
    ["can't run with any number of approvals", { approvalsNeeded: null }, "not_renewable"],
    ["is of somebody who is no single Incydr user now", { isUnmapped: true }, "unmapped_operator"],
    [
      "is a deactivation whose legal hold can't be read any more",
      { facts: someFacts({ legalHold: UNKNOWN }) },
      "not_renewable",
    ],
  ])("isn't renewed where it %s", async (_what, setting, fault) => {
    const { renew, store } = setUp(setting);
    const before = store.stored();
    await renew(CLICK);
    expect(store.stored()).toEqual(before);
    expect(store.told()).toEqual([fault]);
  });

  it("whose legal hold couldn't be read before, as the requester has confirmed, is renewed", async () => {
    const before = someFacts({ legalHold: UNKNOWN });
    const { renew, store } = setUp({
      request: { targets: [someTarget({ facts: before })] },
      facts: { ...NOW, legalHold: UNKNOWN },
    });
    await renew(CLICK);
    expect(store.stored().state).toBe("pending");
  });

  it("that is cancelled in between stays so, with its decisions", async () => {
    const { renew, store } = setUp();
    store.meanwhile({ state: "cancelled" });
    await renew(CLICK);
    expect(store.stored()).toMatchObject({ decisions: [{ void: false }], renewals: 0 });
    expect(store.told()).toEqual(["already_decided"]);
  });

  it("isn't renewed by policies that decide no more when it is stored", async () => {
    const { renew, store } = setUp();
    store.decideBy("newer");
    await expect(renew(CLICK)).rejects.toMatchObject({ code: "policies_differ" });
    expect(store.stored()).toMatchObject({ state: "stale", decisions: [{ void: false }] });
  });

  it("is renewed once by a click that is delivered again", async () => {
    const { renew, store } = setUp();
    await renew(CLICK);
    store.meanwhile({ state: "stale" });
    await renew(CLICK);
    expect(store.stored().renewals).toBe(1);
    expect(store.told()).toEqual([]);
  });
});
