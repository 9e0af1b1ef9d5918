import { describe, expect, it } from "vitest";
import { RECENT } from "../../../../src/authorization/index.ts";
import {
  type BulkDraft,
  createSubmitBulk,
  type Job,
  type NewChangeRequest,
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
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const ID = "9f4f6f5e-0000-4000-8000-00000000000b";
const FORM = { reason: "They left", ticket: "", peopleAsked: [], legalHoldConfirmed: false };
const SUBJECTS = [1, 2, 3].map((line) => ({
  line,
  facts: someFacts({ userId: `${line}`, username: `user${line}@x.example` }),
  slackUserIds: [],
}));
const READING: NonNullable<BulkDraft["reading"]> = {
  change: { kind: "deactivate" },
  subjects: SUBJECTS,
  leftOut: [],
  faults: [],
  approvalsNeeded: 1,
  terms: {
    expiryHours: null,
    remindAfterMinutes: null,
    escalateAfterMinutes: null,
    escalateTo: [],
    ratifyWithinHours: null,
  },
};

interface Setting {
  readonly draft?: Partial<BulkDraft> | null;
  readonly approvalsNeeded?: number | null;
  readonly decidedBy?: string;
  /** The request that another delivery of the form makes before this one stores it. */
  readonly madeMeanwhile?: number;
  readonly canRun?: (approvals: number) => boolean;
}

function setUp({ draft: patch = {}, approvalsNeeded = 2, ...setting }: Setting = {}) {
  let draft = patch && ({ ...DRAFT, ...patch } as BulkDraft | null);
  const made: NewChangeRequest[] = [];
  const audited: { kind: string; details: object }[] = [];
  const jobs: Job[] = [];
  const tx = {
    bulkDrafts: {
      lock: async () => {
        const locked = draft;
        if (draft && setting.madeMeanwhile) draft = { ...draft, requestId: setting.madeMeanwhile };
        return locked;
      },
      update: async (_id: string, change: Partial<BulkDraft>) => {
        draft = draft && { ...draft, ...change };
      },
    },
    requests: {
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
  const people = [somePerson(), someLead()];
  const { canRun = () => false } = setting;
  const { authorizer, asked } = lenientAuthorizer(people, {
    approvalsNeeded,
    check: (action, approvals) => action !== "execute" || canRun(approvals),
  });
  const submitBulk = createSubmitBulk({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow: { run: (work) => work(tx), read: (work) => work(tx) },
    clock: systemClock,
    requestExpiryMs: 3_600_000,
    ticketPattern: null,
  });
  return { submitBulk, made, audited, jobs, asked };
}

const DRAFT = {
  id: ID,
  opener: { slackUserId: "U0MAYA", email: somePerson().email, userId: "user-maya" },
  place: { channelId: "C0APPROVE", threadTs: null },
  kind: "deactivate",
  reading: READING,
  requestId: null,
  expiresAt: new Date("2099-01-01T00:00:00Z"),
};

describe("a bulk's form that is sent", () => {
  it("makes one request about everybody who was read, however often it is sent", async () => {
    const { submitBulk, made, asked } = setUp();
    for (let time = 0; time < 2; time += 1) expect(await submitBulk(ID, "U0MAYA", FORM)).toBe(7);
    expect(made).toHaveLength(1);
    expect(made[0]?.targets.map(({ username }) => username)).toEqual(
      SUBJECTS.map(({ facts }) => facts.username),
    );
    expect(made).toMatchObject([{ state: "pending", approvalsNeeded: 2 }]);
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "request", freshness: RECENT }]);
    expect(asked.changes).toMatchObject([{ targets: 3 }]);
  });

  it("makes a request of whoever the opener is now, with the Incydr user of when the list was read", async () => {
    const opener = { slackUserId: "U0MAYA", email: "maya.before@harborlight.example", userId: "user-maya" };
    const { submitBulk, made, audited } = setUp({ draft: { opener } });
    await submitBulk(ID, "U0MAYA", FORM);
    const requester = { ...opener, email: somePerson().email };
    expect(made).toMatchObject([{ requester }]);
    expect(audited).toMatchObject([{ kind: "request.created", actor: requester }]);
  });

  it("is audited with how many users it leaves out, and all lines that it doesn't use", async () => {
    const fault = { line: 4, text: "x", fault: "Not JSON." };
    const leftOut = [{ line: 5, username: "rolf@x.example", because: "already", why: "Is so." }] as const;
    const { submitBulk, audited } = setUp({
      draft: { reading: { ...READING, leftOut, faults: [fault, fault], moreFaults: 5 } },
    });
    await submitBulk(ID, "U0MAYA", FORM);
    expect(audited).toMatchObject([{ details: { leftOut: 1, faults: 7 } }]);
  });

  it("asks each person once, however often they were named", async () => {
    const { submitBulk, made } = setUp();
    await submitBulk(ID, "U0MAYA", { ...FORM, peopleAsked: ["U0THEO", "U0THEO"] });
    expect(made).toMatchObject([{ peopleAsked: ["U0THEO"] }]);
  });

  it("that leads to a request already leads to it again, though it has expired or was sent twice at once", async () => {
    const early = setUp({ draft: { requestId: 5, expiresAt: new Date(0) } });
    expect(await early.submitBulk(ID, "U0MAYA", FORM)).toBe(5);
    const late = setUp({ madeMeanwhile: 6 });
    expect(await late.submitBulk(ID, "U0MAYA", FORM)).toBe(6);
    for (const { made, audited } of [early, late]) expect([made, audited]).toEqual([[], []]);
  });

  it("by anybody but its opener makes nothing, and that is audited with whom it is about", async () => {
    const { submitBulk, made, audited } = setUp();
    await expect(submitBulk(ID, "U0THEO", FORM)).rejects.toMatchObject({ code: "draft_of_another" });
    expect(made).toEqual([]);
    const usernames = SUBJECTS.map(({ facts }) => facts.username);
    expect(audited).toMatchObject([{ details: { fault: "draft_of_another", usernames } }]);
  });

  it.each<[string, Exclude<Setting["draft"], undefined>]>([
    ["is gone", null],
    ["has expired", { expiresAt: new Date(0) }],
    ["wasn't read yet", { reading: null }],
  ])("makes nothing where its draft %s", async (_what, draft) => {
    const { submitBulk, made, audited } = setUp({ draft });
    await expect(submitBulk(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "draft_gone" });
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ details: { fault: "draft_gone" } }]);
  });

  it("for what no number of approvals would let run makes nothing", async () => {
    const { submitBulk, made } = setUp({ approvalsNeeded: null });
    await expect(submitBulk(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
  });

  it("makes nothing where other policies decide by then", async () => {
    const { submitBulk, made } = setUp({ decidedBy: "newer" });
    await expect(submitBulk(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "policies_differ" });
    expect(made).toEqual([]);
  });

  it("without a confirmation of one legal hold that can't be read makes nothing", async () => {
    const [first, ...others] = SUBJECTS;
    const held = first && { ...first, facts: { ...first.facts, legalHold: { fact: "unknown", names: [] } } };
    const reading = { ...READING, subjects: [...others, ...(held ? [held] : [])] } as typeof READING;
    const { submitBulk, made } = setUp({ draft: { reading } });
    await expect(submitBulk(ID, "U0MAYA", FORM)).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    await submitBulk(ID, "U0MAYA", { ...FORM, legalHoldConfirmed: true });
    expect(made).toHaveLength(1);
  });

  it("for which the policies ask for no approval is carried out at once, and any other isn't", async () => {
    const free = setUp({ canRun: () => true });
    await free.submitBulk(ID, "U0MAYA", FORM);
    expect(free.jobs).toContainEqual({ kind: "execute", requestId: 7 });
    const { submitBulk, jobs } = setUp();
    await submitBulk(ID, "U0MAYA", FORM);
    expect(jobs.map(({ kind }) => kind)).toEqual(["show_card", "expire"]);
  });
});
