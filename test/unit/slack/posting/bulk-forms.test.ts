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
const GONE = new BulkFileError({ kind: "gone" });

/** The forms of bulks, whose update Slack refuses with this code, or takes. */
function setUp({ refusal = null, isFrozen = false }: { refusal?: string | null; isFrozen?: boolean } = {}) {
  const views: ModalView[] = [];
  const left: Job[] = [];
  const update = async ({ view }: { view: ModalView }) => {
    if (refusal !== null) throw Object.assign(new Error(refusal), { data: { error: refusal } });
    views.push(view);
  };
  const forms = createBulkForms({
    api: { reading: { views: { update } } } as unknown as SlackApi, // nothing else is called
    jobs: { enqueue: async (job) => void left.push(job) },
    isFrozen: async () => isFrozen,
  });
  const refuse = (error: Error) => forms.showRefusal(input, "deactivate", error, draft);
  return { forms, refuse, views, left };
}

it("a refusal of a bulk is shown in its modal alone, with the typed text, and closing it needs no answer", async () => {
  const { refuse, views, left } = setUp();
  await refuse(GONE);
  expect(views).toMatchObject([{ notify_on_close: false }]);
  expect(JSON.stringify(views)).toContain("ann");
  expect(left).toEqual([]);
});

it("a refusal of a bulk whose modal was closed is told to its opener, with what they typed", async () => {
  const { refuse, left } = setUp({ refusal: "not_found" });
  await refuse(GONE);
  const [told, ...more] = left;
  expect(told).toMatchObject({ kind: "tell", slackUserId: "U0MAYA", place: draft.place });
  if (told?.kind !== "tell" || !("notice" in told)) throw new Error("No notice is told.");
  const shown = JSON.stringify(answerMessage(told.notice));
  expect(shown).toContain("Slack no longer has the file. Upload it again.");
  expect(shown).toContain("ann");
  expect(more).toEqual([]);
});

it("the opener of a closed modal whose list leaves nobody to change is told which lines were left out", async () => {
  const { refuse, left } = setUp({ refusal: "not_found" });
  const reading = { faults: [{ line: 3, text: "no such user: bob" }], leftOut: [] };
  await refuse(new NothingToRequestError(reading as unknown as NothingToRequestError["reading"])); // no more is read
  expect(JSON.stringify(left)).toContain("no such user: bob");
});

it("a refusal of a bulk that Slack can't show now is shown later", async () => {
  await expect(setUp({ refusal: "internal_error" }).refuse(GONE)).rejects.toThrow("internal_error");
});

it.each([true, false])(
  "the form of a bulk says whether changes are frozen when it is shown: %s",
  async (isFrozen) => {
    const { forms, views } = setUp({ isFrozen });
    const bulk: Parameters<typeof forms.showDryRun>[1] = {
      ...{ ...draft, id: "1", kind: "deactivate", input: null, requestId: null, expiresAt: new Date(0) },
      reading: {
        ...{ change: { kind: "deactivate" }, subjects: [], leftOut: [], faults: [], approvalsNeeded: 1 },
        terms: {} as DryRun["terms"], // a form doesn't show them
      },
    };
    await forms.showDryRun("V1", bulk);
    expect(JSON.stringify(views).includes("All changes are frozen")).toBe(isFrozen);
  },
);
