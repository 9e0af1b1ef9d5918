import type { Clock } from "../../kernel/clock.ts";
import { applyEventToTargets, applyRequestEvent, statesOf } from "../lifecycle/apply-event.ts";
import { awaitRatification } from "../lifecycle/ratification.ts";
import { settleGrants } from "../lifecycle/settle-grants.ts";
import {
  type ChangeRequest,
  isBulk,
  type OperatorRef,
  onlyTarget,
  type Target,
  type WaitingFor,
} from "../model/change-request.ts";
import { isSettled, type RequestEvent, type TargetEvent } from "../model/state-machine.ts";
import { isDeciding } from "../policy/assert-deciding.ts";
import { executionJob } from "../ports/execution-lane.ts";
import { SubjectBusyError } from "../ports/locks.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";
import { RETRY_MS, WRITE_DEADLINE_MS } from "./write-attempt.ts";
export interface ExecutionSteps {
  /** Locks the request and runs `work` on it; resolves to `null` if it or its target has changed since it was read. */
  advance<T>(
    request: ChangeRequest,
    work: (tx: Transaction, locked: ChangeRequest) => Promise<T>,
  ): Promise<T | null>;
  /**
   * Stores the intent of a write that these policies permit. If a freeze, other policies, a pause or another write to the
   * subject forbids the write, stores that and resolves to `null`.
   */
  claim(request: ChangeRequest, policyHash: string): Promise<ChangeRequest | null>;
  /** Settles the target, and the request with its last target. */
  settle(
    request: ChangeRequest,
    event: TargetEvent,
    explanation: string | null,
    outstandingRoleIds?: readonly string[] | null,
    policyHash?: string,
  ): Promise<void>;
  /** Enqueues a job that reads an unknown outcome again: at `at`, or after a growing pause. */
  settleLater(request: ChangeRequest, at: Date | null): Promise<void>;
  /** The write had no effect, so the target waits again. `intent`: whether a sent write may still take effect. */
  release(
    request: ChangeRequest,
    explanation: string,
    intent?: "kept" | "over",
  ): Promise<ChangeRequest | null>;
  /** Ends a request that may not run any more. If it has begun, or for a bulk, ends only the target. */
  giveUp(request: ChangeRequest, event: GiveUpEvent, why: string, policyHash?: string): Promise<void>;
  /** Makes the approvals of people who lost their authority invalid, so that other people have to approve. */
  askAgain(request: ChangeRequest, lost: LostApprovals): Promise<void>;
  /**
   * Stores why the request waits, for the card; with `null` the card shows no reason. Enqueues a job that tries again
   * at `until` (default: soon). With `woken` it enqueues none, because the end of the freeze does.
   */
  wait(request: ChangeRequest, waitingFor: WaitingFor | null, until?: Date | "woken"): Promise<void>;
}

/** Why the approvals are no longer enough, by these policies. */
interface LostApprovals {
  readonly lost: readonly OperatorRef[];
  readonly approvalsNeeded: number;
  readonly why: string;
  readonly policyHash: string;
}

type GiveUpEvent = Extract<RequestEvent, "subject_changed" | "requester_lost_authority" | "deadline_passed">;

