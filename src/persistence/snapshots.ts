import { type Kysely, sql } from "kysely";
import type { RenewedTarget } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import type { Tables } from "./schema.ts";

/**
 * Appends the snapshots that the targets of a request have now, unless they are appended already. `takenAt` is `null` if
 * it isn't known; of a request that was never renewed it is the time when the request was made.
 */
export async function appendSnapshots(
  db: Kysely<Tables>,
  requestId: number,
  { renewal, takenAt }: { renewal: number; takenAt: Date | null },
): Promise<void> {
  // The facts stay in the database: those of a thousand targets would be sent a second time.
  await sql`
    insert into snapshots (request_id, position, renewal, facts, snapshot, slack_user_ids, taken_at)
    select request_id, position, ${renewal}, facts, snapshot, slack_user_ids,
      coalesce(${takenAt}, case when ${renewal} = 0 then created_at end)
    from targets join change_requests on change_requests.id = request_id
    where request_id = ${requestId}
    on conflict do nothing
  `.execute(db);
}

/** Makes the snapshot of a renewal a target's current one, and appends it. */
export async function renewTarget(
  db: Kysely<Tables>,
  target: { readonly requestId: number; readonly position: number },
  { renewal, takenAt, facts, snapshot, slackUserIds }: RenewedTarget,
): Promise<void> {
  const { requestId, position } = target;
  // A version without this table may have stored the request: its snapshot is in the target alone.
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
