import type {
  AnnounceFreeze,
  AskPeople,
  BulkReports,
  Cancel,
  ControlBulk,
  Decide,
  EscalateRatification,
  ExecuteBulk,
  Executor,
  Expire,
  Job,
  JobFailures,
  Pruning,
  Ratifying,
  ReadBulk,
  Reminders,
  Renew,
  RequestDisplay,
  RequestShowing,
  RevokeNow,
  Revoker,
  SendList,
  WarnOfEnd,
} from "../change-requests/index.ts";
import { steadyClock, systemClock } from "../kernel/clock.ts";
import { watchDueJobs } from "./due-jobs.ts";
import { type Crew, createCrew } from "./job-crew.ts";
import { JOB_KINDS, type JobBoss, KINDS } from "./job-queue.ts";
import { createPrecedence } from "./precedence.ts";
import { retryInOutage } from "./retry-in-outage.ts";

/** What each kind of job wakes. */
export interface JobHandlers {
  readonly decide: Decide;
  readonly cancel: Cancel;
  readonly renew: Renew;
  readonly execute: Executor["execute"];
  readonly settle: Executor["settle"];
  readonly ratify: Ratifying["ratify"];
  readonly escalateRatification: EscalateRatification;
  readonly warnOfEnd: WarnOfEnd;
  readonly endGrants: Revoker["end"];
  readonly revokeNow: RevokeNow;
  readonly soundAlarm: RequestShowing["soundAlarm"];
  readonly executeBulk: ExecuteBulk;
  readonly controlBulk: ControlBulk;
  readonly sendList: SendList;
  readonly readBulk: ReadBulk;
  readonly deliverDryRun: BulkReports["deliverDryRun"];
  readonly deliverOutcomes: BulkReports["deliverOutcomes"];
  readonly showCard: (requestId: number) => Promise<void>;
  readonly showProgress: (requestId: number) => Promise<void>;
  readonly announce: (requestId: number, topic: string) => Promise<void>;
  readonly askPeople: AskPeople;
  readonly expire: Expire;
  readonly remind: Reminders["remind"];
  readonly postDigest: Reminders["postDigest"];
  readonly tell: RequestDisplay["tell"];
  readonly prune: Pruning["prune"];
  readonly publishAudit: () => Promise<void>;
  readonly announceFreeze: AnnounceFreeze;
}

/**
 * Begins to work on the queue; what is due is looked for until this is disposed of, which comes before the queue is
 * stopped. If a handler throws, `failures` decides whether it is called again later.
 */
export function startJobWorkers(options: {
  jobs: Pick<JobBoss, "boss" | "onWake">;
  handlers: JobHandlers;
  failures: Pick<JobFailures, "failed" | "succeeded">;
  /** Called once a second, each time that due jobs were looked for. */
  onWatched: () => void;
  onWatchFailed: (error: Error) => void;
}): AsyncDisposable {
  const { jobs, handlers, failures, onWatched, onWatchFailed } = options;
  const { boss } = jobs;
  const precedence = createPrecedence({ clock: systemClock });
  const work = async (job: Job, isRetry: boolean) => {
    try {
      await precedence.run(job.kind, () => retryInOutage(() => run(job, handlers), { clock: steadyClock }));
    } catch (error) {
      // A job that ends without an error is over for the queue.
      if ((await failures.failed(job, error, isRetry)) === "over") return;
      throw error;
    }
    await failures.succeeded(job, isRetry);
  };
  const crews = new Map<Job["kind"], Crew>();
  for (const kind of KINDS) {
    crews.set(kind, createCrew({ boss, kind, most: JOB_KINDS[kind], work, clock: systemClock }));
  }
  const wake = async (kind: Job["kind"]) => {
    await precedence.turnOf(kind);
    crews.get(kind)?.wake();
  };
  jobs.onWake((left) => {
    const kinds = left.filter(({ startAfter }) => !startAfter).map(({ job }) => job.kind);
    // All of them first: what is told waits for a deed that was left with it.
    for (const kind of kinds) precedence.left(kind);
    for (const kind of new Set(kinds)) void wake(kind);
  });
  // What is due, the database says by its own time; a clock whose pauses take no time would ask without end.
  return watchDueJobs({
    boss,
    clock: systemClock,
    onDue: (kind) => void wake(kind),
    onWatched,
    onWatchFailed,
  });
}

function run(job: Job, handlers: JobHandlers): Promise<void> {
  switch (job.kind) {
    case "decide":
      return handlers.decide(job.click);
    case "cancel":
      return handlers.cancel(job.click);
    case "renew":
      return handlers.renew(job.click);
    case "execute":
    case "execute_emergency":
      return handlers.execute(job.requestId);
    case "execute_bulk":
      return handlers.executeBulk(job.requestId);
    case "control_bulk":
      return handlers.controlBulk(job.click, job.control);
    case "send_list":
      return handlers.sendList(job.click);
    case "read_bulk":
      return handlers.readBulk(job.draftId);
    case "deliver_dry_run":
      return handlers.deliverDryRun(job.draftId);
    case "deliver_outcomes":
      return handlers.deliverOutcomes(job.requestId, job.topic);
    case "settle":
      return handlers.settle(job.requestId);
    case "ratify":
      return handlers.ratify(job.click);
    case "ratification_due":
      return handlers.escalateRatification(job.requestId);
    case "warn_of_end":
      return handlers.warnOfEnd(job.requestId);
    case "end_grants":
      return handlers.endGrants(job.requestId);
    case "revoke_grants":
      return handlers.revokeNow(job.click);
    case "sound_alarm":
      return handlers.soundAlarm(job.requestId, job.topic);
    case "show_card":
      return handlers.showCard(job.requestId);
    case "show_progress":
      return handlers.showProgress(job.requestId);
    case "announce":
      return handlers.announce(job.requestId, job.topic);
    case "ask":
      return handlers.askPeople(job.requestId);
    case "expire":
      return handlers.expire(job.requestId);
    case "remind":
      return handlers.remind(job.requestId, job.step);
    case "post_digest":
      return handlers.postDigest(job.digestId);
    case "tell":
      return handlers.tell(job.slackUserId, job.place, job.words);
    case "prune":
      return handlers.prune();
    case "publish_audit":
      return handlers.publishAudit();
    case "announce_freeze":
      return handlers.announceFreeze(job.notice);
  }
}
