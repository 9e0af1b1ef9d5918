import { describe, expect, it } from "vitest";
import { FRESH, type Freshness, RECENT } from "../../../../src/authorization/index.ts";
import {
  createSubmitDraft,
  type Draft,
  type DraftForm,
  type Job,
  type NewChangeRequest,
  type OperatorRef,
  type Transaction,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  someChannels,
  someFacts,
  someLead,
  somePerson,
  someRequest,
} from "../../../support/domain-objects.ts";
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const ID = "9f4f6f5e-0000-4000-8000-00000000000a";
const MAYA = somePerson();
/** A second Slack account with the address that Maya has now. */
const MAYA_TOO = somePerson({ slackUserId: "U0MAYA2" });
const OPENER = { slackUserId: "U0MAYA", email: "maya.before@harborlight.example", userId: "user-maya" };
const DRAFT: Draft = {
  id: ID,
  opener: OPENER,
  place: { channelId: "C0APPROVE", threadTs: null },
  who: "nadia.petrov@harborlight.example",
  kind: "deactivate",
  emergency: false,
  facts: someFacts(),
  slackUserIds: ["U0NADIA"],
  roleOptions: [],
  orgOptions: [],
  undo: null,
  requestId: null,
  expiresAt: new Date("2099-01-01T00:00:00Z"),
};
/** The channel of the draft, as the policies are told of it. */
const ASKED_IN = { private: false, shared: false, allowed: true };
const FORM: DraftForm = {
  reason: "Data is leaving now",
  ticket: "",
  peopleAsked: [],
  roleIds: [],
  orgGuid: null,
  grantHours: null,
  legalHoldConfirmed: false,
};

interface Setting {
  readonly draft?: Partial<Draft> | null;
  readonly approvalsNeeded?: number | null;
  readonly decidedBy?: string;
  /** The request that another delivery of the form makes before this one stores it. */
  readonly madeMeanwhile?: number;
  /** The draft is gone when the request is about to be stored. */
  readonly isGoneMeanwhile?: boolean;
  /** The moment of sending; default: the system's time. */
  readonly now?: Date;
  /** Open emergencies of Maya, each time that they are read. */
  readonly unratified?: readonly (readonly number[])[];
  /** Open requests about Nadia, each time that they are read. */
  readonly open?: readonly (readonly number[])[];
}

