import { expect, test } from "vitest";
import type { AuditEvent } from "../../../../src/audit/index.ts";
import { type Denial, ForbiddenError } from "../../../../src/authorization/index.ts";
import {
  type BulkDraft,
  createPerformDryRun,
  type DryRun,
  type DryRunOptions,
  type Job,
  type SubjectIdentity,
} from "../../../../src/change-requests/index.ts";
import { IncydrError } from "../../../../src/incydr/index.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { lineFaultText } from "../../../../src/slack/texts/line-faults.ts";
import type { Preflight, ReadFault } from "../../../../src/subjects/index.ts";
import { someChannels, someFacts, somePerson } from "../../../support/domain-objects.ts";

const DENIAL: Denial = {
  ...{ action: "request", policyIds: [], reasons: ["No."], whoCould: [], policyHash: "p" },
};
const USER = { userId: someFacts().userId };

type Readings = Awaited<ReturnType<DryRunOptions["preflightMany"]>>;
type Finds = Awaited<ReturnType<DryRunOptions["findMany"]>>;

/**
 * Reads one bulk about Nadia, who is called otherwise each time that she is read, or about the users that
 * `finds` and `facts` give.
 */
function bulkAboutNadia(
  given: {
    failsAt?: number;
    text?: string;
    finds?: unknown;
    facts?: Readings;
    patch?: Partial<BulkDraft>;
    now?: Date;
    isForbidden?: boolean;
  } = {},
) {
  const { failsAt = 0, text = "nadia.petrov@harborlight.example" } = given;
  let draft: BulkDraft = {
    id: crypto.randomUUID(),
    opener: { slackUserId: "U0MAYA", email: null },
    place: { channelId: "C0APPROVE", threadTs: null },
    kind: "deactivate",
    input: { text, fileId: null, roles: [], viewId: "V1" },
    reading: null,
    requestId: null,
    expiresAt: new Date("2099-01-01"),
    ...given.patch,
  };
  let reads = 0;
  const audit: AuditEvent[] = [];
  const jobs: Job[] = [];
  const shown: DryRun[] = [];
  const refusals: unknown[] = [];
  const placed: SubjectIdentity[] = [];
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
    check: () => (given.isForbidden ? { allowed: false, denial: DENIAL } : { allowed: true }),
    authorizeChange: async () => {
      throw new ForbiddenError(DENIAL);
    },
    approvalsNeeded: () => 1,
    terms: () => ({ escalateTo: [] }),
  };
  const options = {
    authorizer,
    directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    channels: someChannels(),
    identify: async () => ({ userId: "maya" }),
    incydr: {},
    findMany: async () =>
      (given.finds as Finds) ?? new Map([["nadia.petrov@harborlight.example", { user: USER }]]),
    preflightMany: async () => {
      reads += 1;
      if (given.facts) return given.facts;
      if (reads === failsAt) {
        await kept.promise;
        throw new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" });
      }
      return new Map([[USER.userId, someFacts({ displayName: `Reading ${reads}` })]]);
    },
    findPlace: async (_place: unknown, subjects: readonly SubjectIdentity[]) => void placed.push(...subjects),
    files: {},
    forms: {
      showRefusal: async (_view: string, _kind: string, error: unknown) => void refusals.push(error),
      showDryRun: async (_view: string, { reading }: { reading: DryRun }) => void shown.push(reading),
    },
    uow: { run },
    clock: { ...systemClock, now: () => given.now ?? systemClock.now() },
  } as unknown as DryRunOptions; // reading uses no more of them
  return {
    performDryRun: createPerformDryRun(options),
    audit,
    jobs,
    shown,
    refusals,
    placed,
    draft: () => draft,
  };
}

test("a bulk that two jobs read at once is what the first of them kept, and both show that", async () => {
  const { performDryRun, audit, jobs, shown, draft } = bulkAboutNadia();
  await Promise.all([performDryRun(draft().id), performDryRun(draft().id)]);
  const names = shown.map(({ subjects }) => subjects.map(({ facts }) => facts.displayName));
  expect(names).toEqual([["Reading 1"], ["Reading 1"]]);
  expect(draft().reading?.subjects[0]?.facts.displayName).toBe("Reading 1");
  expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
  expect(jobs.map(({ kind }) => kind)).toEqual(["deliver_dry_run"]);
});

test("a job that can't read what another has kept shows that, and refuses nothing", async () => {
  const { performDryRun, audit, shown, refusals, draft } = bulkAboutNadia({ failsAt: 2 });
  await Promise.all([performDryRun(draft().id), performDryRun(draft().id)]);
  expect(shown).toHaveLength(2);
  expect(refusals).toEqual([]);
  expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
});

test.each<[string, Partial<BulkDraft>]>([
  ["has led to a request", { requestId: 5 }],
  ["is over at this very moment", { expiresAt: new Date("2026-11-01T12:00:00Z") }],
  ["was given nothing", { input: null }],
])("nothing is read for a bulk that %s", async (_what, patch) => {
  const now = new Date("2026-11-01T12:00:00Z");
  const { performDryRun, audit, jobs, shown, refusals, draft } = bulkAboutNadia({ patch, now });
  await performDryRun(draft().id);
  expect([audit, jobs, shown, refusals]).toEqual([[], [], [], []]);
});

