import { type Kysely, sql } from "kysely";
import type { RenewedTarget } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import type { Tables } from "./tables.ts";

/**
 * Appends the current snapshots of a request's targets, unless they are stored already. If `takenAt` is `null`, a
 * snapshot without a renewal gets the time of the request, and others get no time.
 */
export async function appendSnapshots(
  db: Kysely<Tables>,
  requestId: number,
  { renewal, takenAt }: { renewal: number; takenAt: Date | null },
): Promise<void> {
  // Copies within the database, so that the facts of a thousand targets are not sent again.
  await sql`
    insert into snapshots (request_id, position, renewal, facts, snapshot, slack_user_ids, taken_at)
    select request_id, position, ${renewal}, facts, snapshot, slack_user_ids,
      coalesce(${takenAt}, case when ${renewal} = 0 then created_at end)
    from targets join change_requests on change_requests.id = request_id
    where request_id = ${requestId}
    on conflict do nothing
  `.execute(db);
}

/** Makes the snapshot of a renewal the target's current snapshot, and appends it. */
export async function renewTarget(
  db: Kysely<Tables>,
  target: { readonly requestId: number; readonly position: number },
  { renewal, takenAt, facts, snapshot, slackUserIds }: RenewedTarget,
): Promise<void> {
  const { requestId, position } = target;
  // A version without this table may have stored the request. Then only the target has its first snapshot.
  await appendSnapshots(db, requestId, { renewal: renewal - 1, takenAt: null });
  await db
    .updateTable("targets")
    .set({
      facts: storableJson(facts),
      snapshot: storableJson(snapshot),
      slack_user_ids: [...slackUserIds],
    })
    .where("request_id", "=", requestId)
    .where("position", "=", position)
    .execute();
  await appendSnapshots(db, requestId, { renewal, takenAt });
}
