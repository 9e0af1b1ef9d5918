import { type Kysely, sql } from "kysely";
import { FOUND_GONE, type LaterChange } from "../change-requests/index.ts";
import type { Tables } from "./tables.ts";

/** The most changes that are read; older ones are left out. */
const MOST_READ = 200;

/** The bot's changes to a user, and the ends of temporary roles, since a request about the user was settled; oldest first. */
export async function readChangesSince(
  db: Kysely<Tables>,
  { userId, requestId, since }: { userId: string; requestId: number; since: Date },
): Promise<readonly LaterChange[]> {
  const changes = await db
    .selectFrom("targets")
    .innerJoin("change_requests", "change_requests.id", "targets.request_id")
    .select(["request_id as requestId", "change", "undoes", "settled_at as at"])
    .select(["targets.state", "facts", "outstanding_role_ids as outstandingRoleIds"])
    .where("user_id", "=", userId)
    .where("request_id", "!=", requestId)
    .where("targets.state", "in", ["verified", "already", "failed"])
    .where((where) =>
      where.or([
        where("settled_at", ">", since),
        where.and([where("settled_at", "=", since), where("request_id", ">", requestId)]),
      ]),
    )
    .orderBy("settled_at", "desc")
    .limit(MOST_READ)
    .execute();
  const ended = await db
    .selectFrom("grants")
    .select(["request_id as requestId", "role_id as id", "role_name as name", "ended_at as at"])
    .where("user_id", "=", userId)
    .where("ended_at", ">", since)
    .where((where) =>
      where.or([
        where("state", "=", "revoked"),
        where("explanation", "=", sql<string>`any(${[...FOUND_GONE]})`),
      ]),
    )
    .orderBy("ended_at", "desc")
    .limit(MOST_READ)
    .execute();
  const later: LaterChange[] = [
    ...changes.map(({ requestId, at, change, undoes, ...target }) => {
      return { kind: "change" as const, requestId, at: at ?? since, change, undoes, target };
    }),
    ...ended.map(({ requestId, at, ...role }) => {
      return { kind: "grant_ended" as const, requestId, at: at ?? since, role };
    }),
  ];
  return later.sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-MOST_READ);
}
