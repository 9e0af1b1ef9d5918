import type { PgBoss } from "pg-boss";
import { expect, test } from "vitest";
import {
  createJobFailures,
  type EnqueuedJob,
  JOB_KINDS,
  type Job,
  type JobFailure,
  type JobHandlers,
  jobKey,
  MOST_TRIES,
  type RequestState,
  requestIdOf,
  runJob,
} from "../../../src/change-requests/index.ts";
import { startJobWorkers } from "../../../src/jobs/job-workers.ts";
import { allHandledBy } from "../../support/job-handlers.ts";
import { clockAt, uowOf } from "../../support/stub-ports.ts";

const place = { channelId: "C0APPROVE", threadTs: null };
const clicked = { clickId: "c", requestId: 7, slackUserId: "U0THEO", place };
const decision = {
  ...clicked,
  verdict: "approval",
  reason: null,
  shownSnapshot: "0123456789abcdef",
} as const;
const ratification = { ...clicked, event: "dispute", reason: "Nobody asked for it." } as const;
const freeze = { by: "U0JONAS", at: "2026-11-01T10:00:00.000Z", ended: null };
const words = { text: "Done.", blocks: [] };
const request = { requestId: 7 };

/**
 * The rules of a kind: how many one replica works on at once, and the end after the last try. `unless claimed`: given up,
 * or daily once a target is claimed. `told once`: only the first failure of a request is told.
 */
type Rule = readonly [
  job: Job,
  atOnce: number,
  end: "given up" | "unless claimed" | "daily" | "told once" | "never",
];
const RULES: readonly Rule[] = [
  [{ kind: "decide", click: decision }, 4, "given up"],
  [{ kind: "cancel", click: clicked }, 1, "given up"],
  [{ kind: "renew", click: clicked }, 1, "given up"],
  [{ kind: "execute", ...request }, 6, "unless claimed"],
  [{ kind: "execute_emergency", ...request }, 3, "unless claimed"],
  [{ kind: "execute_bulk", ...request }, 2, "unless claimed"],
  [{ kind: "control_bulk", click: clicked, control: "pause" }, 1, "given up"],
  [{ kind: "send_list", click: clicked }, 1, "given up"],
  [{ kind: "read_bulk", draftId: "d" }, 2, "given up"],
  [{ kind: "deliver_dry_run", draftId: "d" }, 1, "given up"],
  [{ kind: "deliver_outcomes", ...request, topic: "t" }, 1, "told once"],
  [{ kind: "settle", ...request }, 2, "daily"],
  [{ kind: "ratify", click: ratification }, 1, "given up"],
  [{ kind: "ratification_due", ...request }, 1, "daily"],
  [{ kind: "warn_of_end", ...request }, 1, "given up"],
  [{ kind: "end_grants", ...request }, 2, "daily"],
  [{ kind: "revoke_grants", click: clicked }, 1, "daily"],
  [{ kind: "sound_alarm", ...request, topic: "overdue" }, 1, "told once"],
  [{ kind: "show_card", ...request }, 2, "told once"],
  [{ kind: "show_progress", ...request }, 1, "told once"],
  [{ kind: "announce", ...request, topic: "t" }, 1, "told once"],
  [{ kind: "ask", ...request }, 1, "told once"],
  [{ kind: "expire", ...request }, 1, "daily"],
  [{ kind: "remind", ...request, step: "reminder" }, 1, "given up"],
  [{ kind: "post_digest", digestId: 3 }, 1, "given up"],
  [{ kind: "tell", slackUserId: "U0MAYA", place, words }, 1, "given up"],
  [{ kind: "prune" }, 1, "daily"],
  [{ kind: "publish_audit" }, 1, "never"],
  [{ kind: "announce_freeze", notice: freeze }, 1, "given up"],
  [
    {
      ...{ kind: "export_users", exportId: "e", clickId: "c", slackUserId: "U0MAYA", place },
      filter: { text: null, active: null, blocked: null, org: null, role: null },
    },
    ...([1, "given up"] as const),
  ],
  [{ kind: "delete_export", exportId: "e" }, 1, "daily"],
];
const byKind = RULES.map((rule) => [rule[0].kind, rule] as const);

test("every kind of job has its rules in this table", () => {
  expect(RULES.map(([{ kind }]) => kind)).toEqual(JOB_KINDS);
});

