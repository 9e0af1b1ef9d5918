import { randomUUID } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";
import type { Place } from "../change-request.ts";
import { createOpenPlace, type OpenPlaceOptions } from "../open-place.ts";
import type { Transaction } from "../ports.ts";
import { createRecordForgery } from "../record-forgery.ts";
import { DraftGoneError, DraftOfAnotherError } from "../request-errors.ts";
import type { BulkDraft, GivenInput } from "./bulk-draft.ts";
import type { BulkKind } from "./bulk-input.ts";

/** How long a bulk may stay open: a thousand subjects take a while to read. */
const BULK_LIFETIME_MS = 2 * 3_600_000;

/** What is wrong with the first form of a bulk; both fields are empty, or both filled in. */
export class BulkInputError extends AppError<"bulk_input"> {
  constructor() {
    super("bulk_input", "Give a file or paste lines: one of the two.");
  }
}

/** The steps before a bulk is read. */
export interface BulkOpening {
  /** Begins a bulk, if this person may ask for anything here. @throws {ForbiddenError | ChannelNotAllowedError} */
  start(opening: { slackUserId: string; place: Place; kind: BulkKind }): Promise<BulkDraft>;
  /**
   * Keeps what was pasted or handed in, and leaves the job that reads it.
   * @throws {BulkInputError | DraftGoneError | DraftOfAnotherError}
   */
  give(draftId: string, slackUserId: string, input: GivenInput): Promise<BulkDraft>;
}

export function createBulkOpening(options: OpenPlaceOptions): BulkOpening {
  const { uow, clock } = options;
  const openPlace = createOpenPlace(options);
  const recordForgery = createRecordForgery(options);
  return {
    async start({ slackUserId, place, kind }) {
      const draft: BulkDraft = {
        id: randomUUID(),
        opener: await openPlace(slackUserId, place, `bulk ${kind}`),
        place,
        kind,
        input: null,
        reading: null,
        requestId: null,
        expiresAt: new Date(clock.now().getTime() + BULK_LIFETIME_MS),
      };
      await uow.run((tx) => tx.bulkDrafts.insert(draft));
      return draft;
    },

    async give(draftId, slackUserId, input) {
      if ((input.text?.trim() ?? "") === "" ? input.fileId === null : input.fileId !== null)
        throw new BulkInputError();
      return forgeryAudited(slackUserId, async (tx) => {
        const draft = await tx.bulkDrafts.lock(draftId);
        if (!draft || draft.expiresAt <= clock.now()) throw new DraftGoneError();
        if (draft.opener.slackUserId !== slackUserId) throw new DraftOfAnotherError();
        // Sent twice, it is read once.
        if (draft.input) return draft;
        await tx.bulkDrafts.update(draftId, { input });
        await tx.jobs.enqueue({ kind: "read_bulk", draftId });
        return { ...draft, input };
      });
    },
  };

  async function forgeryAudited<T>(slackUserId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await uow.run(work);
    } catch (error) {
      if (error instanceof DraftGoneError) await recordForgery(slackUserId, "request", "draft_gone");
      if (error instanceof DraftOfAnotherError) await recordForgery(slackUserId, "request");
      throw error;
    }
  }
}
