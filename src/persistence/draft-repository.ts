import type { Kysely, Selectable } from "kysely";
import type { BulkDraft, BulkDraftRepository, Draft, DraftRepository } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import { operatorRef } from "./change-request-rows.ts";
import type { DraftColumns, Tables } from "./tables.ts";

/** Stores drafts. Call it in a transaction: outside one, a row lock is released as soon as its statement ends. */
export function createDraftRepository(db: Kysely<Tables>): DraftRepository {
  return {
    async insert(draft) {
      await db
        .insertInto("drafts")
        .values({
          ...commonColumns(draft),
          who: draft.who,
          kind: draft.kind,
          emergency: draft.emergency,
          facts: draft.facts && storableJson(draft.facts),
          slack_user_ids: [...draft.slackUserIds],
          role_options: storableJson(draft.roleOptions),
          org_options: storableJson(draft.orgOptions),
          undo: draft.undo && storableJson(draft.undo),
        })
        .execute();
    },

    async lock(id) {
      if (!isUuid(id)) return null;
      const query = db.selectFrom("drafts").selectAll().where("id", "=", id).forUpdate();
      const row = await query.executeTakeFirst();
      if (!row) return null;
      return {
        ...toCommon(row),
        who: row.who,
        kind: row.kind,
        emergency: row.emergency,
        facts: row.facts,
        slackUserIds: row.slack_user_ids,
        roleOptions: row.role_options,
        orgOptions: row.org_options,
        undo: row.undo,
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

export function createBulkDraftRepository(db: Kysely<Tables>): BulkDraftRepository {
  return {
    async insert(draft) {
      const { kind, input, reading } = draft;
      await db
        .insertInto("bulk_drafts")
        .values({
          ...commonColumns(draft),
          kind,
          input: input && storableJson(input),
          reading: reading && storableJson(reading),
        })
        .execute();
    },

    async lock(id) {
      if (!isUuid(id)) return null;
      const query = db.selectFrom("bulk_drafts").selectAll().where("id", "=", id).forUpdate();
      const row = await query.executeTakeFirst();
      return row ? { ...toCommon(row), kind: row.kind, input: row.input, reading: row.reading } : null;
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

/** Whether a text is a UUID. PostgreSQL refuses any other text, and a draft's id comes from a form's hidden field. */
function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The part that both kinds of draft have. */
type Common = Pick<Draft & BulkDraft, "id" | "opener" | "place" | "requestId" | "expiresAt">;

function commonColumns({ id, opener, place, requestId, expiresAt }: Common) {
  return {
    id,
    opener_slack_id: opener.slackUserId,
    opener_email: opener.email,
    opener_user_id: opener.userId ?? null,
    channel_id: place.channelId,
    thread_ts: place.threadTs,
    request_id: requestId,
    expires_at: expiresAt,
  };
}

function toCommon(row: Selectable<DraftColumns>): Common {
  return {
    id: row.id,
    opener: operatorRef(row.opener_slack_id, row.opener_email, row.opener_user_id),
    place: { channelId: row.channel_id, threadTs: row.thread_ts },
    requestId: row.request_id,
    expiresAt: row.expires_at,
  };
}