/** A form of Maya's, and what comes of sending it. */
function setUp({ draft: patch = {}, approvalsNeeded = 1, ...setting }: Setting = {}) {
  let draft: Draft | null = patch && { ...DRAFT, ...patch };
  const made: NewChangeRequest[] = [];
  const audited: { kind: string; details: object; actor: unknown }[] = [];
  const jobs: Job[] = [];
  const nextOf = (values: readonly (readonly number[])[] = []) => {
    let index = 0;
    return async () => values[Math.min(index++, values.length - 1)] ?? [];
  };
  const openOn = nextOf(setting.open);
  const nextUnratified = nextOf(setting.unratified);
  const emergenciesOf: OperatorRef[] = [];
  const tx = {
    drafts: {
      lock: async () => draft,
      update: async (_id: string, change: Partial<Draft>) => {
        draft = draft && { ...draft, ...change };
      },
    },
    requests: {
      unratifiedOf: (person: OperatorRef) => {
        emergenciesOf.push(person);
        return nextUnratified();
      },
      openOn,
      lockOpenOn: openOn,
      insert: async (request: NewChangeRequest) => {
        made.push(request);
        return someRequest({ ...request, id: 7 });
      },
      update: async () => {},
    },
    policies: { current: async () => setting.decidedBy ?? null },
    audit: { append: async (entry: (typeof audited)[number]) => void audited.push(entry) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
    reminders: { plan: async () => {} },
  } as unknown as Transaction; // nothing else of it is used
  const { authorizer, asked } = lenientAuthorizer([MAYA, someLead()], { approvalsNeeded });
  const people = directoryOf(MAYA, someLead(), MAYA_TOO);
  const read: Freshness[] = [];
  const submitDraft = createSubmitDraft({
    authorizer,
    directory: {
      ...people,
      person: (slackUserId, freshness) => {
        read.push(freshness);
        return people.person(slackUserId, freshness);
      },
    },
    channels: {
      ...someChannels(),
      ofPlace: async ({ channelId }) => (channelId === "C0APPROVE" ? ASKED_IN : null),
    },
    uow: {
      run: (work) => {
        if (setting.isGoneMeanwhile) draft = null;
        if (draft && setting.madeMeanwhile) draft = { ...draft, requestId: setting.madeMeanwhile };
        return work(tx);
      },
      read: (work) => work(tx),
    },
    clock: { ...systemClock, now: () => setting.now ?? systemClock.now() },
    requestExpiryMs: 3_600_000,
    ratifyWithinHours: 24,
    ticketPattern: null,
    grantHours: [8],
  });
  return { submitDraft, made, audited, jobs, asked, read, emergenciesOf };
}

describe("a form that is sent", () => {
  it("makes one request, however often it is sent", async () => {
    const { submitDraft, made, audited } = setUp();
    expect(await submitDraft(ID, "U0MAYA", FORM)).toBe(7);
    expect(await submitDraft(ID, "U0MAYA", FORM)).toBe(7);
    expect(made).toHaveLength(1);
    expect(audited).toMatchObject([{ kind: "request.created", policyHash: LENIENT }]);
  });

  it("that leads to a request already leads to it again, though it has expired or was sent twice at once", async () => {
    const early = setUp({ draft: { requestId: 5, expiresAt: new Date(0) } });
    expect(await early.submitDraft(ID, "U0MAYA", FORM)).toBe(5);
    const late = setUp({ madeMeanwhile: 6 });
    expect(await late.submitDraft(ID, "U0MAYA", FORM)).toBe(6);
    for (const { made, audited } of [early, late]) expect([made, audited]).toEqual([[], []]);
  });

  it("makes a request of whoever the opener is now, with the Incydr user of when the form was made", async () => {
    const { submitDraft, made } = setUp();
    await submitDraft(ID, "U0MAYA", FORM);
    expect(made).toMatchObject([
      { requester: { slackUserId: "U0MAYA", email: MAYA.email, userId: "user-maya" }, state: "pending" },
    ]);
  });

  it("by anybody but its opener makes nothing, and that is audited", async () => {
    const { submitDraft, made, audited } = setUp();
    await expect(submitDraft(ID, "U0THEO", FORM)).rejects.toMatchObject({ code: "draft_of_another" });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([
      { kind: "attempt.rejected", actor: { slackUserId: "U0THEO" }, details: { fault: "draft_of_another" } },
    ]);
  });

  it.each<[string, Exclude<Setting["draft"], undefined>]>([
    ["is gone", null],
    ["has expired", { expiresAt: new Date(0) }],
    ["has no subject yet", { facts: null }],
  ])("makes nothing where its draft %s, and that is audited", async (_what, draft) => {
    const { submitDraft, made, audited } = setUp({ draft });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "draft_gone" });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ kind: "attempt.rejected", details: { fault: "draft_gone" } }]);
  });

  it("makes nothing from the very moment at which its draft expires", async () => {
    const { submitDraft, made } = setUp({ now: DRAFT.expiresAt });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "draft_gone" });
    expect(made).toEqual([]);
  });

  it("makes nothing where its draft goes while the form is judged", async () => {
    const { submitDraft, made } = setUp({ isGoneMeanwhile: true });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "draft_gone" });
    expect(made).toEqual([]);
  });

  it("can't invite the requester, as they are known by now, and each faulty field is audited", async () => {
    const { submitDraft, made, audited } = setUp();
    const form = { ...FORM, peopleAsked: ["U0MAYA2"] };
    const fault = { kind: "requester", name: MAYA_TOO.displayName };
    await expect(submitDraft(ID, "U0MAYA", form)).rejects.toMatchObject({
      data: { faults: { people_asked: [fault] } },
    });
    await expect(submitDraft(ID, "U0MAYA", { ...form, reason: "", ticket: "…" })).rejects.toThrow();
    expect(made).toEqual([]);
    expect(audited).toMatchObject([
      { details: { fault: "invalid_form", fields: ["people_asked"] } },
      { details: { fault: "invalid_form", fields: ["reason", "ticket"] } },
    ]);
  });

  it("for what no number of approvals would let run makes nothing", async () => {
    const { submitDraft, made, audited } = setUp({ approvalsNeeded: null });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ details: { fault: "never_permitted" } }]);
  });

  it("makes nothing where other policies decide by then", async () => {
    const { submitDraft, made } = setUp({ decidedBy: "newer" });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "policies_differ" });
    expect(made).toEqual([]);
  });

  it("without a confirmation of a legal hold that can't be read makes nothing", async () => {
    const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
    const { submitDraft, made, audited } = setUp({ draft: { facts } });
    await expect(submitDraft(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    await submitDraft(ID, "U0MAYA", { ...FORM, legalHoldConfirmed: true });
    expect(made).toHaveLength(1);
    expect(audited.at(-1)).toMatchObject({ details: { legalHold: "unknown", legalHoldConfirmed: true } });
  });

  it("is judged again where somebody else asks about the subject in between", async () => {
    const { submitDraft, made, asked } = setUp({ open: [[], [3], [3]] });
    await submitDraft(ID, "U0MAYA", FORM);
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([0, 1]);
    expect(made).toMatchObject([{ othersOpen: [3] }]);
  });

  it("is judged again where one request about the subject is over in between, and another has come", async () => {
    const { submitDraft, made } = setUp({ open: [[3], [4], [4]] });
    await submitDraft(ID, "U0MAYA", FORM);
    expect(made).toMatchObject([{ othersOpen: [4] }]);
  });

  it("is judged by the channel in which it was asked for", async () => {
    const { submitDraft, asked } = setUp();
    await submitDraft(ID, "U0MAYA", FORM);
    expect(asked.changes.map(({ channel }) => channel)).toEqual([ASKED_IN]);
  });

  it("tells nobody what is open about themselves", async () => {
    const facts = someFacts({ username: MAYA.email ?? "" });
    const { submitDraft, asked } = setUp({ draft: { facts }, open: [[3]] });
    await submitDraft(ID, "U0MAYA", FORM);
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([0]);
  });

  it("expires by itself, and is carried out at once only where no approval is asked for", async () => {
    const { submitDraft, jobs, made } = setUp();
    await submitDraft(ID, "U0MAYA", FORM);
    expect(jobs.map(({ kind }) => kind)).toEqual(["show_card", "expire"]);
    const [request] = made;
    expect(Number(request?.decideBy) - Number(request?.createdAt)).toBe(3_600_000);
    expect(request).toMatchObject({ executeBy: request?.decideBy, notBefore: null });
    const free = setUp({ approvalsNeeded: 0 });
    await free.submitDraft(ID, "U0MAYA", FORM);
    expect(free.jobs).toContainEqual({ kind: "execute", requestId: 7 });
    expect(free.audited).toMatchObject([
      { kind: "request.created" },
      { kind: "request.approved", actor: "bot", details: { approvals: 0, approvalsNeeded: 0 } },
    ]);
  });
});

