import { describe, expect, it } from "vitest";
import { FRESH, RECENT } from "../../../../src/authorization/index.ts";
import {
  createSubmitDraft,
  type Draft,
  type DraftForm,
  type OperatorRef,
} from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { someDraft, someDraftForm } from "../../../support/draft-objects.ts";
import { formStore } from "../../../support/form-store.ts";
import { LENIENT, lenientAuthorizer } from "../../../support/one-request.ts";
import { watchedDirectory } from "../../../support/stub-ports.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const MAYA = somePerson();
/** A second Slack account with the address that Maya has now. */
const MAYA_TOO = somePerson({ slackUserId: "U0MAYA2" });
const DRAFT = someDraft({
  opener: { slackUserId: "U0MAYA", email: "maya.before@harborlight.example", userId: "user-maya" },
  who: "nadia.petrov@harborlight.example",
  kind: "deactivate",
  facts: someFacts(),
  slackUserIds: ["U0NADIA"],
});
/** The facts of the draft's channel for the policies. */
const ASKED_IN = { private: false, shared: false, allowed: true };

interface Setting {
  readonly draft?: Partial<Draft> | null;
  readonly approvalsNeeded?: number | null;
  readonly decidedBy?: string;
  /** A change of the draft by others before the request is stored. */
  readonly beforeStoring?: (draft: Draft | null) => Draft | null;
  /** The moment of sending; default: the system's time. */
  readonly now?: Date;
  /** Open emergencies of Maya, each time that they are read. */
  readonly unratified?: readonly (readonly number[])[];
  /** Open requests about Nadia, each time that they are read. */
  readonly open?: readonly (readonly number[])[];
}

/** Maya's form, and the results of sending it. */
function setUp({ draft = {}, approvalsNeeded = 1, ...setting }: Setting = {}) {
  const nextOf = (values: readonly (readonly number[])[] = []) => {
    let index = 0;
    return async () => values[Math.min(index++, values.length - 1)] ?? [];
  };
  const openOn = nextOf(setting.open);
  const nextUnratified = nextOf(setting.unratified);
  const emergenciesOf: OperatorRef[] = [];
  const unratifiedOf = (person: OperatorRef) => {
    emergenciesOf.push(person);
    return nextUnratified();
  };
  const { uow, ...store } = formStore<Draft>(draft && { ...DRAFT, ...draft }, {
    ...setting,
    requests: { openOn, lockOpenOn: openOn, unratifiedOf },
  });
  const { authorizer, asked } = lenientAuthorizer([MAYA, someLead()], { approvalsNeeded });
  const { directory, read } = watchedDirectory(directoryOf(MAYA, someLead(), MAYA_TOO));
  const submit = createSubmitDraft({
    authorizer,
    directory,
    channels: {
      ...someChannels(),
      ofPlace: async ({ channelId }) => (channelId === "C0APPROVE" ? ASKED_IN : null),
    },
    uow,
    clock: { ...systemClock, now: () => setting.now ?? systemClock.now() },
    requestExpiryMs: 3_600_000,
    ratifyWithinHours: 24,
    ticketPattern: null,
    grantHours: [8],
  });
  const submitDraft = (form: Partial<DraftForm> = {}, slackUserId = "U0MAYA") =>
    submit(DRAFT.id, slackUserId, someDraftForm(form));
  return { submitDraft, asked, read, emergenciesOf, ...store };
}

