import { type Kysely, sql } from "kysely";
import type { UpkeepRepository } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

export function createUpkeepRepository(db: Kysely<Tables>): UpkeepRepository {
  const lockRow = () => db.selectFrom("upkeep").selectAll().forUpdate().executeTakeFirstOrThrow();
  return {
    async lockNextPruning() {
      return (await lockRow()).next_prune_at;
    },

    async planPruning(at) {
      await db.updateTable("upkeep").set({ next_prune_at: at }).execute();
    },

    async noteStart(readOnly) {
      const { last_start_read_only: before } = await lockRow();
      await db.updateTable("upkeep").set({ last_start_read_only: readOnly }).execute();
      return before;
    },

    async lastStartReadOnly() {
      const row = await db.selectFrom("upkeep").select("last_start_read_only").executeTakeFirstOrThrow();
      return row.last_start_read_only;
    },

    async prune({ draftsExpiredBefore, clicksBefore, postsBefore }) {
      for (const drafts of ["drafts", "bulk_drafts"] as const)
        await db.deleteFrom(drafts).where("expires_at", "<", draftsExpiredBefore).execute();
      await db.deleteFrom("handled_clicks").where("handled_at", "<", clicksBefore).execute();
      await db.deleteFrom("job_failures").where("last_at", "<", postsBefore).execute();
      // A single job sent each of these, and that job is no longer retried.
      await sql`
        delete from slack_posts
        where begun_at < ${postsBefore} and split_part(key, ':', 1) in ('dry-run', 'list', 'digest', 'export')
      `.execute(db);
      // Cards are kept, because the bot may update them. All posts of a request without a certain end are kept too.
      await sql`
        delete from slack_posts
        where begun_at < ${postsBefore} and ts is not null
          and split_part(key, ':', 1) in ('announce', 'outcome', 'asked', 'outcomes', 'alarm')
          and exists (
            select from change_requests as request
            where request.id::text = split_part(slack_posts.key, ':', 2)
              and request.state in ('done', 'denied', 'cancelled', 'expired')
              and greatest(request.expires_at, request.execute_by) < ${postsBefore}
              and not exists (
                select from targets
                where targets.request_id = request.id
                  and (targets.state in ('executing', 'unknown') or targets.settled_at >= ${postsBefore})
              )
          )
      `.execute(db);
    },
  };
}
