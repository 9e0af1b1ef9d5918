import type { Kysely } from "kysely";
import type { BulkDraftRepository } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import { operatorRef } from "./change-request-rows.ts";
import { isUuid } from "./draft-repository.ts";
import type { Tables } from "./schema.ts";

/** Drafts of bulk requests, within one transaction. */
export function createBulkDraftRepository(db: Kysely<Tables>): BulkDraftRepository {
  return {
    async insert(draft) {
      await db
        .insertInto("bulk_drafts")
        .values({
          id: draft.id,
          opener_slack_id: draft.opener.slackUserId,
          opener_email: draft.opener.email,
          opener_user_id: draft.opener.userId ?? null,
          channel_id: draft.place.channelId,
          thread_ts: draft.place.threadTs,
          kind: draft.kind,
          input: draft.input && storableJson(draft.input),
          reading: draft.reading && storableJson(draft.reading),
          request_id: draft.requestId,
          expires_at: draft.expiresAt,
        })
        .execute();
    },

    async lock(id) {
      // The id comes from a form's hidden field, and PostgreSQL refuses a text that is no UUID.
      if (!isUuid(id)) return null;
      const row = await db
        .selectFrom("bulk_drafts")
        .selectAll()
        .where("id", "=", id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) return null;
      return {
        id: row.id,
        opener: operatorRef(row.opener_slack_id, row.opener_email, row.opener_user_id),
        place: { channelId: row.channel_id, threadTs: row.thread_ts },
        kind: row.kind,
        input: row.input,
        reading: row.reading,
        requestId: row.request_id,
        expiresAt: row.expires_at,
      };
    },

    async update(id, { input, reading, requestId, openerUserId }) {
      await db
        .updateTable("bulk_drafts")
        .set({
          input: input && storableJson(input),
          reading: reading && storableJson(reading),
          opener_user_id: openerUserId,
          request_id: requestId,
        })
        .where("id", "=", id)
        .execute();
    },
  };
}
