import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import {
  type BulkDraft,
  type BulkReading,
  createReadBulk,
  type Job,
  type ReadBulkOptions,
} from "../../../../src/change-requests/index.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { someChannels, someFacts, somePerson } from "../../../support/domain-objects.ts";

const USER = { userId: someFacts().userId };

/** Reads one bulk about Nadia, who is called otherwise each time that she is read. */
function bulkAboutNadia({ failsAt = 0 } = {}) {
  let draft: BulkDraft = {
    id: crypto.randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place: { channelId: "C0APPROVE", threadTs: null },
    kind: "deactivate",
    input: { text: "nadia.petrov@harborlight.example", fileId: null, roles: [], viewId: "V1" },
    reading: null,
    requestId: null,
    expiresAt: new Date("2099-01-01"),
  };
  let reads = 0;
  const audit: AuditEvent[] = [];
  const jobs: Job[] = [];
  const shown: BulkReading[] = [];
  const refusals: string[] = [];
  const kept = Promise.withResolvers<void>();
  const tx = {
    bulkDrafts: {
      lock: async () => draft,
      update: async (_id: string, patch: Partial<BulkDraft>) => {
        draft = { ...draft, ...patch };
        kept.resolve();
      },
    },
    audit: { append: async (event: AuditEvent) => void audit.push(event) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other, as the lock of the draft's row has it. */
  const run = (work: (within: unknown) => Promise<unknown>) => {
    last = last.then(() => work(tx));
    return last;
  };
  const authorizer = {
    policyHash: "p",
    pin: async () => authorizer,
    check: () => ({ allowed: true }),
    approvalsNeeded: () => 1,
    terms: () => ({ escalateTo: [] }),
  };
  const options = {
    authorizer,
    directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    channels: someChannels(),
    identify: async () => ({ userId: "maya" }),
    incydr: {},
    findMany: async () => new Map([["nadia.petrov@harborlight.example", { user: USER }]]),
    preflightMany: async () => {
      reads += 1;
      if (reads === failsAt) {
        await kept.promise;
        throw new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" });
      }
      return new Map([[USER.userId, someFacts({ displayName: `Reading ${reads}` })]]);
    },
    findPlace: async () => {},
    files: {},
    forms: {
      showRefusal: async () => void refusals.push("refused"),
      showReading: async (_view: string, { reading }: { reading: BulkReading }) => void shown.push(reading),
    },
    uow: { run },
    clock: systemClock,
  } as unknown as ReadBulkOptions; // reading uses no more of them
  return { readBulk: createReadBulk(options), audit, jobs, shown, refusals, draft: () => draft };
}

test("a bulk that two jobs read at once is what the first of them kept, and both show that", async () => {
  const { readBulk, audit, jobs, shown, draft } = bulkAboutNadia();
  await Promise.all([readBulk(draft().id), readBulk(draft().id)]);
  const names = shown.map(({ subjects }) => subjects.map(({ facts }) => facts.displayName));
  expect(names).toEqual([["Reading 1"], ["Reading 1"]]);
  expect(draft().reading?.subjects[0]?.facts.displayName).toBe("Reading 1");
  expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
  expect(jobs.map(({ kind }) => kind)).toEqual(["deliver_dry_run"]);
});

test("a job that can't read what another has kept shows that, and refuses nothing", async () => {
  const { readBulk, audit, shown, refusals, draft } = bulkAboutNadia({ failsAt: 2 });
  await Promise.all([readBulk(draft().id), readBulk(draft().id)]);
  expect(shown).toHaveLength(2);
  expect(refusals).toEqual([]);
  expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
});
