import { type Kysely, sql } from "kysely";
import type { RequestListQuery, RequestSubjects } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** The numbers of the requests that match, in the order of the query. */
async function listRequestIds(db: Kysely<Tables>, query: RequestListQuery): Promise<number[]> {
  const { states, requesterSlackId, userId, since, below, atLeast, order, limit } = query;
  let found = db.selectFrom("change_requests").select("id");
  if (states) found = found.where("state", "in", [...states]);
  if (requesterSlackId !== null) found = found.where("requester_slack_id", "=", requesterSlackId);
  if (since) found = found.where("created_at", ">=", since);
  if (below !== null) found = found.where("id", "<", below);
  if (atLeast !== null) found = found.where("id", ">=", atLeast);
  if (userId !== null)
    found = found.where("id", "in", (targets) =>
      targets.selectFrom("targets").select("request_id").where("user_id", "=", userId),
    );
  const direction = order === "newest_first" ? "desc" : "asc";
  const rows = await found.orderBy("id", direction).limit(limit).execute();
  return rows.map(({ id }) => id);
}

/** The subjects of these requests, in the same order. The facts of a subject are not read, because they are long. */
export async function listRequestSubjects(
  db: Kysely<Tables>,
  query: RequestListQuery,
): Promise<RequestSubjects[]> {
  const ids = await listRequestIds(db, query);
  const rows = await db
    .selectFrom("targets")
    .select(["request_id", "user_id as userId", "username", "slack_user_ids as slackUserIds"])
    .where("request_id", "=", sql<number>`any(${ids})`)
    .orderBy("request_id")
    .orderBy("position")
    .execute();
  const targets = Map.groupBy(rows, ({ request_id }) => request_id);
  return ids.map((id) => ({
    id,
    targets: (targets.get(id) ?? []).map(({ request_id: _, ...subject }) => subject),
  }));
}
