import { describe, expect, it } from "vitest";
import { createPolicyEngine, loadPolicies } from "../../../src/authorization/index.ts";
import { parsePolicies } from "../../../src/authorization/policy-files.ts";
import type {
  BulkDraft,
  Draft,
  DraftForm,
  NewChangeRequest,
  RequestView,
} from "../../../src/change-requests/index.ts";
import { someFacts, someLead, somePerson, someRequest } from "../../support/domain-objects.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";
import { CHANNEL, PLACE, wireDomain } from "./wire-domain.ts";

// The shipped policies, without the deadlines that they set.
const { schema, files } = (await loadPolicies("policies")).sources;
const untimed = files.map(({ name, text }) => ({
  name,
  text: text.replace(/^@ratifyWithinHours.*\n/m, ""),
}));
const engine = createPolicyEngine(parsePolicies({ schema, files: untimed }));
const MAYA = somePerson({ groups: ["insider-risk-analysts", "incident-responders"] });
const OPENER = { slackUserId: "U0MAYA", email: MAYA.email, userId: "user-maya" };
const ALERTS = { id: "alert-emails", name: "Alert Emails" };
const DRAFT: Draft = {
  id: "9f4f6f5e-0000-4000-8000-00000000000a",
  opener: OPENER,
  place: PLACE,
  who: "nadia.petrov@harborlight.example",
  kind: "add_roles",
  emergency: false,
  facts: someFacts(),
  slackUserIds: ["U0NADIA"],
  roleOptions: [ALERTS],
  orgOptions: [],
  undo: null,
  requestId: null,
  expiresAt: new Date("2099-01-01T00:00:00Z"),
};
const BULK = {
  id: DRAFT.id,
  opener: OPENER,
  place: PLACE,
  requestId: null,
  expiresAt: DRAFT.expiresAt,
  reading: {
    change: { kind: "deactivate" },
    subjects: [{ line: 1, facts: someFacts(), slackUserIds: ["U0NADIA"] }],
    leftOut: [],
    faults: [],
    approvalsNeeded: 1,
    terms: {
      ...{ expiryHours: null, remindAfterMinutes: null, escalateAfterMinutes: null },
      ...{ escalateTo: [], ratifyWithinHours: null },
    },
  },
} as unknown as BulkDraft; // a draft that was read
const FORM: DraftForm = {
  reason: "Data is leaving now",
  ticket: "",
  peopleAsked: [],
  roleIds: [ALERTS.id],
  orgGuid: null,
  grantHours: null,
  legalHoldConfirmed: false,
};

/** The whole domain with this configuration and a store of one draft. */
function setUp(env: Record<string, string>, draft: Partial<Draft> = {}) {
  const made: NewChangeRequest[] = [];
  const shown: RequestView[] = [];
  const request = someRequest({ state: "approved" });
  const tx = {
    drafts: { lock: async () => ({ ...DRAFT, ...draft }), update: async () => {} },
    bulkDrafts: { lock: async () => BULK, update: async () => {} },
    requests: {
      ...{ get: async () => request, getTarget: async () => request, lock: async () => request },
      ...{ unratifiedOf: async () => [], openOn: async () => [], lockOpenOn: async () => [] },
      ...{ unfinished: async () => [], affectedByFreeze: async () => [] },
      ...{ update: async () => {}, updateTarget: async () => {}, bulksAmong: async () => [] },
      insert: async (asked: NewChangeRequest) => {
        made.push(asked);
        return someRequest({ ...asked, id: 7 });
      },
    },
    cards: { reserveUpdate: async () => {} },
    jobFailures: { givenUpOf: async () => [] },
    clicks: { claim: async () => true },
    freeze: {
      read: async () => null,
      current: async () => ({ by: OPENER, at: new Date(0), reason: null }),
      set: async () => {},
    },
    grants: { due: async () => [] },
    policies: { read: async () => engine.hash, current: async () => engine.hash },
    audit: { append: async () => {} },
    jobs: { enqueue: async () => {} },
    reminders: { plan: async () => {} },
  };
  const domain = wireDomain({
    ...{ env, tx, engine },
    people: { ...directoryOf(MAYA, someLead()), hasOutsider: async () => false },
    facts: async () => ({ ...CHANNEL, isVisible: true, isMember: true }),
    displays: {
      cards: { of: async () => null },
      requests: {
        withCard: async (_id: number, work: (card: object) => unknown) =>
          work({
            channelId: null,
            put: async (view: RequestView) => void shown.push(view),
            takeAwayEarlier: async () => {},
          }),
        withWarning: async () => {},
      },
    },
  });
  return { domain, made, shown };
}

type Setting = ReturnType<typeof setUp>;
const submit = async ({ domain, made }: Setting, form: Partial<DraftForm> = {}) => {
  await domain.submitDraft(DRAFT.id, "U0MAYA", { ...FORM, ...form });
  return made[0];
};
const submitBulk = async ({ domain, made }: Setting, ticket = "") => {
  const { reason, peopleAsked, legalHoldConfirmed } = FORM;
  await domain.submitBulk(DRAFT.id, "U0MAYA", { reason, peopleAsked, legalHoldConfirmed, ticket });
  return made[0];
};
const hoursOf = (request: NewChangeRequest | undefined) =>
  request && (request.decideBy.getTime() - request.createdAt.getTime()) / 3_600_000;

describe("the configuration", () => {
  it.each([
    ["a request", submit],
    ["a bulk", submitBulk],
  ])("lets %s wait for REQUEST_EXPIRY_HOURS where the policies set no expiry", async (_what, send) => {
    expect(hoursOf(await send(setUp({ REQUEST_EXPIRY_HOURS: "5" })))).toBe(5);
  });

  it.each([
    ["a request", (setting: Setting, ticket: string) => submit(setting, { ticket })],
    ["a bulk", submitBulk],
  ])("asks the ticket of %s for the form of TICKET_PATTERN", async (_what, send) => {
    const setting = setUp({ TICKET_PATTERN: "INC-[0-9]+" });
    await expect(send(setting, "CHG-1")).rejects.toMatchObject({ code: "invalid_form" });
    expect(await send(setting, "INC-1")).toMatchObject({ ticket: "INC-1" });
  });

  it("lends roles for the lengths of GRANT_DURATIONS and no other", async () => {
    const setting = setUp({ GRANT_DURATIONS: "3h" });
    await expect(submit(setting, { grantHours: 8 })).rejects.toMatchObject({ code: "invalid_form" });
    expect(await submit(setting, { grantHours: 3 })).toMatchObject({ change: { grantHours: 3 } });
  });

  it("lets an emergency be ratified within RATIFY_WITHIN_HOURS where no policy says", async () => {
    const setting = setUp({ RATIFY_WITHIN_HOURS: "6" }, { kind: "deactivate", emergency: true });
    expect(await submit(setting)).toMatchObject({ emergency: { ratifyWithinHours: 6 } });
  });

  it("tells the person who ends a freeze that READ_ONLY stops changes all the same", async () => {
    for (const isReadOnly of [true, false]) {
      const { domain } = setUp({ READ_ONLY: String(isReadOnly) });
      expect(await domain.freezeSwitch.unfreeze("U0THEO", "an attempt")).toEqual({ isReadOnly });
    }
  });

  it("shows every request as stopped while READ_ONLY", async () => {
    for (const isStopped of [true, false]) {
      const { domain, shown } = setUp({ READ_ONLY: String(isStopped) });
      await domain.showing.showCard(1);
      expect(shown).toMatchObject([{ isFrozen: isStopped }]);
    }
  });
});
