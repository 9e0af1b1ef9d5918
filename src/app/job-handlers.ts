import type { JobHandlers, RequestDisplay } from "../change-requests/index.ts";
import type { Domain } from "./create-domain.ts";

export interface JobParts {
  readonly domain: Domain;
  readonly publishAudit: () => Promise<void>;
  readonly sendEphemeral: RequestDisplay["sendEphemeral"];
}

/** The handler of each kind of job. A new kind needs one entry here, and one in `JOBS`. */
export function createJobHandlers({ domain, publishAudit, sendEphemeral }: JobParts): JobHandlers {
  return {
    decide: ({ click }) => domain.decide(click),
    cancel: ({ click }) => domain.cancel(click),
    renew: ({ click }) => domain.renew(click),
    execute: ({ requestId }) => domain.executor.execute(requestId),
    execute_emergency: ({ requestId }) => domain.executor.execute(requestId),
    execute_bulk: ({ requestId }) => domain.executeBulk(requestId),
    control_bulk: ({ click, control }) => domain.controlBulk(click, control),
    send_list: ({ click }) => domain.sendList(click),
    read_bulk: ({ draftId }) => domain.performDryRun(draftId),
    deliver_dry_run: ({ draftId }) => domain.bulkReports.deliverDryRun(draftId),
    deliver_outcomes: ({ requestId, topic }) => domain.bulkReports.deliverOutcomes(requestId, topic),
    settle: ({ requestId }) => domain.executor.settle(requestId),
    ratify: ({ click }) => domain.ratifying.ratify(click),
    ratification_due: ({ requestId }) => domain.escalateRatification(requestId),
    warn_of_end: ({ requestId }) => domain.warnOfEnd(requestId),
    end_grants: ({ requestId }) => domain.revoker.end(requestId),
    revoke_grants: ({ click }) => domain.revokeNow(click),
    sound_alarm: ({ requestId, topic }) => domain.showing.postAlert(requestId, topic),
    show_card: ({ requestId }) => domain.showing.showCard(requestId),
    show_progress: ({ requestId }) => domain.showing.showProgress(requestId),
    announce: ({ requestId, topic }) => domain.showing.postThreadUpdate(requestId, topic),
    ask: ({ requestId }) => domain.invitePeople(requestId),
    expire: ({ requestId }) => domain.expire(requestId),
    remind: ({ requestId, step }) => domain.reminders.remind(requestId, step),
    post_digest: ({ digestId }) => domain.reminders.postDigest(digestId),
    tell: ({ slackUserId, place, ...said }) =>
      sendEphemeral(slackUserId, place, "notice" in said ? said.notice : said.words),
    prune: () => domain.pruning.prune(),
    publish_audit: () => publishAudit(),
    export_users: (job) => domain.userExports.exportUsers(job),
    delete_export: (job) => domain.userExports.deleteExport(job),
    announce_freeze: ({ notice }) => domain.postFreezeNotice(notice),
  };
}