export function createExecutionSteps(options: { uow: UnitOfWork; clock: Clock }): ExecutionSteps {
  const { uow, clock } = options;
  const later = () => new Date(clock.now().getTime() + RETRY_MS);

  const steps: ExecutionSteps = {
    advance: (request, work) =>
      uow.run(async (tx) => {
        const locked = await tx.requests.lockTarget(request.id, onlyTarget(request).position);
        return locked && isAsRead(locked, request) ? work(tx, locked) : null;
      }),

    async claim(request, policyHash) {
      try {
        return await storeIntent(request, policyHash);
      } catch (error) {
        // The database allows one write to a subject at a time. If a replica that crashed or lost its lock has begun
        // another write, the request waits.
        if (!(error instanceof SubjectBusyError)) throw error;
        await steps.wait(request, "subject");
        return null;
      }
    },

    async settle(request, event, explanation, outstandingRoleIds = null, policyHash = undefined) {
      await steps.advance(request, async (tx, locked) => {
        const at = clock.now();
        // A bulk begins even if its first target is settled without a write.
        const begun =
          isBulk(locked) && locked.state === "approved"
            ? await applyRequestEvent(tx, locked, "first_target_claimed", { actor: "bot", at })
            : locked;
        const settled = await applyEventToTargets(tx, begun, [onlyTarget(begun)], event, {
          actor: "bot",
          at,
          details: explanation ? { explanation } : {},
          ...(policyHash === undefined ? {} : { policyHash }),
          patch: { explanation, outstandingRoleIds, settledAt: at },
        });
        await settleGrants(tx, settled, onlyTarget(settled), at);
        if (event === "outcome_not_known") await leaveSettling(tx, settled, null);
        if (settled.state === "executing" && (await statesOf(tx, settled)).every(isSettled)) {
          const done = await applyRequestEvent(tx, settled, "every_target_settled", { actor: "bot", at });
          await awaitRatification(tx, done, at);
        }
      });
    },

    async settleLater(request, at) {
      await steps.advance(request, async (tx, locked) => {
        if (!locked.settleAt) await leaveSettling(tx, locked, at);
      });
    },

    release: (request, explanation, intent = "over") =>
      steps.advance(request, (tx, locked) =>
        applyEventToTargets(tx, locked, [onlyTarget(locked)], "provably_without_effect", {
          actor: "bot",
          at: clock.now(),
          details: { explanation },
          patch: intent === "over" ? { intent: null } : {},
        }),
      ),

    async giveUp(request, event, why, policyHash) {
      // One target of a bulk ends alone, unless the deadline passed before any target was begun.
      const isAlone = isBulk(request) && event !== "deadline_passed";
      if (request.state === "executing" || isAlone) {
        const settling = event === "subject_changed" ? "subject_changed" : "skip";
        return steps.settle(request, settling, why, null, policyHash);
      }
      await steps.advance(request, async (tx, locked) => {
        const judged = policyHash === undefined ? {} : { policyHash };
        const cause = { actor: "bot", at: clock.now(), details: { why }, ...judged } as const;
        await tx.requests.updateTarget(locked.id, onlyTarget(locked).position, { explanation: why });
        await applyRequestEvent(tx, locked, event, cause);
      });
    },

    async askAgain(request, { lost, approvalsNeeded, why, policyHash }) {
      const giveUp = () => steps.giveUp(request, "requester_lost_authority", why, policyHash);
      if (request.state === "executing") return giveUp();
      const isBegun = await steps.advance(request, async (tx, locked) => {
        // Another target of the bulk was begun meanwhile, so nobody can approve it any more.
        if (locked.state !== "approved") return true;
        for (const approver of lost) await tx.requests.voidDecision(locked.id, approver);
        await tx.requests.update(locked.id, { approvalsNeeded });
        await tx.requests.updateTarget(locked.id, onlyTarget(locked).position, { explanation: why });
        const details = { why, lost: lost.map(({ slackUserId }) => slackUserId), approvalsNeeded };
        const cause = { actor: "bot", at: clock.now(), details, policyHash } as const;
        await applyRequestEvent(tx, { ...locked, approvalsNeeded }, "approver_lost_authority", cause);
        return false;
      });
      if (isBegun) await giveUp();
    },

    async wait(request, waitingFor, until = later()) {
      await steps.advance(request, async (tx, locked) => {
        if (locked.waitingFor !== waitingFor) {
          await tx.requests.update(locked.id, { waitingFor });
          await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
        }
        if (until === "woken") return;
        // One waiting job is enough, also after many restarts and wake-ups.
        if (locked.wakeAt) return;
        const wakeAt = wakeTime(clock, until);
        await tx.requests.update(locked.id, { wakeAt });
        await tx.jobs.enqueue(executionJob(locked), { startAfter: wakeAt });
      });
    },
  };
  return steps;

  /** @throws {SubjectBusyError} if another write to the subject is, or may be, under way. */
  function storeIntent(request: ChangeRequest, policyHash: string): Promise<ChangeRequest | null> {
    return steps.advance(request, async (tx, locked) => {
      if (await tx.freeze.current({ forChange: false })) {
        await tx.requests.update(locked.id, { waitingFor: "freeze" });
        await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
        return null;
      }
      // Other policies are in force now, so a new job repeats every check.
      if (!isDeciding(await tx.policies.current({ forChange: false }), policyHash)) {
        await tx.jobs.enqueue(executionJob(locked));
        return null;
      }
      if (locked.paused) return null;
      if (locked.waitingFor) await tx.requests.update(locked.id, { waitingFor: null });
      // The removal of a temporary role may be on its way.
      if (await tx.grants.lockClaims(onlyTarget(locked).userId, clock.now())) throw new SubjectBusyError();
      const at = clock.now();
      const cause = { actor: "bot", at, policyHash } as const;
      const begun =
        locked.state === "approved"
          ? await applyRequestEvent(tx, locked, "first_target_claimed", cause)
          : locked;
      const target = onlyTarget(begun);
      const { change } = begun;
      return applyEventToTargets(tx, begun, [target], "claim", {
        ...cause,
        details: {
          change: change.kind,
          roles: "roles" in change ? change.roles.map(({ id }) => id) : [],
          ...("org" in change ? { org: change.org.guid } : {}),
        },
        patch: {
          // If an earlier write may still take effect, the time of its intent stays.
          intent: { at: target.intent?.at ?? at, deadlineAt: new Date(at.getTime() + WRITE_DEADLINE_MS) },
          attempts: target.attempts + 1,
        },
      });
    });
  }

  async function leaveSettling(tx: Transaction, request: ChangeRequest, at: Date | null): Promise<void> {
    const now = clock.now();
    const sinceMs = now.getTime() - (onlyTarget(request).intent?.at ?? now).getTime();
    const pauseMs = Math.min(Math.max(RETRY_MS, sinceMs / 4), LONGEST_PAUSE_MS);
    const settleAt = wakeTime(clock, at ?? new Date(now.getTime() + pauseMs));
    await tx.requests.update(request.id, { settleAt });
    await tx.jobs.enqueue({ kind: "settle", requestId: request.id }, { startAfter: settleAt });
  }
}

/** The longest pause before an unknown outcome is read again, in milliseconds. */
const LONGEST_PAUSE_MS = 3_600_000;

function isAsRead(stored: ChangeRequest, read: ChangeRequest): boolean {
  const [now, then]: [Target, Target] = [onlyTarget(stored), onlyTarget(read)];
  // Another target of the same bulk may have been begun meanwhile.
  const isSameState =
    stored.state === read.state ||
    (isBulk(stored) && stored.state === "executing" && read.state === "approved");
  return isSameState && now.state === then.state && now.attempts === then.attempts;
}
