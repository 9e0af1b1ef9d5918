import type { PeopleDirectory } from "../../authorization/index.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { excludedSlackIds, isExcluded } from "../confidentiality/subject-slack-ids.ts";
import type { FileDelivery } from "../model/bulk-draft.ts";
import { nameOf, type Place, type Target } from "../model/change-request.ts";
import type { Notice } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/**
 * Brings what was found, and what came of it, to whoever asked; nothing to whoever may look nobody up any more,
 * nor to whoever is one of the subjects.
 */
export interface BulkReports {
  /** What a dry run found, subject by subject. */
  deliverDryRun(draftId: string): Promise<void>;
  /** The outcome of every subject; `topic` tells the outcome, which may become known later. */
  deliverOutcomes(requestId: number, topic: string): Promise<void>;
}

export function createBulkReports({
  uow,
  directory,
  delivery,
}: {
  uow: UnitOfWork;
  directory: PeopleDirectory;
  delivery: FileDelivery;
}): BulkReports {
  return {
    async deliverDryRun(draftId) {
      const draft = await uow.run((tx) => tx.bulkDrafts.lock(draftId));
      if (!draft?.reading) return;
      const { slackUserId } = draft.opener;
      const subjects = draft.reading.subjects.map(({ facts: { username }, slackUserIds }) => ({
        username,
        slackUserIds,
      }));
      if (!(await mayHearOf(subjects, slackUserId))) return;
      const outcome = await delivery.deliver(`dry-run:${draftId}`, slackUserId, {
        name: "dry-run.csv",
        holds: { kind: "preview", reading: draft.reading },
      });
      if (outcome === "unreachable")
        await tellNotSent(slackUserId, draft.place, { kind: "file_not_sent", file: "preview" });
    },

    async deliverOutcomes(requestId, topic) {
      const request = await uow.read(({ requests }) => requests.get(requestId));
      if (!request) return;
      const { slackUserId } = request.requester;
      if (!(await mayHearOf(request.targets, slackUserId))) return;
      const outcome = await delivery.deliver(`outcomes:${requestId}:${topic}`, slackUserId, {
        name: `${nameOf(requestId)}-outcomes.csv`,
        holds: { kind: "outcomes", request },
      });
      if (outcome === "unreachable")
        await tellNotSent(slackUserId, request.place, { kind: "file_not_sent", file: "results", requestId });
    },
  };

  async function tellNotSent(slackUserId: string, place: Place, notice: Notice): Promise<void> {
    await uow.run((tx) => tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice }));
  }

  /** Whether a person may look users up still, and is none of these subjects now. */
  async function mayHearOf(
    subjects: readonly Pick<Target, "username" | "slackUserIds">[],
    slackUserId: string,
  ): Promise<boolean> {
    if (!(await mayHearOfSubjects(directory, slackUserId))) return false;
    for (const subject of subjects) {
      if (isExcluded(slackUserId, await excludedSlackIds([subject], directory))) return false;
    }
    return true;
  }
}
