import { type Kysely, sql } from "kysely";
import type { SubjectIdentity } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** Creates the function that reads the identities of the subjects of requests, by request id. */
export function createReadSubjectIdentities(db: Kysely<Tables>) {
  return async function readSubjectIdentities(
    requestIds: readonly number[],
  ): Promise<ReadonlyMap<number, readonly SubjectIdentity[]>> {
    const rows = await db
      .selectFrom("targets")
      .select(["request_id", "user_id", "username", "slack_user_ids"])
      .where("request_id", "=", sql<number>`any(${[...requestIds]})`)
      .execute();
    const byRequest = new Map<number, SubjectIdentity[]>();
    for (const { request_id, user_id, username, slack_user_ids } of rows) {
      const subjects = byRequest.get(request_id) ?? [];
      subjects.push({ userId: user_id, username, slackUserIds: slack_user_ids });
      byRequest.set(request_id, subjects);
    }
    return byRequest;
  };
}
