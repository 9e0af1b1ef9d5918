import { describe, expect, it } from "vitest";
import type { Person } from "../../../../src/authorization/index.ts";
import {
  type ChangeRequest,
  createDecide,
  type DecisionClick,
  SHOWN_SNAPSHOT_LENGTH,
} from "../../../../src/change-requests/index.ts";
import {
  someDecision,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { clicksOn, someClick } from "../../../support/one-click.ts";

const MAYA = somePerson();
const THEO = someLead();
const PRIYA = someLead({ slackUserId: "U0PRIYA", email: "priya.raman@harborlight.example" });
const PRIYA_REF = { slackUserId: "U0PRIYA", email: PRIYA.email, userId: "user of U0PRIYA" };
const BY_PRIYA = someDecision({ clickId: "00000000-0000-4000-8000-000000000002", approver: PRIYA_REF });
const BY_JONAS = someDecision({
  clickId: "00000000-0000-4000-8000-000000000003",
  approver: { slackUserId: "U0JONAS", email: "jonas.weber@harborlight.example", userId: "user of U0JONAS" },
});
const BY_THEO: DecisionClick = {
  ...someClick(),
  verdict: "approval",
  reason: null,
  shownSnapshot: someRequest().snapshotHash.slice(0, SHOWN_SNAPSHOT_LENGTH),
};
const DENIAL: DecisionClick = { ...BY_THEO, verdict: "denial", reason: "Not now" };

interface Setting {
  readonly policies?: NonNullable<Parameters<typeof clicksOn>[1]>["policies"];
  /** People as Slack shows them now. */
  readonly people?: readonly Person[];
}

function setUp(
  request: Partial<ChangeRequest>,
  { policies = {}, people = [MAYA, THEO, PRIYA] }: Setting = {},
) {
  const { options, ...setting } = clicksOn(someRequest(request), { people, policies });
  const facts = async () => someFacts();
  return { decide: createDecide({ ...options, subjects: { state: facts, effect: facts } }), ...setting };
}

/** The ways in which a person with another Slack account is Theo: by stored facts, or by present facts. */
const asTheo = (acted: { readonly email: string | null; readonly userId?: string }, now: Person) =>
  [
    ["had the approver's address then", { ...acted, email: THEO.email }, now],
    ["was the approver's Incydr user then", { ...acted, userId: "user of U0THEO" }, now],
    ["has the approver's address now", acted, { ...now, email: THEO.email }],
  ] as const;

describe("an approver who is one person with the requester", () => {
  const cases = asTheo({ email: MAYA.email, userId: "user of U0MAYA" }, MAYA);
  it.each(cases)(
    "a request can be neither approved nor denied if its requester %s",
    async (_how, acted, maya) => {
      for (const click of [BY_THEO, DENIAL]) {
        const requester = { slackUserId: "U0MAYA", ...acted };
        const { decide, store } = setUp({ requester }, { people: [maya, THEO] });
        await decide(click);
        expect(store.told()).toEqual(["own_request"]);
        expect(store.stored()).toMatchObject({ state: "pending", decisions: [] });
      }
    },
  );
});

describe("an approver who is one person with an earlier approver", () => {
  const { email, userId } = PRIYA_REF;
  const cases = asTheo({ email, userId }, PRIYA);
  it.each(cases)("a second approval does not count if the first approver %s", async (_how, acted, priya) => {
    const decisions = [{ ...BY_PRIYA, approver: { slackUserId: "U0PRIYA", ...acted } }];
    const { decide, store } = setUp({ approvalsNeeded: 2, decisions }, { people: [MAYA, THEO, priya] });
    await decide(BY_THEO);
    expect(store.told()).toEqual(["already_approved_by_you"]);
    expect(store.stored().decisions).toHaveLength(1);
  });

  it.each(cases)("a denial voids only the approval of an approver who %s", async (_how, acted, priya) => {
    const decisions = [BY_JONAS, { ...BY_PRIYA, approver: { slackUserId: "U0PRIYA", ...acted } }];
    const { decide, store } = setUp({ approvalsNeeded: 3, decisions }, { people: [MAYA, THEO, priya] });
    await decide(DENIAL);
    expect(store.stored().decisions.map((each) => each.void)).toEqual([false, true, false]);
    expect(store.audited()).toEqual(["decision.voided", "request.denied"]);
  });
});

describe("the count of approvals under the lock", () => {
  const policies = {
    approvalsNeeded: 2,
    check: (action: string, approvals: number) => action !== "execute" || approvals >= 2,
  };

  it("an approval that was given in between counts, and the change starts", async () => {
    const { decide, store, executions } = setUp({ approvalsNeeded: 2 }, { policies });
    store.meanwhile({ decisions: [BY_PRIYA] });
    await decide(BY_THEO);
    expect(store.stored().state).toBe("approved");
    expect(executions()).toBe(1);
  });

  it("an approval that became void in between does not count, and nothing starts", async () => {
    const { decide, store, executions } = setUp({ decisions: [BY_PRIYA] }, { policies });
    store.meanwhile({ decisions: [{ ...BY_PRIYA, void: true }] });
    await decide(BY_THEO);
    expect(store.stored()).toMatchObject({ state: "pending", approvalsNeeded: 2 });
    expect(executions()).toBe(0);
  });
});
