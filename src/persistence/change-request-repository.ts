import { type Kysely, sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import pg from "pg";
import {
  type ChangeRequest,
  type ChangeRequestRepository,
  SubjectBusyError,
  type TargetPatch,
} from "../change-requests/index.ts";
import { nextCardTurn } from "./card-pace.ts";
import {
  ifToCome,
  REQUEST_COLUMNS,
  TARGET_COLUMNS,
  toDecision,
  toRatification,
  toRequest,
  toTarget,
} from "./change-request-rows.ts";
import { readChangesSince } from "./later-changes.ts";
import { listRequestSubjects } from "./request-lists.ts";
import { renewTarget } from "./snapshots.ts";
import { storeRequest } from "./store-request.ts";
import type { Tables } from "./tables.ts";

/** The shortest time between two progress updates of one bulk's card, in milliseconds. */
const CARD_PAUSE_MS = 3_000;

/** With a Slack id, the key of the lock for storing one person's emergencies. */
const EMERGENCIES_LOCK = 4_202;
/** With a user id, the key of the lock for storing requests about one user. */
const REQUESTS_LOCK = 4_209;

export function createChangeRequestRepository(db: Kysely<Tables>): ChangeRequestRepository {
  function openOn(userId: string): Promise<number[]> {
    return requestIds(
      db
        .selectFrom("targets")
        .innerJoin("change_requests", "change_requests.id", "targets.request_id")
        .select("request_id")
        .where("user_id", "=", userId)
        .where("change_requests.state", "in", ["pending", "approved", "executing"])
        .where("targets.state", "in", ["waiting", "executing"])
        .orderBy("request_id"),
    );
  }

  async function read(
    id: number,
    { lock, position }: { lock: boolean; position?: number },
  ): Promise<ChangeRequest | null> {
    const query = db
      .selectFrom("change_requests")
      .select(REQUEST_COLUMNS)
      .select([ifToCome("wake_at").as("wakeAt"), ifToCome("settle_at").as("settleAt")])
      .select(sql<number>`(select count(*) from targets where request_id = ${id})`.as("targetCount"))
      .where("id", "=", id);
    const contents = [
      jsonArrayFrom(
        db
          .selectFrom("targets")
          .select(TARGET_COLUMNS)
          .where("request_id", "=", id)
          .$if(position !== undefined, (only) => only.where("position", "=", position ?? 0))
          .orderBy("position"),
      ).as("targets"),
      jsonArrayFrom(
        db.selectFrom("decisions").selectAll().where("request_id", "=", id).orderBy("position"),
      ).as("decisions"),
    ] as const;
    // A second statement, because the first one sees the targets as they were before its wait for the lock.
    const readLocked = async () => {
      const locked = await query.forUpdate().executeTakeFirst();
      return locked && { ...locked, ...(await db.selectNoFrom(contents).executeTakeFirstOrThrow()) };
    };
    const row = lock ? await readLocked() : await query.select(contents).executeTakeFirst();
    if (!row) return null;
    const ratification = row.emergency
      ? await db.selectFrom("ratifications").selectAll().where("request_id", "=", id).executeTakeFirst()
      : undefined;
    return toRequest(row, {
      targets: row.targets.map(toTarget),
      decisions: row.decisions.map(toDecision),
      ratification: ratification ? toRatification(ratification) : null,
    });
  }

  async function updateTargets(id: number, positions: readonly number[], patch: TargetPatch): Promise<void> {
    const { state, attempts, intent, explanation, outstandingRoleIds, settledAt } = patch;
    const update = db
      .updateTable("targets")
      // Kysely leaves out columns whose value is `undefined`.
      .set({
        state,
        attempts,
        ...(intent === undefined
          ? {}
          : { intent_at: intent?.at ?? null, intent_deadline_at: intent?.deadlineAt ?? null }),
        explanation,
        outstanding_role_ids: outstandingRoleIds && [...outstandingRoleIds],
        settled_at: settledAt,
      })
      .where("request_id", "=", id)
      .where("position", "=", sql<number>`any(${[...positions]})`);
    await update.execute().catch((error: unknown) => {
      // The database refuses a second write under way to one subject.
      if (error instanceof pg.DatabaseError && error.constraint === "targets_one_write_a_user")
        throw new SubjectBusyError();
      throw error;
    });
  }

  return {
    get: (id) => read(id, { lock: false }),
    lock: (id) => read(id, { lock: true }),
    getTarget: (id, position) => read(id, { lock: false, position }),
    lockTarget: (id, position) => read(id, { lock: true, position }),

    async progress(id) {
      const row = await db
        .selectFrom("change_requests")
        .select(["state", "paused", "waiting_for as waitingFor"])
        .where("id", "=", id)
        .executeTakeFirst();
      return row ?? null;
    },

    targetsIn: (id, states) =>
      db
        .selectFrom("targets")
        .select(["position", "username"])
        .where("request_id", "=", id)
        .where("state", "in", [...states])
        .orderBy("position")
        .execute(),

    async targetStates(id) {
      const rows = await db
        .selectFrom("targets")
        .select("state")
        .where("request_id", "=", id)
        .orderBy("position")
        .execute();
      return rows.map(({ state }) => state);
    },

    async scheduleProgress(id) {
      const row = await db
        .selectFrom("change_requests")
        .select("progress_due_at")
        .where("id", "=", id)
        .where((where) =>
          where.or([
            where("progress_due_at", "is", null),
            where("progress_due_at", "<=", sql<Date>`current_instant()`),
          ]),
        )
        .executeTakeFirst();
      if (!row) return null;
      const turn = await nextCardTurn(db);
      const earliestMs = (row.progress_due_at?.getTime() ?? 0) + CARD_PAUSE_MS;
      const due = new Date(Math.max(turn.getTime(), earliestMs));
      await db.updateTable("change_requests").set({ progress_due_at: due }).where("id", "=", id).execute();
      return due;
    },

    insert: (request) => storeRequest(db, request),

    async countUnreadable(id) {
      const { reads } = await db
        .updateTable("change_requests")
        .set({ unreadable_reads: sql<number>`unreadable_reads + 1` })
        .where("id", "=", id)
        .returning("unreadable_reads as reads")
        .executeTakeFirstOrThrow();
      return reads;
    },

    async update(id, patch) {
      const { cancellation } = patch;
      await db
        .updateTable("change_requests")
        .set({
          state: patch.state,
          waiting_for: patch.waitingFor,
          wake_at: patch.wakeAt,
          settle_at: patch.settleAt,
          approvals_needed: patch.approvalsNeeded,
          renewals: patch.renewals,
          snapshot_hash: patch.snapshotHash,
          policy_hash: patch.policyHash,
          paused: patch.paused,
          stopped: patch.stopped,
          ...(cancellation === undefined
            ? {}
            : { cancelled_by: cancellation?.slackUserId ?? null, cancelled_at: cancellation?.at ?? null }),
        })
        .where("id", "=", id)
        .execute();
    },

    updateTarget: (id, position, patch) => updateTargets(id, [position], patch),
    updateTargets,
    renewTarget: (requestId, position, renewed) => renewTarget(db, { requestId, position }, renewed),

    async addDecision(id, decision) {
      await db
        .insertInto("decisions")
        .values({
          request_id: id,
          click_id: decision.clickId,
          approver_slack_id: decision.approver.slackUserId,
          approver_email: decision.approver.email,
          approver_user_id: decision.approver.userId ?? null,
          policy_ids: decision.entitlement && [...decision.entitlement.policyIds],
          entitling_groups: decision.entitlement && [...decision.entitlement.groups],
          on_behalf_of_slack_id: decision.onBehalfOf,
          verdict: decision.verdict,
          reason: decision.reason,
          snapshot_hash: decision.snapshotHash,
          decided_at: decision.at,
        })
        .execute();
    },

    async voidDecision(id, { slackUserId, email }) {
      await db
        .updateTable("decisions")
        .set({ void: true })
        .where("request_id", "=", id)
        .where((where) =>
          where.or([
            where("approver_slack_id", "=", slackUserId),
            ...(email === null ? [] : [where("approver_email", "=", email)]),
          ]),
        )
        .execute();
    },

    async voidDecisions(id) {
      await db.updateTable("decisions").set({ void: true }).where("request_id", "=", id).execute();
    },

    unfinished: () =>
      db
        .selectFrom("change_requests")
        .select(["id", "state", "emergency"])
        .select(
          sql<number>`(select count(*) from targets where request_id = change_requests.id)`.as("targetCount"),
        )
        // Literals, because PostgreSQL uses a partial index only for literals.
        .where("state", "in", sql<"approved">`('approved', 'executing')`)
        .orderBy("id")
        .execute(),

    async affectedByFreeze() {
      const { rows } = await sql<{ id: number }>`
        select id from change_requests where state in ('pending', 'stale', 'approved', 'executing')
        union select request_id from grants where state in ('active', 'revoking')
        order by id
      `.execute(db);
      return rows.map(({ id }) => id);
    },

    async bulksAmong(ids) {
      if (ids.length === 0) return [];
      const further = db.selectFrom("targets").select("request_id").distinct().where("position", ">", 0);
      return requestIds(further.where("request_id", "in", ids));
    },

    undetermined: () =>
      requestIds(
        db.selectFrom("targets").select("request_id").distinct().where("state", "=", sql.lit("unknown")),
      ),

    async unratifiedOf({ slackUserId, email }) {
      await sql`select pg_advisory_xact_lock(${EMERGENCIES_LOCK}, hashtext(${slackUserId}))`.execute(db);
      const query = db
        .selectFrom("change_requests")
        .leftJoin("ratifications", "ratifications.request_id", "change_requests.id")
        .select("change_requests.id as request_id")
        .where("emergency", "is not", null)
        .where((where) =>
          where.or([
            where("requester_slack_id", "=", slackUserId),
            ...(email === null ? [] : [where("requester_email", "=", email)]),
          ]),
        )
        .where((where) =>
          where.or([
            where("change_requests.state", "in", ["approved", "executing"]),
            where("ratifications.state", "=", "awaiting"),
          ]),
        );
      return requestIds(query);
    },

    async saveRatification(id, { state, deadlineAt, overdue, decision }) {
      const values = {
        state,
        deadline_at: deadlineAt,
        overdue,
        decided_by_slack_id: decision?.by.slackUserId ?? null,
        decided_by_email: decision?.by.email ?? null,
        reason: decision?.reason ?? null,
        decided_at: decision?.at ?? null,
      };
      await db
        .insertInto("ratifications")
        .values({ request_id: id, ...values })
        .onConflict((conflict) => conflict.column("request_id").doUpdateSet(values))
        .execute();
    },

    openOn,

    listSubjects: (query) => listRequestSubjects(db, query),

    async lockOpenOn(userId) {
      await sql`select pg_advisory_xact_lock(${REQUESTS_LOCK}, hashtext(${userId}))`.execute(db);
      return openOn(userId);
    },

    async settledOn(userId, since) {
      const rows = await db
        .selectFrom("targets")
        .select(["request_id", "position"])
        .where("user_id", "=", userId)
        .where("settled_at", ">=", since)
        .orderBy("settled_at")
        .execute();
      const requests: ChangeRequest[] = [];
      for (const { request_id, position } of rows) {
        const request = await read(request_id, { lock: false, position });
        if (request) requests.push(request);
      }
      return requests;
    },

    changesSince: (userId, requestId, since) => readChangesSince(db, { userId, requestId, since }),

    finishedOn: (userId, limit) =>
      requestIds(
        db
          .selectFrom("targets")
          .innerJoin("change_requests", "change_requests.id", "targets.request_id")
          .select("request_id")
          .where("user_id", "=", userId)
          .where("change_requests.state", "=", "done")
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("targets as other")
                  .select("other.position")
                  .whereRef("other.request_id", "=", "targets.request_id")
                  .where("other.position", "=", 1),
              ),
            ),
          )
          .orderBy("settled_at", "desc")
          .limit(limit),
      ),

    executingOn: (userId) =>
      requestIds(
        db
          .selectFrom("targets")
          .select("request_id")
          .where("user_id", "=", userId)
          .where("state", "=", sql.lit("executing")),
      ),
  };
}

async function requestIds(query: { execute(): Promise<{ request_id: number }[]> }): Promise<number[]> {
  return (await query.execute()).map(({ request_id }) => request_id);
}
