import { expect, test } from "vitest";
import { createBulkOpening } from "../../../../src/change-requests/bulk/start-bulk.ts";
import { type BulkDraft, BulkInputError, type Job } from "../../../../src/change-requests/index.ts";
import type { GivenInput } from "../../../../src/change-requests/model/bulk-draft.ts";

const NOW = new Date("2026-11-01T12:00:00Z");
const INPUT = { text: "nadia.petrov@harborlight.example", fileId: null, roles: [], viewId: "V1" };

/** The result of lines that Maya gives to this draft. */
async function given(patch: Partial<BulkDraft>, times = 1, input: Partial<GivenInput> = {}) {
  let draft = {
    id: "9f4f6f5e-0000-4000-8000-00000000000b",
    opener: { slackUserId: "U0MAYA", email: null },
    input: null,
    expiresAt: new Date(NOW.getTime() + 1),
    ...patch,
  };
  const jobs: Job[] = [];
  const faults: unknown[] = [];
  const tx = {
    bulkDrafts: {
      lock: async () => draft,
      update: async (_id: string, change: Partial<BulkDraft>) => {
        draft = { ...draft, ...change };
      },
    },
    audit: { append: async ({ details }: { details: { fault: string } }) => void faults.push(details.fault) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  };
  const { give } = createBulkOpening({
    uow: { run: (work: (within: typeof tx) => unknown) => work(tx) },
    clock: { now: () => NOW, sleep: async () => {} },
  } as unknown as Parameters<typeof createBulkOpening>[0]); // to give asks for nothing else
  for (let time = 0; time < times; time += 1)
    await give(draft.id, "U0MAYA", { ...INPUT, ...input, viewId: `V${time}` }).catch((error: unknown) => {
      if (error instanceof BulkInputError) faults.push(`${error.data.field}: ${error.data.fault.kind}`);
    });
  return { read: jobs.map(({ kind }) => kind), viewId: draft.input?.viewId ?? null, faults };
}

test.each([
  ["once", {}, 1, { read: ["read_bulk"], viewId: "V0", faults: [] }],
  ["twice are read once", {}, 2, { read: ["read_bulk"], viewId: "V0", faults: [] }],
  ["too late are refused", { expiresAt: NOW }, 1, { read: [], viewId: null, faults: ["draft_gone"] }],
  [
    "to another's bulk are refused",
    { opener: { slackUserId: "U0THEO", email: null } },
    1,
    { read: [], viewId: null, faults: ["forged"] },
  ],
])("the lines of a bulk that are given %s", async (_what, patch, times, outcome) => {
  expect(await given(patch, times)).toEqual(outcome);
});

test.each<[string, Partial<GivenInput>, readonly string[]]>([
  ["as many signs as the field takes", { text: "x".repeat(3_000) }, []],
  ["one sign more", { text: "x".repeat(3_001) }, ["text: too_long"]],
  ["too many roles", { roles: ["x".repeat(1_001)] }, ["roles: too_long"]],
  ["lines and a file", { fileId: "F1" }, ["text: one_of_two"]],
  ["neither lines nor a file", { text: " " }, ["text: one_of_two"]],
])("a bulk is read only if it is given what can be taken: %s", async (_what, input, faults) => {
  const outcome = await given({}, 1, input);
  expect([outcome.faults, outcome.read]).toEqual([faults, faults.length > 0 ? [] : ["read_bulk"]]);
});