describe("sending the form of a change", () => {
  it("a form that is sent twice makes one request", async () => {
    const { submitDraft, made, audited } = setUp();
    for (let time = 0; time < 2; time += 1) expect(await submitDraft()).toBe(7);
    expect(made).toHaveLength(1);
    expect(audited).toMatchObject([{ kind: "request.created", policyHash: LENIENT }]);
  });

  it.each<[string, Setting]>([
    ["that has expired since", { draft: { requestId: 5, expiresAt: new Date(0) } }],
    ["that is sent twice at once", { beforeStoring: (draft) => draft && { ...draft, requestId: 5 } }],
  ])("a form %s leads to the request that it made", async (_which, setting) => {
    const { submitDraft, made, audited } = setUp(setting);
    expect(await submitDraft()).toBe(5);
    expect([made, audited]).toEqual([[], []]);
  });

  it("the requester has the present e-mail, and the Incydr user of when the form was prepared", async () => {
    const { submitDraft, made } = setUp();
    await submitDraft();
    expect(made).toMatchObject([
      { requester: { slackUserId: "U0MAYA", email: MAYA.email, userId: "user-maya" }, state: "pending" },
    ]);
  });

  it.each<[string, Setting, string, string]>([
    ["another person sends it", {}, "U0THEO", "draft_of_another"],
    ["it is gone", { draft: null }, "U0MAYA", "draft_gone"],
    ["it goes while it is judged", { beforeStoring: () => null }, "U0MAYA", "draft_gone"],
    ["it has expired", { draft: { expiresAt: new Date(0) } }, "U0MAYA", "draft_gone"],
    ["it expires at this moment", { now: DRAFT.expiresAt }, "U0MAYA", "draft_gone"],
    ["it has no subject yet", { draft: { facts: null } }, "U0MAYA", "draft_gone"],
  ])("a form makes no request, and is audited, if %s", async (_if, setting, who, fault) => {
    const { submitDraft, made, audited } = setUp(setting);
    await expect(submitDraft({}, who)).rejects.toMatchObject({ code: fault });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([
      { kind: "attempt.rejected", actor: { slackUserId: who }, details: { fault } },
    ]);
  });

  it("a requester can't invite their own second account", async () => {
    const { submitDraft, made, audited } = setUp();
    const fault = { kind: "requester", name: MAYA_TOO.displayName };
    await expect(submitDraft({ peopleAsked: ["U0MAYA2"] })).rejects.toMatchObject({
      data: { faults: { people_asked: [fault] } },
    });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ details: { fault: "invalid_form", fields: ["people_asked"] } }]);
  });

  it("each faulty field of a form is audited", async () => {
    const { submitDraft, audited } = setUp();
    await expect(submitDraft({ reason: "", ticket: "…" })).rejects.toThrow();
    expect(audited).toMatchObject([{ details: { fault: "invalid_form", fields: ["reason", "ticket"] } }]);
  });

  it("an approver who is named twice is invited once", async () => {
    const { submitDraft, made } = setUp();
    await submitDraft({ peopleAsked: ["U0THEO", "U0THEO"] });
    expect(made).toMatchObject([{ peopleAsked: ["U0THEO"] }]);
  });

  it("a form makes no request if no number of approvals would permit its change", async () => {
    const { submitDraft, made, audited } = setUp({ approvalsNeeded: null });
    await expect(submitDraft()).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ details: { fault: "never_permitted" } }]);
  });

  it("a form makes no request if other policies decide when it is stored", async () => {
    const { submitDraft, made } = setUp({ decidedBy: "newer" });
    await expect(submitDraft()).rejects.toMatchObject({ code: "policies_differ" });
    expect(made).toEqual([]);
  });

  it("the requester has to confirm a legal hold that can't be read", async () => {
    const facts = someFacts({ legalHold: { fact: "unknown", names: [] } });
    const { submitDraft, made, audited } = setUp({ draft: { facts } });
    await expect(submitDraft()).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    await submitDraft({ legalHoldConfirmed: true });
    expect(made).toHaveLength(1);
    expect(audited.at(-1)).toMatchObject({ details: { legalHold: "unknown", legalHoldConfirmed: true } });
  });

  it.each([
    ["another request comes", [[], [3], [3]], [0, 1], [3]],
    ["one request is over and another comes", [[3], [4], [4]], [1, 1], [4]],
  ])("a form is judged again if %s about its subject in between", async (_if, open, counts, othersOpen) => {
    const { submitDraft, made, asked } = setUp({ open });
    await submitDraft();
    expect(asked.changes.map((change) => change.othersOpen)).toEqual(counts);
    expect(made).toMatchObject([{ othersOpen }]);
  });

  it("the policies judge a form by the channel in which it was opened", async () => {
    const { submitDraft, asked } = setUp();
    await submitDraft();
    expect(asked.changes.map(({ channel }) => channel)).toEqual([ASKED_IN]);
  });

  it("the policies are not told of open requests about the requester", async () => {
    const facts = someFacts({ username: MAYA.email ?? "" });
    const { submitDraft, asked } = setUp({ draft: { facts }, open: [[3]] });
    await submitDraft();
    expect(asked.changes.map(({ othersOpen }) => othersOpen)).toEqual([0]);
  });

  it("a request that needs approvals only shows its card and expires later", async () => {
    const { submitDraft, jobs, made } = setUp();
    await submitDraft();
    expect(jobs.map(({ kind }) => kind)).toEqual(["show_card", "expire"]);
    const [request] = made;
    expect(Number(request?.decideBy) - Number(request?.createdAt)).toBe(3_600_000);
    expect(request).toMatchObject({ executeBy: request?.decideBy, notBefore: null });
  });

  it("a request that needs no approval is executed at once", async () => {
    const { submitDraft, jobs, audited } = setUp({ approvalsNeeded: 0 });
    await submitDraft();
    expect(jobs).toContainEqual({ kind: "execute", requestId: 7 });
    expect(audited).toMatchObject([
      { kind: "request.created" },
      { kind: "request.approved", actor: "bot", details: { approvals: 0, approvalsNeeded: 0 } },
    ]);
  });

  it("the form of an undo makes a request that names the undone request", async () => {
    const undo = { requestId: 3, change: { kind: "activate" } } as const;
    const { submitDraft, made, audited } = setUp({ draft: { kind: "activate", undo } });
    await submitDraft();
    expect(made).toMatchObject([{ undoes: 3, change: { kind: "activate" } }]);
    expect(audited).toMatchObject([{ details: { undoes: "CR-3" } }]);
  });

  it.each([
    [true, "emergency", FRESH],
    [false, "request", RECENT],
  ] as const)(
    "the groups for an emergency (%s) are fresher than for a request",
    async (emergency, action, freshness) => {
      const { submitDraft, asked, read } = setUp({ draft: { emergency } });
      await submitDraft();
      expect(asked.actions).toEqual([{ who: "U0MAYA", action, freshness }]);
      expect(read).toEqual([freshness]);
    },
  );
});

