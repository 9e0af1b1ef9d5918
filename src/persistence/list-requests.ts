import type { Kysely } from "kysely";
import type { RequestListQuery } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** The numbers of the requests that match, the greatest first. */
export async function listRequestIds(db: Kysely<Tables>, query: RequestListQuery): Promise<number[]> {
  const { states, requesterSlackId, userId, since, below, limit } = query;
  let found = db.selectFrom("change_requests").select("id");
  if (states) found = found.where("state", "in", [...states]);
  if (requesterSlackId !== null) found = found.where("requester_slack_id", "=", requesterSlackId);
  if (since) found = found.where("created_at", ">=", since);
  if (below !== null) found = found.where("id", "<", below);
  if (userId !== null)
    found = found.where("id", "in", (targets) =>
      targets.selectFrom("targets").select("request_id").where("user_id", "=", userId),
    );
  const rows = await found.orderBy("id", "desc").limit(limit).execute();
  return rows.map(({ id }) => id);
}