it("the form of an undo makes a request that says what it undoes", async () => {
  const undo = { requestId: 3, change: { kind: "activate" } } as const;
  const { submitDraft, made, audited } = setUp({ draft: { kind: "activate", undo } });
  await submitDraft(ID, "U0MAYA", FORM);
  expect(made).toMatchObject([{ undoes: 3, change: { kind: "activate" } }]);
  expect(audited).toMatchObject([{ details: { undoes: "CR-3" } }]);
});

describe("an emergency's form", () => {
  const draft = { emergency: true };

  it("counts the emergencies of whoever its opener is now, under each identity", async () => {
    const { submitDraft, emergenciesOf } = setUp({ draft });
    await submitDraft(ID, "U0MAYA", FORM);
    const now = { slackUserId: "U0MAYA", email: MAYA.email, userId: "user-maya" };
    expect(emergenciesOf).toEqual([now, now]);
  });

  it("is judged with groups of at most half a minute, and another form with those of five", async () => {
    for (const [emergency, action, freshness] of [
      [true, "emergency", FRESH],
      [false, "request", RECENT],
    ] as const) {
      const { submitDraft, asked, read } = setUp({ draft: { emergency } });
      await submitDraft(ID, "U0MAYA", FORM);
      expect(asked.actions).toEqual([{ who: "U0MAYA", action, freshness }]);
      expect(read).toEqual([freshness]);
    }
  });

  it("is carried out without approvals, said loudly, and asks nobody by name", async () => {
    const { submitDraft, jobs, made } = setUp({ draft });
    await submitDraft(ID, "U0MAYA", { ...FORM, peopleAsked: ["U0THEO"] });
    expect(made).toMatchObject([
      { state: "approved", approvalsNeeded: 0, peopleAsked: [], emergency: { ratifyWithinHours: 24 } },
    ]);
    expect(jobs.map(({ kind }) => kind)).toEqual([
      "show_card",
      "execute_emergency",
      "sound_alarm",
      "announce",
      "expire",
    ]);
  });

  it("is judged again where its requester makes another in between", async () => {
    const { submitDraft, asked, made } = setUp({ draft, unratified: [[], [5], [5]] });
    await submitDraft(ID, "U0MAYA", FORM);
    expect(asked.changes.map(({ unratifiedEmergencies }) => unratifiedEmergencies)).toEqual([0, 1]);
    expect(made).toHaveLength(1);
  });
});
