import { describe, expect, test } from "vitest";
import { createBulkOpening } from "../../../../src/change-requests/bulk/start-bulk.ts";
import { type BulkDraft, BulkInputError, type Job } from "../../../../src/change-requests/index.ts";
import type { GivenInput } from "../../../../src/change-requests/model/bulk-draft.ts";
import { someBulkDraft } from "../../../support/draft-objects.ts";
import { clockAt, uowOf } from "../../../support/stub-ports.ts";

const NOW = new Date("2026-11-01T12:00:00Z");
const INPUT = { text: "nadia.petrov@harborlight.example", fileId: null, roles: [] };

/** The result of input that Maya gives to this draft. */
async function given(patch: Partial<BulkDraft>, times = 1, input: Partial<GivenInput> = {}) {
  let draft = someBulkDraft({ expiresAt: new Date(NOW.getTime() + 1), ...patch });
  const jobs: Job[] = [];
  const faults: unknown[] = [];
  const uow = uowOf({
    bulkDrafts: {
      lock: async () => draft,
      update: async (_id: string, change: Partial<BulkDraft>) => {
        draft = { ...draft, ...change };
      },
    },
    audit: { append: async ({ details }: { details: { fault: string } }) => void faults.push(details.fault) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  });
  const options = { uow, clock: clockAt(NOW) } as unknown as Parameters<typeof createBulkOpening>[0]; // no more is used
  const { give } = createBulkOpening(options);
  for (let time = 0; time < times; time += 1)
    await give(draft.id, "U0MAYA", { ...INPUT, ...input, viewId: `V${time}` }).catch((error: unknown) => {
      if (error instanceof BulkInputError) faults.push(`${error.data.field}: ${error.data.fault.kind}`);
    });
  return { read: jobs.map(({ kind }) => kind), viewId: draft.input?.viewId ?? null, faults };
}

const READ = { read: ["read_bulk"], viewId: "V0", faults: [] };

describe("the input of a bulk", () => {
  test.each([
    ["given once is read", {}, 1, READ],
    ["given twice is read once", {}, 2, READ],
    ["given too late is refused", { expiresAt: NOW }, 1, { read: [], viewId: null, faults: ["draft_gone"] }],
    [
      "given to another person's bulk is refused",
      { opener: { slackUserId: "U0THEO", email: null } },
      1,
      { read: [], viewId: null, faults: ["forged"] },
    ],
  ])("input that is %s", async (_what, patch, times, outcome) => {
    expect(await given(patch, times)).toEqual(outcome);
  });

  test.each<[string, Partial<GivenInput>, readonly string[]]>([
    ["as many characters as the field takes is read", { text: "x".repeat(3_000) }, []],
    ["one more character is refused", { text: "x".repeat(3_001) }, ["text: too_long"]],
    ["too many roles is refused", { roles: ["x".repeat(1_001)] }, ["roles: too_long"]],
    ["lines and a file is refused", { fileId: "F1" }, ["text: one_of_two"]],
    ["neither lines nor a file is refused", { text: " " }, ["text: one_of_two"]],
  ])("input with %s", async (_what, input, faults) => {
    const outcome = await given({}, 1, input);
    expect([outcome.faults, outcome.read]).toEqual([faults, faults.length > 0 ? [] : ["read_bulk"]]);
  });
});
