import type {
  AnnounceFreeze,
  AskPeople,
  JobHandlers,
  Pruning,
  Reminders,
  RequestDisplay,
  RequestShowing,
} from "../change-requests/index.ts";
import type { Domain } from "./create-domain.ts";

/** The parts of the service that do jobs. */
export interface JobParts {
  readonly domain: Domain;
  readonly showing: RequestShowing;
  readonly askPeople: AskPeople;
  readonly reminders: Reminders;
  readonly pruning: Pruning;
  readonly announceFreeze: AnnounceFreeze;
  readonly publishAudit: () => Promise<void>;
  readonly tell: RequestDisplay["tell"];
}

/** Names the function that does each kind of job. A new kind is one entry here, and one of `JOBS`. */
export function createJobHandlers(parts: JobParts): JobHandlers {
  const { domain, showing, reminders, pruning } = parts;
  return {
    decide: ({ click }) => domain.decide(click),
    cancel: ({ click }) => domain.cancel(click),
    renew: ({ click }) => domain.renew(click),
    execute: ({ requestId }) => domain.executor.execute(requestId),
    execute_emergency: ({ requestId }) => domain.executor.execute(requestId),
    execute_bulk: ({ requestId }) => domain.executeBulk(requestId),
    control_bulk: ({ click, control }) => domain.controlBulk(click, control),
    send_list: ({ click }) => domain.sendList(click),
    read_bulk: ({ draftId }) => domain.readBulk(draftId),
    deliver_dry_run: ({ draftId }) => domain.bulkReports.deliverDryRun(draftId),
    deliver_outcomes: ({ requestId, topic }) => domain.bulkReports.deliverOutcomes(requestId, topic),
    settle: ({ requestId }) => domain.executor.settle(requestId),
    ratify: ({ click }) => domain.ratifying.ratify(click),
    ratification_due: ({ requestId }) => domain.escalateRatification(requestId),
    warn_of_end: ({ requestId }) => domain.warnOfEnd(requestId),
    end_grants: ({ requestId }) => domain.revoker.end(requestId),
    revoke_grants: ({ click }) => domain.revokeNow(click),
    sound_alarm: ({ requestId, topic }) => showing.soundAlarm(requestId, topic),
    show_card: ({ requestId }) => showing.showCard(requestId),
    show_progress: ({ requestId }) => showing.showProgress(requestId),
    announce: ({ requestId, topic }) => showing.announce(requestId, topic),
    ask: ({ requestId }) => parts.askPeople(requestId),
    expire: ({ requestId }) => domain.expire(requestId),
    remind: ({ requestId, step }) => reminders.remind(requestId, step),
    post_digest: ({ digestId }) => reminders.postDigest(digestId),
    tell: ({ slackUserId, place, words }) => parts.tell(slackUserId, place, words),
    prune: () => pruning.prune(),
    publish_audit: () => parts.publishAudit(),
    announce_freeze: ({ notice }) => parts.announceFreeze(notice),
  };
}