test("a bulk that the policies forbid of everybody is refused with their reason, and audited by them alone", async () => {
  const { performDryRun, audit, refusals, draft } = bulkAboutNadia({ isForbidden: true });
  await performDryRun(draft().id);
  expect(refusals).toMatchObject([{ code: "forbidden" }]);
  expect(audit).toEqual([]);
});

const SAM = "sam.ortega@harborlight.example";
const MEI = "mei.kim@harborlight.example";
const users = {
  sam: { userId: "300000000000000001", username: SAM },
  mei: { userId: "300000000000000002", username: MEI },
};

test("a place is looked for that every subject of a bulk is kept from", async () => {
  const both = [users.sam, users.mei];
  const { performDryRun, placed, draft } = bulkAboutNadia({
    text: `${SAM}\n${MEI}`,
    finds: new Map(both.map((user) => [user.username, { user }])),
    facts: new Map(both.map((user) => [user.userId, someFacts(user)])),
  });
  await performDryRun(draft().id);
  expect(placed).toEqual(both.map((user) => ({ ...user, slackUserIds: [] })));
});

test("a line whose id and username are found to be two users is refused with both", async () => {
  const finds = new Map([
    [users.sam.userId, { user: users.sam }],
    [MEI, { user: users.mei }],
    [SAM, { user: users.sam }],
    ["nobody@x.example", { fault: { kind: "no_such_user" } }],
  ]);
  const facts = new Map([[users.sam.userId, someFacts({ userId: users.sam.userId, username: SAM })]]);
  const text = `user_id,username\n${users.sam.userId},${MEI}\n${users.sam.userId},nobody@x.example\n${users.sam.userId},${SAM}`;
  const { performDryRun, shown, draft } = bulkAboutNadia({ text, finds, facts });
  await performDryRun(draft().id);
  expect(shown[0]?.subjects.map(({ line }) => line)).toEqual([4]);
  expect(shown[0]?.faults.map(({ line, fault }) => `${line}: ${lineFaultText(fault)}`)).toEqual([
    `2: Names different users: ${users.sam.userId} and ${MEI}. Name one user on each line. ${users.sam.userId} is ${SAM}.`,
    "3: Also names nobody@x.example. Incydr has no such user.",
  ]);
});

test("a user that can't be read is a fault of its line, and the others are asked for", async () => {
  const finds = new Map([
    [SAM, { user: users.sam }],
    [MEI, { user: users.mei }],
  ]);
  const facts = new Map<string, Preflight | ReadFault>([
    [users.sam.userId, { fault: { kind: "failed", status: 500 } }],
    [users.mei.userId, someFacts({ userId: users.mei.userId, username: MEI })],
  ]);
  const { performDryRun, shown, draft } = bulkAboutNadia({ text: `${SAM}\n${MEI}`, finds, facts });
  await performDryRun(draft().id);
  expect(shown[0]?.subjects.map(({ line }) => line)).toEqual([2]);
  const [{ fault, ...line } = { fault: "" }, ...others] = shown[0]?.faults ?? [];
  expect([line, others]).toEqual([{ line: 1, text: SAM }, []]);
  expect(lineFaultText(fault)).toBe(
    "Incydr answered with an error about this user (HTTP 500). Try again later.",
  );
});

test("a rounded id beside a username is kept in what was read, and so is the number of faults beyond the kept", async () => {
  const facts = new Map([[users.sam.userId, someFacts({ userId: users.sam.userId, username: SAM })]]);
  const text = `user,user_id\n${SAM},4.55998E+17\n${"x,1E+17,y\n".repeat(1_005)}`;
  const { performDryRun, shown, draft, audit } = bulkAboutNadia({
    text,
    finds: new Map([[SAM, { user: users.sam }]]),
    facts,
  });
  await performDryRun(draft().id);
  expect(shown[0]?.ignoredIds).toEqual([{ line: 2, id: "4.55998E+17" }]);
  expect(shown[0]?.faults).toHaveLength(1_000);
  expect(shown[0]?.moreFaults).toBe(5);
  expect(audit[0]?.details).toMatchObject({ faults: 1_005 });
});

test("the audit log names everybody whom a bulk has looked up, also those who are left out of it", async () => {
  const finds = new Map([
    [SAM, { user: users.sam }],
    [MEI, { user: users.mei }],
  ]);
  const facts = new Map([
    [users.sam.userId, someFacts({ userId: users.sam.userId, username: SAM })],
    [users.mei.userId, someFacts({ userId: users.mei.userId, username: MEI, active: false })],
  ]);
  const { performDryRun, audit, draft } = bulkAboutNadia({ text: `${SAM}\n${MEI}`, finds, facts });
  await performDryRun(draft().id);
  expect(audit.map(({ details }) => details)).toMatchObject([{ leftOut: 1, usernames: [SAM, MEI] }]);
});
