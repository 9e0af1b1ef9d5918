import { JOB_KINDS, type Job, rulesOf } from "../change-requests/index.ts";
import { type Clock, OVER } from "../kernel/clock.ts";

/** The longest wait of a notification for urgent jobs, in milliseconds: too short for a person to notice. */
const LONGEST_WAIT_MS = 150;

/** Lets urgent jobs start before notifications, because both share one thread and its database connections. */
export interface PriorityGate {
  /** Notes that this process enqueued a job. From now on, an urgent job counts as under way. */
  onEnqueued(kind: Job["kind"]): void;
  /** Resolves when a job of this kind may start. Only a notification waits, and only while an urgent job is under way. */
  waitForTurn(kind: Job["kind"]): Promise<void>;
  run(kind: Job["kind"], work: () => Promise<void>): Promise<void>;
}

/** An urgent job. `over` also resolves after `LONGEST_WAIT_MS`: the job may be long, or run in another process. */
interface UrgentJob {
  readonly over: Promise<void>;
  end(): void;
}

export function createPriorityGate({ clock }: { clock: Clock }): PriorityGate {
  const underWay = new Set<UrgentJob>();
  /** Urgent jobs that are enqueued and have not begun, by kind. */
  const urgentKinds = JOB_KINDS.filter((kind) => rulesOf(kind).priority === "urgent");
  const expected = new Map<Job["kind"], Set<UrgentJob>>(urgentKinds.map((kind) => [kind, new Set()]));

  return {
    onEnqueued(kind) {
      const ofKind = expected.get(kind);
      if (!ofKind) return;
      const job = begin();
      ofKind.add(job);
      void job.over.then(() => ofKind.delete(job));
    },

    async waitForTurn(kind) {
      if (rulesOf(kind).priority === "notification")
        await within(Promise.all([...underWay].map(({ over }) => over)));
    },

    async run(kind, work) {
      const ofKind = expected.get(kind);
      if (!ofKind) return work();
      const [first] = ofKind;
      const job = first ?? begin();
      ofKind.delete(job);
      try {
        await work();
      } finally {
        job.end();
      }
    },
  };

  function begin(): UrgentJob {
    const { promise, resolve } = Promise.withResolvers<void>();
    const job = { over: within(promise), end: resolve };
    underWay.add(job);
    void job.over.then(() => underWay.delete(job));
    return job;
  }

  /** Waits for `work`, but not longer than `LONGEST_WAIT_MS`. */
  async function within(work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const tooLong = clock.sleep(LONGEST_WAIT_MS, done.signal).catch(() => undefined);
    await Promise.race([work, tooLong]);
    done.abort(OVER);
  }
}
