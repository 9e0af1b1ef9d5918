import { expect, it } from "vitest";
import type { Job, Transaction, UnitOfWork } from "../../../../src/change-requests/index.ts";
import { resumeUnfinished } from "../../../../src/change-requests/upkeep/at-start.ts";

it("goes on at a start with the end of temporary roles whose time is up, which no job may be left for", async () => {
  const endsAt = new Map([
    [3, new Date("2026-11-01T09:00:00Z")],
    [4, new Date("2026-11-01T11:00:00Z")],
  ]);
  const jobs: Job[] = [];
  const tx = {
    requests: { unfinished: async () => [], undetermined: async () => [] },
    grants: { due: async (at: Date) => [...endsAt].flatMap(([id, end]) => (end <= at ? [id] : [])) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  } as unknown as Transaction; // nothing else of it is used
  const uow = { run: (work: (tx: Transaction) => unknown) => work(tx) } as unknown as UnitOfWork; // the same
  const clock = { now: () => new Date("2026-11-01T10:00:00Z"), sleep: async () => {} };
  await resumeUnfinished({ uow, clock });
  expect(jobs).toEqual([{ kind: "end_grants", requestId: 3 }, { kind: "publish_audit" }]);
});
