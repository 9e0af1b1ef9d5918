import { describe, expect, test } from "vitest";
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
import { someBulkDraft } from "../../../support/draft-objects.ts";

const DENIAL: Denial = {
  ...{ action: "request", policyIds: [], reasons: ["No."], whoCould: [], policyHash: "p" },
};
const SAM = { userId: "300000000000000001", username: "sam.ortega@harborlight.example" };
const MEI = { userId: "300000000000000002", username: "mei.kim@harborlight.example" };

interface Given {
  readonly text?: string;
  /** Facts of users that differ, by user id; by default each user is active. */
  readonly facts?: Readonly<Record<string, Partial<Preflight> | ReadFault>>;
  readonly patch?: Partial<BulkDraft>;
  readonly now?: Date;
  readonly isForbidden?: boolean;
  /** The number of the reading at which Incydr doesn't answer. */
  readonly failsAt?: number;
}

/** Reads a bulk about Sam and Mei. Their display names tell by which reading they were read. */
function setUp({ text = SAM.username, facts = {}, failsAt = 0, ...given }: Given = {}) {
  let draft = someBulkDraft({ input: { text, fileId: null, roles: [], viewId: "V1" }, ...given.patch });
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
  /** Transactions run one after the other, because they lock the draft. */
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
  const found = (name: string) => {
    const user = [SAM, MEI].find((each) => each.userId === name || each.username === name);
    return user ? { user } : { fault: { kind: "no_such_user" } };
  };
  const options = {
    authorizer,
    directory: { person: async () => somePerson(), idsByEmail: async () => [] },
    channels: someChannels(),
    identify: async () => ({ userId: "maya" }),
    incydr: {},
    findMany: async (names: readonly string[]) => new Map(names.map((name) => [name, found(name)])),
    preflightMany: async () => {
      reads += 1;
      if (reads === failsAt) {
        await kept.promise;
        throw new IncydrError("unavailable", "Incydr doesn't answer.", { sent: "no" });
      }
      return new Map(
        [SAM, MEI].map((user): [string, Preflight | ReadFault] => {
          const own = facts[user.userId] ?? {};
          if ("fault" in own) return [user.userId, own];
          return [user.userId, someFacts({ ...user, displayName: `Reading ${reads}`, ...own })];
        }),
      );
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
  const perform = createPerformDryRun(options);
  return { performDryRun: () => perform(draft.id), audit, jobs, shown, refusals, placed, draft: () => draft };
}

/** The result of a single reading. */
async function readingOf(given: Given) {
  const { performDryRun, shown, audit } = setUp(given);
  await performDryRun();
  const [reading] = shown;
  if (!reading) throw new Error("Nothing was shown.");
  const faults = reading.faults.map(({ line, fault }) => `${line}: ${lineFaultText(fault)}`);
  return { reading, faults, lines: reading.subjects.map(({ line }) => line), details: audit[0]?.details };
}

describe("the dry run of a bulk", () => {
  test("two jobs that read one bulk at once both show the reading that the first of them stored", async () => {
    const { performDryRun, audit, jobs, shown, draft } = setUp();
    await Promise.all([performDryRun(), performDryRun()]);
    const names = shown.map(({ subjects }) => subjects.map(({ facts }) => facts.displayName));
    expect(names).toEqual([["Reading 1"], ["Reading 1"]]);
    expect(draft().reading?.subjects[0]?.facts.displayName).toBe("Reading 1");
    expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
    expect(jobs.map(({ kind }) => kind)).toEqual(["deliver_dry_run"]);
  });

  test("a job that can't read shows the reading that another job stored, and refuses nothing", async () => {
    const { performDryRun, audit, shown, refusals } = setUp({ failsAt: 2 });
    await Promise.all([performDryRun(), performDryRun()]);
    expect(shown).toHaveLength(2);
    expect(refusals).toEqual([]);
    expect(audit.map(({ kind }) => kind)).toEqual(["subjects.looked_up"]);
  });

  const now = new Date("2026-11-01T12:00:00Z");
  test.each<[string, Partial<BulkDraft>]>([
    ["has led to a request", { requestId: 5 }],
    ["expires at this moment", { expiresAt: now }],
    ["has no input", { input: null }],
  ])("a bulk that %s is not read", async (_what, patch) => {
    const { performDryRun, audit, jobs, shown, refusals } = setUp({ patch, now });
    await performDryRun();
    expect([audit, jobs, shown, refusals]).toEqual([[], [], [], []]);
  });

  test("a bulk that the policies forbid for every user is refused, and audited by the authorizer alone", async () => {
    const { performDryRun, audit, refusals } = setUp({ isForbidden: true });
    await performDryRun();
    expect(refusals).toMatchObject([{ code: "forbidden" }]);
    expect(audit).toEqual([]);
  });

  test("the place of a bulk is looked for with each of its subjects", async () => {
    const { performDryRun, placed } = setUp({ text: `${SAM.username}\n${MEI.username}` });
    await performDryRun();
    expect(placed).toEqual([SAM, MEI].map((user) => ({ ...user, slackUserIds: [] })));
  });

  test("a line whose id and username are two users, or one and none, is refused with both", async () => {
    const names = [MEI.username, "nobody@x.example", SAM.username].map((name) => `${SAM.userId},${name}`);
    const { lines, faults } = await readingOf({ text: ["user_id,username", ...names].join("\n") });
    expect(lines).toEqual([4]);
    expect(faults).toEqual([
      `2: Names different users: ${SAM.userId} and ${MEI.username}. Name one user on each line. ${SAM.userId} is ${SAM.username}.`,
      "3: Also names nobody@x.example. Incydr has no such user.",
    ]);
  });

  test("a user who can't be read is a fault of their line, and the other users are kept", async () => {
    const { reading, lines, faults } = await readingOf({
      text: `${SAM.username}\n${MEI.username}`,
      facts: { [SAM.userId]: { fault: { kind: "failed", status: 500 } } },
    });
    expect(lines).toEqual([2]);
    expect(reading.faults).toMatchObject([{ line: 1, text: SAM.username }]);
    expect(faults).toEqual(["1: Incydr answered with an error about this user (HTTP 500). Try again later."]);
  });

  test("the reading keeps rounded ids, a thousand faults, and the number of further faults", async () => {
    const text = `user,user_id\n${SAM.username},4.55998E+17\n${"x,1E+17,y\n".repeat(1_005)}`;
    const { reading, details } = await readingOf({ text });
    expect(reading.ignoredIds).toEqual([{ line: 2, id: "4.55998E+17" }]);
    expect(reading.faults).toHaveLength(1_000);
    expect(reading.moreFaults).toBe(5);
    expect(details).toMatchObject({ faults: 1_005 });
  });

  test("the audit entry names every user who was looked up, including those who are left out", async () => {
    const { details } = await readingOf({
      text: `${SAM.username}\n${MEI.username}`,
      facts: { [MEI.userId]: { active: false } },
    });
    expect(details).toMatchObject({ leftOut: 1, usernames: [SAM.username, MEI.username] });
  });
});
