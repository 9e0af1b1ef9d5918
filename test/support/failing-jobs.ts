import { beforeEach } from "vitest";
import {
  type Answer,
  createJobFailures,
  type DecisionClick,
  type Job,
  type JobFailures,
  type NewChangeRequest,
  type Notice,
  type UnitOfWork,
} from "../../src/change-requests/index.ts";
import { type Clock, systemClock } from "../../src/kernel/clock.ts";
import { insertRequest } from "./stored-rows.ts";
import type { QueueStore } from "./test-store.ts";
import { useQueueStore } from "./use-store.ts";

export const OUTAGE = new Error("Slack is away");
export const BUG = new TypeError("Cannot read properties of undefined");
export const PLACE = { channelId: "C0APPROVE", threadTs: null };

/** Failed jobs on a real database, and the reports of every process that handled them. */
export interface FailingJobs {
  readonly store: QueueStore;
  /** The jobs that were reported as given up: `decide over`, or `expire daily`. */
  readonly reported: readonly string[];
  /** The messages to people. */
  notices(): Promise<readonly (Answer | Notice)[]>;
  /** The failure handling of one process of the bot; a second one stands for a restart, or another replica. */
  startProcess(clock?: Clock, uow?: UnitOfWork): Promise<JobFailures>;
  storeRequest(
    state?: "pending" | "approved" | "executing",
    more?: Partial<NewChangeRequest>,
  ): Promise<number>;
  /** The kinds of the jobs that wait, in the order of the alphabet. */
  waitingKinds(): Promise<string[]>;
  deleteJobs(): Promise<void>;
  audited(): Promise<Record<string, unknown>[]>;
  countOf(job: Job): Promise<number | undefined>;
}

/** One database for the tests of a file, empty before each. */
export function useFailingJobs(): FailingJobs {
  const store = useQueueStore();
  const reported: string[] = [];
  const query = (sql: string, values?: unknown[]) => store.database.lockPool.query(sql, values);

  beforeEach(async () => {
    await query("delete from job_failures");
    reported.length = 0;
  });

  return {
    store,
    reported,
    notices: async () =>
      (await store.waiting()).flatMap((job) => (job.kind === "tell" && "notice" in job ? [job.notice] : [])),

    async startProcess(clock = systemClock, uow = store.uow) {
      return createJobFailures({
        uow,
        clock,
        isOutage: (error) => error === OUTAGE,
        errorCodeOf: (error) => (error instanceof Error ? error.name : "unknown"),
        observer: {
          onFailed: () => {},
          onGivenUp: ({ job, goesOnDaily }) =>
            void reported.push(`${job.kind} ${goesOnDaily ? "daily" : "over"}`),
        },
      });
    },

    async storeRequest(state = "pending", more = {}) {
      return insertRequest(store, { state, ...more });
    },

    async waitingKinds() {
      return (await store.waiting()).map(({ kind }) => kind).sort();
    },

    async deleteJobs() {
      await query("delete from pgboss.job");
    },

    async audited() {
      const { rows } = await query(
        "select kind, request_id as request, subject, details from audit_entries where kind like 'job.%' order by seq",
      );
      return rows;
    },

    async countOf({ kind }) {
      const { rows } = await query("select faults from job_failures where kind = $1", [kind]);
      return rows[0]?.faults;
    },
  };
}

/**
 * Lets one job fail this number of times; each failure after the first is a retry. Resolves to the result of each
 * failure.
 */
export async function failTimes(
  failures: JobFailures,
  job: Job,
  times: number,
  error: unknown = BUG,
): Promise<string[]> {
  const ends: string[] = [];
  for (let time = 0; time < times; time += 1) ends.push(await failures.failed(job, error, time > 0));
  return ends;
}

export function clickOn(requestId: number): DecisionClick {
  const clickId = "00000000-0000-4000-8000-000000000001";
  const click = {
    clickId,
    requestId,
    slackUserId: "U0THEO",
    place: PLACE,
    shownSnapshot: "0123456789abcdef",
  };
  return { ...click, verdict: "approval", reason: null };
}
