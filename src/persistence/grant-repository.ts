import { type Kysely, type Selectable, sql } from "kysely";
import type { Grant, GrantRepository } from "../change-requests/index.ts";
import type { Tables } from "./schema.ts";

/** Together with a user id, the lock under which the writes to one subject are claimed. */
const CLAIMS_LOCK = 4_208;

/** Literals, because PostgreSQL uses a partial index only for literals. */
const OPEN_STATES = sql<"active">`('active', 'revoking')`;

/** Grants, within one transaction. */
export function createGrantRepository(db: Kysely<Tables>): GrantRepository {
  const query = () =>
    db
      .selectFrom("grants")
      .innerJoin("targets", (join) =>
        join
          .onRef("targets.request_id", "=", "grants.request_id")
          .onRef("targets.user_id", "=", "grants.user_id"),
      )
      .selectAll("grants")
      .select(["targets.username", "targets.slack_user_ids"])
      // The database compares, because its clock also decides when the job of that time is due.
      .select(sql<boolean | null>`grants.wake_at > current_instant()`.as("will_wake"));
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

type Row = Selectable<Tables["grants"]> & {
  readonly username: string;
  readonly slack_user_ids: string[];
  readonly will_wake: boolean | null;
};

function toGrant(row: Row): Grant {
  return {
    requestId: row.request_id,
    userId: row.user_id,
    username: row.username,
    slackUserIds: row.slack_user_ids,
    role: { id: row.role_id, name: row.role_name },
    state: row.state,
    grantedAt: row.granted_at,
    endsAt: row.ends_at,
    warnedAt: row.warned_at,
    endedBy: row.ended_by_slack_id ? { slackUserId: row.ended_by_slack_id, email: row.ended_by_email } : null,
    intent:
      row.intent_at && row.intent_deadline_at
        ? { at: row.intent_at, deadlineAt: row.intent_deadline_at }
        : null,
    failedAttempts: row.failed_attempts,
    refusedAttempts: row.refused_attempts,
    failingSince: row.failing_since,
    waitingFor: row.waiting_for,
    wakeAt: row.will_wake ? row.wake_at : null,
    explanation: row.explanation,
    endedAt: row.ended_at,
  };
}
