import { randomUUID } from "node:crypto";
import { createOpenPlace, type OpenPlaceOptions } from "../drafting/start-draft.ts";
import { createRecordForgery } from "../lifecycle/record-attempts.ts";
import type { BulkDraft, GivenInput } from "../model/bulk-draft.ts";
import type { Place } from "../model/change-request.ts";
import type { BulkKind } from "../model/parsed-list.ts";
import { BulkInputError, DraftGoneError, DraftOfAnotherError } from "../model/request-errors.ts";
import { textFault } from "../model/text-faults.ts";
import type { Transaction } from "../ports/storage.ts";

/** How long a bulk's form may stay open: reading 1,000 subjects takes a while. */
const BULK_LIFETIME_MS = 2 * 3_600_000;

/** The longest texts of the form's fields, in UTF-16 units. `roles` is also the field of the organization. */
export const LONGEST_BULK_TEXTS = { text: 3_000, roles: 1_000 } as const;

export interface BulkOpening {
  /** Begins a bulk. @throws {ForbiddenError | ChannelNotAllowedError} if this person may not request changes here */
  start(opening: { slackUserId: string; place: Place; kind: BulkKind }): Promise<BulkDraft>;
  /**
   * Stores the input, and enqueues the job that reads it.
   * @throws {BulkInputError | DraftGoneError | DraftOfAnotherError} if the input or the form can't be used
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
        throw new BulkInputError("text", { kind: "one_of_two" });
      // Only the length is checked: the dry run reports each line that can't be stored.
      const { length } = input.text ?? "";
      if (length > LONGEST_BULK_TEXTS.text)
        throw new BulkInputError("text", { kind: "too_long", most: LONGEST_BULK_TEXTS.text, length });
      const fault = textFault(input.roles.join("\n"), LONGEST_BULK_TEXTS.roles);
      if (fault !== null) throw new BulkInputError("roles", fault);
      return forgeryAudited(slackUserId, async (tx) => {
        const draft = await tx.bulkDrafts.lock(draftId);
        if (!draft || draft.expiresAt <= clock.now()) throw new DraftGoneError();
        if (draft.opener.slackUserId !== slackUserId) throw new DraftOfAnotherError();
        // A repeated input is read once.
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