test.each(byKind)(
  "one replica works on %s at most as often at once as its rule says",
  async (kind, [job, atOnce]) => {
    const idle: ((jobs: readonly { data: Job; retryCount: number }[]) => void)[] = [];
    const over = Promise.withResolvers<void>();
    let wake: (jobs: readonly EnqueuedJob[]) => void = () => {};
    const onWake = (listener: typeof wake) => {
      wake = listener;
    };
    const boss = {
      work: async (of: string, _options: unknown, work: (typeof idle)[number]) => {
        if (of === kind) idle.push(work);
        return `worker ${idle.length}`;
      },
      offWork: async () => {},
      notifyWorker: () => {},
      getDb: () => ({ executeSql: async () => ({ rows: [] }) }),
    } as unknown as PgBoss; // nothing else is asked
    await using _workers = startJobWorkers({
      jobs: { boss, onWake },
      handlers: allHandledBy(() => over.promise),
      failures: { failed: async () => "over", succeeded: async () => {} },
      onWatched: () => {},
      onWatchFailed: () => {},
    });
    let working = 0;
    for (let left = 0; left <= atOnce; left += 1) {
      wake([{ job }]);
      await nothingLeft();
      for (const work of idle.splice(0)) {
        working += 1;
        work([{ data: job, retryCount: 0 }]);
      }
    }
    over.resolve();
    await nothingLeft();
    expect(working).toBe(atOnce);
  },
);
const NOW = new Date("2026-11-01T09:00:00Z");

/** The jobs that follow the last failure of a job whose request has this state. The card could not be shown before. */
async function afterLastTry(job: Job, state: RequestState) {
  const left: EnqueuedJob[] = [];
  const failure: JobFailure = {
    ...{ key: jobKey(job), kind: job.kind, requestId: requestIdOf(job), faults: MOST_TRIES },
    ...{ errorCode: "TypeError", reference: "1a2b", givenUpAt: null },
  };
  const contact = { slackUserId: "U0MAYA", place };
  const uow = uowOf({
    jobFailures: {
      lock: async () => failure,
      addFault: async () => failure,
      giveUp: async () => {},
      contact: async () => ({ ...contact, state, subject: null }),
      draftContact: async () => contact,
      givenUpOf: async () => [{ ...failure, kind: "show_card", givenUpAt: NOW }],
    },
    jobs: {
      enqueue: async (each: Job, options = {}) => void left.push({ job: each, ...options }),
      isWaiting: async () => false,
      isDueSoon: async () => false,
    },
    audit: { append: async () => {} },
  });
  const failures = createJobFailures({
    uow,
    clock: clockAt(NOW),
    isOutage: () => false,
    errorCodeOf: () => "TypeError",
    observer: { onFailed: () => {}, onGivenUp: () => {} },
  });
  const end = await failures.failed(job, new TypeError("a bug"), true);
  const again = left.filter(({ startAfter }) => startAfter);
  return {
    end,
    again,
    isTold: left.some(({ job: each }) => each.kind === "tell" && "notice" in each),
    isAlarmed: left.some(({ job: each }) => each.kind === "sound_alarm"),
  };
}

test.each(byKind)("a job %s ends after its last try as its rule says", async (kind, [job, , end]) => {
  for (const state of ["approved", "executing"] as const) {
    const isDaily = end === "daily" || (end === "unless claimed" && state === "executing");
    expect(await afterLastTry(job, state), `${kind} of a request that is ${state}`).toEqual({
      end: end === "never" ? "again" : "over",
      again: isDaily ? [{ job, startAfter: new Date(NOW.getTime() + 24 * 3_600_000) }] : [],
      isTold: end !== "never" && end !== "told once" && hasContact(job),
      isAlarmed: isDaily && requestIdOf(job) !== null,
    });
  }
});

/** Whether the bot knows the person who waits for the job. */
function hasContact(job: Job): boolean {
  return "draftId" in job || job.kind === "export_users" || requestIdOf(job) !== null;
}

/** Each variant of the job that lacks one member, at any depth. */
function* withoutOne(value: object): Generator<object> {
  for (const [name, member] of Object.entries(value)) {
    if (name === "kind") continue;
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    if (typeof member !== "object" || member === null || Array.isArray(member)) continue;
    for (const less of withoutOne(member)) yield { ...value, [name]: less };
  }
}

test.each(byKind)("a job %s without any one of its members is unreadable", async (_kind, [job]) => {
  const done: Job[] = [];
  const handlers: JobHandlers = allHandledBy(async (each) => void done.push(each));
  for (const less of withoutOne(job))
    await expect(runJob(less as Job, handlers), JSON.stringify(less)).rejects.toMatchObject({
      code: "job_unreadable",
    });
  expect(done).toEqual([]);
  await runJob(job, handlers);
  expect(done).toEqual([job]);
});

/** Waits until all work that needs no time is done. */
async function nothingLeft(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}
