import type { Terms } from "../../authorization/index.ts";
import type { Preflight } from "../../subjects/index.ts";
import type { Change } from "../model/change.ts";
import type { ChangeRequest, Target } from "../model/change-request.ts";
import { hashSnapshots, snapshotOf } from "../model/snapshot.ts";
import { firstRequestState } from "../model/state-machine.ts";
import { ticketOf } from "../model/text-faults.ts";
import { executionJob } from "../ports/execution-lane.ts";
import type { NewChangeRequest, Transaction } from "../ports/storage.ts";
import { approvedTopic } from "./apply-event.ts";
import { approveWithoutApprovals, planReminders } from "./await-approvals.ts";
import { bulkCreated, requestCreated } from "./request-audit-entries.ts";

type Given =
  | "change"
  | "undoes"
  | "othersOpen"
  | "requester"
  | "peopleAsked"
  | "place"
  | "approvalsNeeded"
  | "emergency"
  | "policyHash";

/** A permitted request before it has a number. */
export interface RequestToCreate extends Pick<NewChangeRequest, Given> {
  /** The typed text, like `ticket`. */
  readonly reason: string;
  readonly ticket: string;
  readonly legalHoldConfirmed: boolean;
  /** Whether it is approved at once; ignored for an emergency. */
  readonly needsNoApproval: boolean;
  /** In the order of the targets. */
  readonly subjects: readonly { readonly facts: Preflight; readonly slackUserIds: readonly string[] }[];
  /** How many users and lines of a bulk are left out; `null` for a change of one subject. */
  readonly bulk: { readonly leftOut: number; readonly faults: number } | null;
  readonly terms: Terms;
}

/** Stores a request with its audit entry, and enqueues its jobs. `requestExpiryMs` applies if the policies set no expiry. */
export async function createRequest(
  tx: Transaction,
  requested: RequestToCreate,
  { at, requestExpiryMs }: { at: Date; requestExpiryMs: number },
): Promise<ChangeRequest> {
  const { reason, ticket, legalHoldConfirmed, needsNoApproval, subjects, bulk, terms, ...given } = requested;
  const { change, emergency, policyHash } = given;
  const targets = subjects.map((subject, position) => newTarget(change.kind, position, subject));
  const expiryMs = terms.expiryHours === null ? requestExpiryMs : terms.expiryHours * 3_600_000;
  const expiresAt = new Date(at.getTime() + expiryMs);
  const request = await tx.requests.insert({
    ...given,
    state: firstRequestState(emergency ? "emergency" : "request"),
    reason: reason.trim(),
    ticket: ticketOf(ticket),
    snapshotHash: hashSnapshots(targets.map(({ snapshot }) => snapshot)),
    createdAt: at,
    decideBy: expiresAt,
    executeBy: expiresAt,
    notBefore: null,
    targets,
  });
  const { id } = request;
  await tx.audit.append(
    bulk
      ? bulkCreated(request, { ...bulk, legalHoldConfirmed })
      : requestCreated(request, legalHoldConfirmed),
  );
  await tx.jobs.enqueue({ kind: "show_card", requestId: id });
  if (emergency) await beginEmergency(tx, request);
  else if (needsNoApproval) await approveWithoutApprovals(tx, request, { at, policyHash });
  await tx.jobs.enqueue({ kind: "expire", requestId: id }, { startAfter: request.decideBy });
  if (!emergency) await planReminders(tx, id, terms, at);
  if (request.peopleAsked.length > 0) await tx.jobs.enqueue({ kind: "ask", requestId: id });
  return request;
}

function newTarget(
  kind: Change["kind"],
  position: number,
  { facts, slackUserIds }: RequestToCreate["subjects"][number],
): Target {
  const { userId, username, displayName } = facts;
  return {
    position,
    userId,
    username,
    displayName,
    slackUserIds,
    facts,
    snapshot: snapshotOf(kind, facts),
    state: "waiting",
    attempts: 0,
    intent: null,
    explanation: null,
    outstandingRoleIds: null,
    settledAt: null,
  };
}

/** Enqueues the execution of an emergency, and its announcements in the thread and in the audit channel. */
async function beginEmergency(tx: Transaction, request: ChangeRequest): Promise<void> {
  await tx.jobs.enqueue(executionJob(request));
  await tx.jobs.enqueue({ kind: "sound_alarm", requestId: request.id, topic: "begun" });
  await tx.jobs.enqueue({ kind: "announce", requestId: request.id, topic: approvedTopic(request) });
}