describe("sending the form of an emergency", () => {
  const draft = { emergency: true };

  it("the emergencies of every present identity of the requester are counted", async () => {
    const { submitDraft, emergenciesOf } = setUp({ draft });
    await submitDraft();
    const now = { slackUserId: "U0MAYA", email: MAYA.email, userId: "user-maya" };
    expect(emergenciesOf).toEqual([now, now]);
  });

  it("an emergency is executed without approvals, sounds an alarm, and invites no approver", async () => {
    const { submitDraft, jobs, made } = setUp({ draft });
    await submitDraft({ peopleAsked: ["U0THEO"] });
    expect(made).toMatchObject([
      { state: "approved", approvalsNeeded: 0, peopleAsked: [], emergency: { ratifyWithinHours: 24 } },
    ]);
    expect(jobs.map(({ kind }) => kind)).toEqual([
      ...["show_card", "execute_emergency", "sound_alarm", "announce", "expire"],
    ]);
  });

  it("an emergency is judged again if its requester makes another one in between", async () => {
    const { submitDraft, asked, made } = setUp({ draft, unratified: [[], [5], [5]] });
    await submitDraft();
    expect(asked.changes.map(({ unratifiedEmergencies }) => unratifiedEmergencies)).toEqual([0, 1]);
    expect(made).toHaveLength(1);
  });
});
