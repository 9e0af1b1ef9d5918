import type { Kysely } from "kysely";
import type { DraftRepository } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import { operatorRef } from "./change-request-rows.ts";
import type { Tables } from "./schema.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Drafts, within one transaction. Outside a transaction, a lock ends with its statement. */
export function createDraftRepository(db: Kysely<Tables>): DraftRepository {
  return {
    async insert(draft) {
      await db
        .insertInto("drafts")
        .values({
          id: draft.id,
          opener_slack_id: draft.opener.slackUserId,
          opener_email: draft.opener.email,
          opener_user_id: draft.opener.userId ?? null,
          channel_id: draft.place.channelId,
          thread_ts: draft.place.threadTs,
          who: draft.who,
          kind: draft.kind,
          emergency: draft.emergency,
          facts: draft.facts && storableJson(draft.facts),
          slack_user_ids: [...draft.slackUserIds],
          role_options: storableJson(draft.roleOptions),
          org_options: storableJson(draft.orgOptions),
          undo: draft.undo && storableJson(draft.undo),
          request_id: draft.requestId,
          expires_at: draft.expiresAt,
        })
        .execute();
    },

    async lock(id) {
      // The id comes from a form's hidden field, and PostgreSQL refuses a text that is no UUID.
      if (!isUuid(id)) return null;
      const row = await db
        .selectFrom("drafts")
        .selectAll()
        .where("id", "=", id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) return null;
      return {
        id: row.id,
        opener: operatorRef(row.opener_slack_id, row.opener_email, row.opener_user_id),
        place: { channelId: row.channel_id, threadTs: row.thread_ts },
        who: row.who,
        kind: row.kind,
        emergency: row.emergency,
        facts: row.facts,
        slackUserIds: row.slack_user_ids,
        roleOptions: row.role_options,
        orgOptions: row.org_options,
        undo: row.undo,
        requestId: row.request_id,
        expiresAt: row.expires_at,
      };
    },

    async update(id, patch) {
      await db
        .updateTable("drafts")
        .set({
          who: patch.who,
          kind: patch.kind,
          emergency: patch.emergency,
          opener_user_id: patch.openerUserId,
          facts: patch.facts && storableJson(patch.facts),
          slack_user_ids: patch.slackUserIds && [...patch.slackUserIds],
          role_options: patch.roleOptions && storableJson(patch.roleOptions),
          org_options: patch.orgOptions && storableJson(patch.orgOptions),
          undo: patch.undo && storableJson(patch.undo),
          request_id: patch.requestId,
          expires_at: patch.expiresAt,
        })
        .where("id", "=", id)
        .execute();
    },
  };
}
