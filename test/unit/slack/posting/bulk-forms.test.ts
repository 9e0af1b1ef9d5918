import type { ModalView } from "@slack/types";
import { expect, it } from "vitest";
import {
  BulkFileError,
  type DryRun,
  type Job,
  NothingToRequestError,
} from "../../../../src/change-requests/index.ts";
import { answerMessage } from "../../../../src/slack/messages/answer-message.ts";
import { createBulkForms } from "../../../../src/slack/posting/bulk-forms.ts";
import type { SlackApi } from "../../../../src/slack/web-api/slack-api.ts";

const draft = {
  opener: { slackUserId: "U0MAYA", email: null },
  place: { channelId: "C0APPROVE", threadTs: null },
};
const input = { text: "ann", fileId: null, roles: [], viewId: "V1" };

/** Shows a refusal in a modal to whose update Slack answers with this error, or takes it. */
async function refusedIn(error: string | null) {
  const left: Job[] = [];
  const update = () =>
    error === null
      ? Promise.resolve({ ok: true })
      : Promise.reject(Object.assign(new Error(error), { data: { error } }));
  const api = { reading: { views: { update } } } as unknown as SlackApi; // nothing else is called
  const jobs = { enqueue: async (job: Job) => void left.push(job) };
  await createBulkForms({ api, jobs, isFrozen: async () => false }).showRefusal(
    input,
    "deactivate",
    new BulkFileError({ kind: "gone" }),
    draft,
  );
  return left;
}

it("a refusal of a bulk is shown in its modal, and nowhere else", async () => {
  expect(await refusedIn(null)).toEqual([]);
});

it("a refusal of a bulk whose modal was closed is told to its opener, with what they typed", async () => {
  const [told, ...more] = await refusedIn("not_found");
  expect(told).toMatchObject({ kind: "tell", slackUserId: "U0MAYA", place: draft.place });
  if (told?.kind !== "tell" || !("notice" in told)) throw new Error("No notice is told.");
  const shown = JSON.stringify(answerMessage(told.notice));
  expect(shown).toContain("Slack no longer has the file. Upload it again.");
  expect(shown).toContain("ann");
  expect(more).toEqual([]);
});

it("a refusal of a bulk that Slack doesn't take is shown later", async () => {
  await expect(refusedIn("internal_error")).rejects.toThrow("internal_error");
});

/** The view with which the modal is updated. */
async function shownIn(show: (forms: ReturnType<typeof createBulkForms>) => Promise<void>, isFrozen = false) {
  const views: ModalView[] = [];
  const update = async ({ view }: { view: ModalView }) => void views.push(view);
  const api = { reading: { views: { update } } } as unknown as SlackApi; // nothing else is called
  await show(createBulkForms({ api, jobs: { enqueue: async () => {} }, isFrozen: async () => isFrozen }));
  return views;
}

it("a refusal in the modal gives back what was typed, and closing it afterwards asks for no answer", async () => {
  const [view, ...more] = await shownIn((forms) =>
    forms.showRefusal(
      { ...input, text: "ann@x.example" },
      "deactivate",
      new BulkFileError({ kind: "gone" }),
      draft,
    ),
  );
  expect(JSON.stringify(view)).toContain("ann@x.example");
  expect(view).toMatchObject({ notify_on_close: false });
  expect(more).toEqual([]);
});

it.each([true, false])(
  "the form of a bulk says whether changes are frozen when it is shown: %s",
  async (isFrozen) => {
    const reading = {
      ...{
        change: { kind: "deactivate" as const },
        subjects: [],
        leftOut: [],
        faults: [],
        approvalsNeeded: 1,
      },
      terms: {} as DryRun["terms"], // a form doesn't show them
    };
    const bulk: Parameters<ReturnType<typeof createBulkForms>["showDryRun"]>[1] = {
      ...{
        ...draft,
        id: "1",
        kind: "deactivate",
        input: null,
        requestId: null,
        expiresAt: new Date(0),
        reading,
      },
    };
    const [view] = await shownIn((forms) => forms.showDryRun("V1", bulk), isFrozen);
    expect(JSON.stringify(view).includes("All changes are frozen")).toBe(isFrozen);
  },
);

it("of a list with nothing to request whose modal was closed, its opener is told which lines were left out", async () => {
  const fault = { line: 3, text: "no such user: bob" };
  const reading = { faults: [fault], leftOut: [] } as unknown as NothingToRequestError["reading"]; // no more is read
  const left: Job[] = [];
  const update = () => Promise.reject(Object.assign(new Error("closed"), { data: { error: "not_found" } }));
  const api = { reading: { views: { update } } } as unknown as SlackApi; // nothing else is called
  const jobs = { enqueue: async (job: Job) => void left.push(job) };
  const forms = createBulkForms({ api, jobs, isFrozen: async () => false });
  await forms.showRefusal(input, "deactivate", new NothingToRequestError(reading), draft);
  expect(JSON.stringify(left)).toContain("no such user: bob");
});
