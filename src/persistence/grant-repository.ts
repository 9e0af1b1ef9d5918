import { type Kysely, type Selectable, sql } from "kysely";
import type { Grant, GrantRepository } from "../change-requests/index.ts";
import { ifToCome } from "./change-request-rows.ts";
import type { Tables } from "./tables.ts";

/** With a user id, the key of the lock for claiming writes to one subject. */
const CLAIMS_LOCK = 4_208;

/** Literals, because PostgreSQL uses a partial index only for literals. */
const OPEN_STATES = sql<"active">`('active', 'revoking')`;

const GRANT_COLUMNS = [
  ...(["grants.request_id as requestId", "grants.user_id as userId", "targets.username"] as const),
  ...(["targets.slack_user_ids as slackUserIds", "grants.state", "granted_at as grantedAt"] as const),
  ...(["ends_at as endsAt", "warned_at as warnedAt", "failed_attempts as failedAttempts"] as const),
  ...(["refused_attempts as refusedAttempts", "failing_since as failingSince"] as const),
  ...(["waiting_for as waitingFor", "grants.explanation", "ended_at as endedAt"] as const),
  ...(["role_id", "role_name", "ended_by_slack_id", "ended_by_email"] as const),
  ...(["grants.intent_at", "grants.intent_deadline_at"] as const),
];

export function createGrantRepository(db: Kysely<Tables>): GrantRepository {
  const query = () =>
    db
      .selectFrom("grants")
      .innerJoin("targets", (join) =>
        join
          .onRef("targets.request_id", "=", "grants.request_id")
          .onRef("targets.user_id", "=", "grants.user_id"),
      )
      .select(GRANT_COLUMNS)
      .select(ifToCome("grants.wake_at").as("wakeAt"));
  const openOnes = () => query().where("grants.state", "in", OPEN_STATES);

  return {
    async insert(grants) {
      const rows = grants.map(({ requestId, userId, role, grantedAt, endsAt }) => ({
        request_id: requestId,
        user_id: userId,
        role_id: role.id,
        role_name: role.name,
        state: "active" as const,
        granted_at: grantedAt,
        ends_at: endsAt,
      }));
      await db.insertInto("grants").values(rows).execute();
    },

    async ofRequest(requestId) {
      const rows = await query().where("grants.request_id", "=", requestId).orderBy("role_name").execute();
      return rows.map(toGrant);
    },

    async lockOpen(userId) {
      const rows = await openOnes()
        .where("grants.user_id", "=", userId)
        .orderBy("grants.request_id")
        .orderBy("role_id")
        .forUpdate("grants")
        .execute();
      return rows.map(toGrant);
    },

    async update({ requestId, role }, patch) {
      const { endedBy, intent } = patch;
      await db
        .updateTable("grants")
        .set({
          state: patch.state,
          warned_at: patch.warnedAt,
          ...(endedBy === undefined
            ? {}
            : { ended_by_slack_id: endedBy?.slackUserId ?? null, ended_by_email: endedBy?.email ?? null }),
          ...(intent === undefined
            ? {}
            : { intent_at: intent?.at ?? null, intent_deadline_at: intent?.deadlineAt ?? null }),
          failed_attempts: patch.failedAttempts,
          refused_attempts: patch.refusedAttempts,
          failing_since: patch.failingSince,
          waiting_for: patch.waitingFor,
          wake_at: patch.wakeAt,
          explanation: patch.explanation,
          ended_at: patch.endedAt,
        })
        .where("request_id", "=", requestId)
        .where("role_id", "=", role.id)
        .execute();
    },

    async due(at) {
      const rows = await db
        .selectFrom("grants")
        .select("request_id")
        .distinct()
        .where("state", "in", OPEN_STATES)
        .where((where) => where.or([where("state", "=", "revoking"), where("ends_at", "<=", at)]))
        .orderBy("request_id")
        .execute();
      return rows.map(({ request_id }) => request_id);
    },

    async open({ userId, limit, skip = 0 }) {
      const rows = await openOnes()
        .$if(userId !== null, (some) => some.where("grants.user_id", "=", userId ?? ""))
        .orderBy("ends_at")
        .orderBy("grants.request_id")
        .orderBy("role_name")
        .limit(limit)
        .offset(skip)
        .execute();
      return rows.map(toGrant);
    },

    async holders(roles, userIds) {
      const rows = await db
        .selectFrom("grants")
        .select("user_id")
        .distinct()
        .where("state", "in", OPEN_STATES)
        // Arrays, because a list would need one parameter for each id.
        .where("user_id", "=", sql<string>`any(${[...userIds]})`)
        .where("role_id", "=", sql<string>`any(${roles.map(({ id }) => id)})`)
        .execute();
      return new Set(rows.map(({ user_id }) => user_id));
    },

    async temporaryBetween(userId, from, to) {
      return db
        .selectFrom("grants")
        .select(["role_id as id", "role_name as name"])
        .distinct()
        .where("user_id", "=", userId)
        .where("granted_at", "<=", to)
        .where((where) => where.or([where("ended_at", "is", null), where("ended_at", ">=", from)]))
        .execute();
    },

    async lockClaims(userId, now) {
      const claim = sql<{ busy: boolean }>`select take_claim_turn(${CLAIMS_LOCK}, ${userId}, ${now}) as busy`;
      const { rows } = await claim.execute(db);
      return rows[0]?.busy ?? false;
    },
  };
}

type GrantRow = Omit<Grant, "role" | "endedBy" | "intent"> &
  Pick<
    Selectable<Tables["grants"]>,
    "role_id" | "role_name" | "ended_by_slack_id" | "ended_by_email" | "intent_at" | "intent_deadline_at"
  >;

function toGrant(row: GrantRow): Grant {
  const { role_id, role_name, ended_by_slack_id, ended_by_email, ...rest } = row;
  const { intent_at, intent_deadline_at, ...grant } = rest;
  return {
    ...grant,
    role: { id: role_id, name: role_name },
    endedBy: ended_by_slack_id ? { slackUserId: ended_by_slack_id, email: ended_by_email } : null,
    intent: intent_at && intent_deadline_at ? { at: intent_at, deadlineAt: intent_deadline_at } : null,
  };
}
