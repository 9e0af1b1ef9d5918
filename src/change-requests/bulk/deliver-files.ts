import type { PeopleDirectory } from "../../authorization/index.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { mayBeSubject } from "../confidentiality/subject-slack-ids.ts";
import type { FileDelivery, FileForPerson } from "../model/bulk-draft.ts";
import { nameOf, type Place, type Target } from "../model/change-request.ts";
import type { Notice } from "../ports/job.ts";
import type { UnitOfWork } from "../ports/storage.ts";

/** Sends files about a bulk to its requester, unless they may no longer look users up, or may be a subject. */
export interface BulkReports {
  deliverDryRun(draftId: string): Promise<void>;
  /** Sends the outcome of every subject, once per `topic`: an unknown outcome may become known later. */
  deliverOutcomes(requestId: number, topic: string): Promise<void>;
}

export function createBulkReports(options: {
  uow: UnitOfWork;
  directory: PeopleDirectory;
  delivery: FileDelivery;
}): BulkReports {
  const { uow, directory, delivery } = options;
  return {
    async deliverDryRun(draftId) {
      const draft = await uow.run((tx) => tx.bulkDrafts.lock(draftId));
      if (!draft?.reading) return;
      const { reading, opener, place } = draft;
      const subjects = reading.subjects.map(({ facts: { username }, slackUserIds }) => ({
        username,
        slackUserIds,
      }));
      const file = { name: "dry-run.csv", holds: { kind: "preview", reading } } as const;
      const to = { slackUserId: opener.slackUserId, place, subjects };
      await deliver(`dry-run:${draftId}`, file, to, { kind: "file_not_sent", file: "preview" });
    },

    async deliverOutcomes(requestId, topic) {
      const request = await uow.read(({ requests }) => requests.get(requestId));
      if (!request) return;
      const { requester, place, targets } = request;
      const holds = { kind: "outcomes", request } as const;
      const file = { name: `${nameOf(requestId)}-outcomes.csv`, holds };
      const to = { slackUserId: requester.slackUserId, place, subjects: targets };
      const notSent = { kind: "file_not_sent", file: "results", requestId } as const;
      await deliver(`outcomes:${requestId}:${topic}`, file, to, notSent);
    },
  };

  async function deliver(
    key: string,
    file: FileForPerson,
    { slackUserId, place, subjects }: Recipient,
    notSent: Notice,
  ): Promise<void> {
    if (!(await mayHearOfSubjects(directory, slackUserId))) return;
    if (await mayBeSubject(slackUserId, subjects, directory)) return;
    if ((await delivery.deliver(key, slackUserId, file)) === "delivered") return;
    await uow.run((tx) => tx.jobs.enqueue({ kind: "tell", slackUserId, place, notice: notSent }));
  }
}

interface Recipient {
  readonly slackUserId: string;
  readonly place: Place;
  readonly subjects: readonly Pick<Target, "username" | "slackUserIds">[];
}
