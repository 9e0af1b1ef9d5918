import { expect, it } from "vitest";
import { BulkFileError, type Job } from "../../../../src/change-requests/index.ts";
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
  expect(shown).toContain("Slack doesn't have the file any more.");
  expect(shown).toContain("ann");
  expect(more).toEqual([]);
});

it("a refusal of a bulk that Slack doesn't take is shown later", async () => {
  await expect(refusedIn("internal_error")).rejects.toThrow("internal_error");
});
