import type { Kysely } from "kysely";
import type { DraftRepository } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import { operatorRef } from "./change-request-rows.ts";
import type { Tables } from "./schema.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text can be the id of a draft. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Drafts, within one transaction; outside of one a lock lasts as long as its statement. */
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
      // It comes out of a form's hidden field, so it may be anything.
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
          ...(patch.who === undefined ? {} : { who: patch.who }),
          ...(patch.kind === undefined ? {} : { kind: patch.kind }),
          ...(patch.emergency === undefined ? {} : { emergency: patch.emergency }),
          ...(patch.openerUserId === undefined ? {} : { opener_user_id: patch.openerUserId }),
          ...(patch.facts === undefined ? {} : { facts: storableJson(patch.facts) }),
          ...(patch.slackUserIds === undefined ? {} : { slack_user_ids: [...patch.slackUserIds] }),
          ...(patch.roleOptions === undefined ? {} : { role_options: storableJson(patch.roleOptions) }),
          ...(patch.orgOptions === undefined ? {} : { org_options: storableJson(patch.orgOptions) }),
          ...(patch.undo === undefined ? {} : { undo: patch.undo && storableJson(patch.undo) }),
          ...(patch.requestId === undefined ? {} : { request_id: patch.requestId }),
          ...(patch.expiresAt === undefined ? {} : { expires_at: patch.expiresAt }),
        })
        .where("id", "=", id)
        .execute();
    },
  };
}
