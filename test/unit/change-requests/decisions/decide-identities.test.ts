import { describe, expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createDecide,
  type DecisionClick,
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
import { lenientAuthorizer, storeOf } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();
const THEO = someLead();
const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const BY_PRIYA = someDecision({
  clickId: "00000000-0000-4000-8000-000000000002",
  approver: { slackUserId: "U0PRIYA", email: PRIYA.email, userId: "user of U0PRIYA" },
});
const BY_JONAS = someDecision({
  clickId: "00000000-0000-4000-8000-000000000003",
  approver: { slackUserId: "U0JONAS", email: "jonas.weber@harborlight.example", userId: "user of U0JONAS" },
});
/** Theo's. */
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

interface Setting {
  readonly request?: Partial<ChangeRequest>;
  readonly policies?: Parameters<typeof lenientAuthorizer>[1];
  /** People as Slack shows them now. */
  readonly people?: readonly Person[];
}

function setUp({ request: patch = {}, policies = {}, people = [MAYA, THEO, PRIYA] }: Setting = {}) {
  const request = someRequest(patch);
  const store = storeOf(request);
  const decide = createDecide({
    authorizer: lenientAuthorizer(people, policies).authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    subjects: { state: async () => someFacts(), effect: async () => someFacts() },
    uow: store.uow,
    visibleRequest: async () => request,
    clock: systemClock,
  });
  const executions = () => store.jobs().filter(({ kind }) => kind === "execute").length;
  return { decide, store, executions };
}

/** How somebody who acted under another Slack account is Theo: by what is stored of them, or by what they are now. */
const asTheo = (acted: { readonly email: string | null; readonly userId?: string }, now: Person) =>
  [
    ["had his address when they acted", { ...acted, email: THEO.email }, now],
    ["was his Incydr user when they acted", { ...acted, userId: "user of U0THEO" }, now],
    ["has his address now", acted, { ...now, email: THEO.email }],
  ] as const;

describe("whoever decides is one person with the requester", () => {
  const cases = asTheo({ email: MAYA.email, userId: "user of U0MAYA" }, MAYA);
  it.each(cases)("who %s: their approval and their denial are refused", async (_how, acted, maya) => {
    for (const click of [APPROVAL, DENIAL]) {
      const requester = { slackUserId: "U0MAYA", ...acted };
      const { decide, store } = setUp({ request: { requester }, people: [maya, THEO] });
      await decide(click);
      expect(store.told()).toEqual(["own_request"]);
      expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
    }
  });
});

describe("whoever decides is one person with an earlier approver", () => {
  const { email, userId } = BY_PRIYA.approver;
  const cases = asTheo({ email, ...(userId ? { userId } : {}) }, PRIYA);
  it.each(cases)("who %s: their approval doesn't count twice", async (_how, acted, priya) => {
    const decisions = [{ ...BY_PRIYA, approver: { slackUserId: "U0PRIYA", ...acted } }];
    const { decide, store } = setUp({
      request: { approvalsNeeded: 2, decisions },
      people: [MAYA, THEO, priya],
    });
    await decide(APPROVAL);
    expect(store.told()).toEqual(["already_approved_by_you"]);
    expect(store.stored().decisions).toHaveLength(1);
  });

  it.each(cases)("who %s: their denial voids that approval, and no other's", async (_how, acted, priya) => {
    const decisions = [BY_JONAS, { ...BY_PRIYA, approver: { slackUserId: "U0PRIYA", ...acted } }];
    const { decide, store } = setUp({
      request: { approvalsNeeded: 3, decisions },
      people: [MAYA, THEO, priya],
    });
    await decide(DENIAL);
    expect(store.stored().decisions.map((each) => each.void)).toEqual([false, true, false]);
    expect(store.audited()).toEqual(["decision.voided", "request.denied"]);
  });
});

describe("approvals are counted when an approval is stored:", () => {
  const policies = {
    approvalsNeeded: 2,
    check: (action: string, approvals: number) => action !== "execute" || approvals >= 2,
  };

  it("one that was given in between counts, and the change starts", async () => {
    const { decide, store, executions } = setUp({ request: { approvalsNeeded: 2 }, policies });
    store.meanwhile({ decisions: [BY_PRIYA] });
    await decide(APPROVAL);
    expect(store.stored().state).toBe("approved");
    expect(executions()).toBe(1);
  });

  it("one that became void in between doesn't, and nothing starts", async () => {
    const { decide, store, executions } = setUp({ request: { decisions: [BY_PRIYA] }, policies });
    store.meanwhile({ decisions: [{ ...BY_PRIYA, void: true }] });
    await decide(APPROVAL);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
  });
});
