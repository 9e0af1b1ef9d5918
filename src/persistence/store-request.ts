import type { Kysely } from "kysely";
import type { ChangeRequest, NewChangeRequest } from "../change-requests/index.ts";
import { storableJson } from "../kernel/storable-text.ts";
import { appendSnapshots } from "./snapshots.ts";
import type { Tables } from "./tables.ts";

export async function storeRequest(db: Kysely<Tables>, request: NewChangeRequest): Promise<ChangeRequest> {
  const { id } = await db
    .insertInto("change_requests")
    .values({
      state: request.state,
      change: storableJson(request.change),
      undoes: request.undoes,
      others_open: [...request.othersOpen],
      requester_slack_id: request.requester.slackUserId,
      requester_email: request.requester.email,
      requester_user_id: request.requester.userId ?? null,
      reason: request.reason,
      ticket: request.ticket,
      people_asked: [...request.peopleAsked],
      channel_id: request.place.channelId,
      thread_ts: request.place.threadTs,
      approvals_needed: request.approvalsNeeded,
      emergency: request.emergency && storableJson(request.emergency),
      snapshot_hash: request.snapshotHash,
      policy_hash: request.policyHash,
      created_at: request.createdAt,
      expires_at: request.decideBy,
      execute_by: request.executeBy,
      not_before: request.notBefore,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await storeTargets(db, id, request.targets);
  await appendSnapshots(db, id, { renewal: 0, takenAt: request.createdAt });
  return {
    ...request,
    id,
    targetCount: request.targets.length,
    paused: false,
    stopped: false,
    decisions: [],
    renewals: 0,
    waitingFor: null,
    wakeAt: null,
    settleAt: null,
    cancellation: null,
    ratification: null,
  };
}

async function storeTargets(
  db: Kysely<Tables>,
  requestId: number,
  targets: NewChangeRequest["targets"],
): Promise<void> {
  const rows = targets.map((target) => ({
    request_id: requestId,
    position: target.position,
    user_id: target.userId,
    username: target.username,
    display_name: target.displayName,
    slack_user_ids: [...target.slackUserIds],
    facts: storableJson(target.facts),
    snapshot: storableJson(target.snapshot),
    state: target.state,
    attempts: target.attempts,
    explanation: target.explanation,
    outstanding_role_ids: target.outstandingRoleIds && [...target.outstandingRoleIds],
  }));
  // PostgreSQL accepts at most 65,535 parameters in one statement.
  for (let from = 0; from < rows.length; from += 500)
    await db
      .insertInto("targets")
      .values(rows.slice(from, from + 500))
      .execute();
}
