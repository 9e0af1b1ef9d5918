import { describe, expect, it } from "vitest";
import { RECENT } from "../../../../src/authorization/index.ts";
import { type BulkDraft, createSubmitBulk } from "../../../../src/change-requests/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someFacts, someLead, somePerson } from "../../../support/domain-objects.ts";
import { someBulkDraft } from "../../../support/draft-objects.ts";
import { formStore } from "../../../support/form-store.ts";
import { lenientAuthorizer } from "../../../support/one-request.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

const DRAFT = someBulkDraft();
const FORM = { reason: "They left", ticket: "", peopleAsked: [], legalHoldConfirmed: false };
const SUBJECTS = [1, 2, 3].map((line) => ({
  line,
  facts: someFacts({ userId: `${line}`, username: `user${line}@x.example` }),
  slackUserIds: [],
}));
const USERNAMES = SUBJECTS.map(({ facts }) => facts.username);
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

/** A bulk of three users that Maya read. `needsNoApproval`: the policies let it run at once. */
function setUp(draft: Partial<BulkDraft> = {}, { needsNoApproval = false } = {}) {
  const people = [somePerson(), someLead()];
  const { authorizer, asked } = lenientAuthorizer(people, {
    approvalsNeeded: 2,
    check: (action) => action !== "execute" || needsNoApproval,
  });
  const { uow, ...store } = formStore<BulkDraft>({ ...DRAFT, reading: READING, ...draft });
  const submit = createSubmitBulk({
    authorizer,
    directory: directoryOf(...people),
    channels: someChannels(),
    uow,
    clock: systemClock,
    requestExpiryMs: 3_600_000,
    ticketPattern: null,
  });
  const submitBulk = (form: Partial<typeof FORM> = {}, slackUserId = "U0MAYA") =>
    submit(DRAFT.id, slackUserId, { ...FORM, ...form });
  return { submitBulk, asked, ...store };
}

describe("sending the form of a bulk", () => {
  it("a form that is sent twice makes one request about every user who was read", async () => {
    const { submitBulk, made, asked } = setUp();
    for (let time = 0; time < 2; time += 1) expect(await submitBulk()).toBe(7);
    expect(made).toMatchObject([{ state: "pending", approvalsNeeded: 2 }]);
    expect(made[0]?.targets.map(({ username }) => username)).toEqual(USERNAMES);
    expect(asked.actions).toEqual([{ who: "U0MAYA", action: "request", freshness: RECENT }]);
    expect(asked.changes).toMatchObject([{ targets: 3 }]);
  });

  it("the requester has the present e-mail, and the Incydr user of when the list was read", async () => {
    const opener = { slackUserId: "U0MAYA", email: "maya.before@harborlight.example", userId: "user-maya" };
    const { submitBulk, made, audited } = setUp({ opener });
    await submitBulk();
    const requester = { ...opener, email: somePerson().email };
    expect(made).toMatchObject([{ requester }]);
    expect(audited).toMatchObject([{ kind: "request.created", actor: requester }]);
  });

  it("the audit entry counts the users who are left out and all lines with a fault", async () => {
    const fault = { line: 4, text: "x", fault: "Not JSON." };
    const leftOut = [{ line: 5, username: "rolf@x.example", because: "already", why: "Is so." }] as const;
    const { submitBulk, audited } = setUp({
      reading: { ...READING, leftOut, faults: [fault, fault], moreFaults: 5 },
    });
    await submitBulk();
    expect(audited).toMatchObject([{ details: { leftOut: 1, faults: 7 } }]);
  });

  it.each<[string, Partial<BulkDraft>, string, object]>([
    ["another person sends it", {}, "U0THEO", { fault: "draft_of_another", usernames: USERNAMES }],
    ["its list is not read yet", { reading: null }, "U0MAYA", { fault: "draft_gone" }],
  ])("the form makes no request, and is audited with its users, if %s", async (_if, draft, who, details) => {
    const { submitBulk, made, audited } = setUp(draft);
    await expect(submitBulk({}, who)).rejects.toThrow();
    expect(made).toEqual([]);
    expect(audited).toMatchObject([{ details }]);
  });

  it("the requester has to confirm legal hold if it could not be read for one user", async () => {
    const [first, ...others] = SUBJECTS;
    const held = first && { ...first, facts: { ...first.facts, legalHold: { fact: "unknown", names: [] } } };
    const reading = { ...READING, subjects: [...others, ...(held ? [held] : [])] } as typeof READING;
    const { submitBulk, made } = setUp({ reading });
    await expect(submitBulk()).rejects.toMatchObject({ code: "invalid_form" });
    expect(made).toEqual([]);
    await submitBulk({ legalHoldConfirmed: true });
    expect(made).toHaveLength(1);
  });

  it.each([
    [true, ["show_card", "show_card", "execute", "announce", "expire"]],
    [false, ["show_card", "expire"]],
  ])(
    "a bulk is executed at once only if the policies need no approval: %s",
    async (needsNoApproval, kinds) => {
      const { submitBulk, jobs } = setUp({}, { needsNoApproval });
      await submitBulk();
      expect(jobs.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
    },
  );
});
