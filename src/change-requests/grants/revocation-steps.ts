import type { Clock } from "../../kernel/clock.ts";
import { RETRY_MS } from "../execution/write-attempt.ts";
import { applyGrantEvent, enqueueEndUpdate } from "../lifecycle/apply-grant-event.ts";
import { type Cause, revocationFailed } from "../lifecycle/request-audit-entries.ts";
import { nameOf } from "../model/change-request.ts";
import { type Grant, grantThatStays, type RevocationWaitsFor } from "../model/grant.ts";
import type { GrantEvent } from "../model/grant-states.ts";
import { MOST_TRIES } from "../ports/job-failure.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";
import { wakeTime } from "../ports/wake-time.ts";

/** How long after its end a role may still be there before the leads are notified, in milliseconds. */
const FIRST_ESCALATION_MS = 15 * 60_000;

/** The longest time between two such notifications, in milliseconds. */
const LONGEST_ESCALATION_PAUSE_MS = 24 * 3_600_000;
export interface RevocationSteps {
  /**
   * Begins to revoke the due grants of a request, and supersedes those whose role another grant holds longer. For later
   * grants it enqueues a job. Resolves to the grants that are being revoked.
   */
  begin(requestId: number): Promise<readonly Grant[]>;
  /** Stores the intent to remove roles. Resolves to the claimed grants, or to the reason to wait. */
  claim(grants: readonly Grant[], deadlineAt: Date): Promise<readonly Grant[] | "freeze" | "subject">;
  /** Ends grants by an event that was read from the subject. */
  end(grants: readonly Grant[], event: GrantEvent, explanation: string | null): Promise<void>;
  /**
   * Stores why the grants wait, for the card; with `null` the card shows no reason. Enqueues a job that tries again at
   * `until`. With `woken` it enqueues none, because the end of the freeze does.
   */
  wait(grants: readonly Grant[], waitingFor: RevocationWaitsFor | null, until: Date | "woken"): Promise<void>;
  /** Releases grants whose removal provably had no effect and no fault. */
  release(grants: readonly Grant[]): Promise<void>;
  /**
   * Counts a failed attempt, and enqueues the next one after a growing pause. Once Incydr has answered `MOST_TRIES`
   * attempts, and answered this one, the next attempt is a day later.
   */
  fail(grants: readonly Grant[], why: string, attempt: FailedAttempt): Promise<void>;
}

interface FailedAttempt {
  /** `kept`: the removal may still be on its way. */
  readonly intent: "kept" | "over";
  /** Whether Incydr did not answer, so that a later attempt may succeed. */
  readonly isOutage: boolean;
}

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE_MS = 30 * 60_000;
/** The pause after `MOST_TRIES` answered attempts, in milliseconds. */
const DAY_MS = 24 * 3_600_000;

export function createRevocationSteps({ uow, clock }: { uow: UnitOfWork; clock: Clock }): RevocationSteps {
  return {
    begin: (requestId) =>
      uow.run(async (tx) => {
        const { mine, ofSubject } = await lockGrants(tx, requestId);
        const at = clock.now();
        const due: Grant[] = [];
        let next: Date | null = null;
        let ended = false;
        for (const grant of mine) {
          const isDue = grant.state === "revoking" || at >= grant.endsAt;
          if (!isDue) {
            next = grant.endsAt;
            continue;
          }
          // A removal that may be on its way is read first, even if another grant holds the role.
          const staying = grant.intent ? null : grantThatStays(grant, ofSubject);
          if (staying) {
            await supersede(tx, grant, staying, { actor: "bot", at });
            ended = true;
          } else if (grant.state === "active") {
            due.push(await applyGrantEvent(tx, grant, "end_reached", { actor: "bot", at }));
          } else due.push(grant);
        }
        if (next) {
          const startAfter = wakeTime(clock, next);
          await tx.jobs.enqueue({ kind: "end_grants", requestId }, { startAfter });
        }
        if (ended) await enqueueEndUpdate(tx, requestId, at);
        return due;
      }),

    claim: (grants, deadlineAt) =>
      uow.run(async (tx) => {
        if (await tx.freeze.current({ forChange: false })) return "freeze";
        const [first] = grants;
        if (!first) return [];
        // Includes this request's own removals: another replica may have taken the subject's lock, and claimed them.
        if (await tx.grants.lockClaims(first.userId, clock.now())) return "subject";
        if ((await tx.requests.executingOn(first.userId)).length > 0) return "subject";
        const { mine, ofSubject } = await lockGrants(tx, first.requestId);
        const current = mine.filter(
          (grant) =>
            grant.state === "revoking" &&
            grants.some(({ role }) => role.id === grant.role.id) &&
            grantThatStays(grant, ofSubject) === null,
        );
        const intent = { at: clock.now(), deadlineAt };
        for (const grant of current) await tx.grants.update(grant, { intent, waitingFor: null });
        return current.map((grant) => ({ ...grant, intent, waitingFor: null }));
      }),

    end: (grants, event, explanation) =>
      onCurrent(grants, async (tx, current) => {
        const at = clock.now();
        const details = explanation ? { explanation } : {};
        for (const grant of current)
          await applyGrantEvent(tx, grant, event, { actor: "bot", at, details, patch: { explanation } });
        const [first] = current;
        if (first) await enqueueEndUpdate(tx, first.requestId, at);
      }),

    wait: (grants, waitingFor, until) =>
      onCurrent(grants, async (tx, current) => {
        const [first] = current;
        if (!first) return;
        const { requestId } = first;
        if (current.some((grant) => grant.waitingFor !== waitingFor))
          await tx.jobs.enqueue({ kind: "show_card", requestId });
        // One waiting job is enough, also after many restarts and wake-ups.
        const isLeft = until === "woken" || current.some(({ wakeAt }) => wakeAt !== null);
        const wakeAt = isLeft ? null : wakeTime(clock, until);
        for (const grant of current)
          await tx.grants.update(grant, { waitingFor, ...(wakeAt ? { wakeAt } : {}) });
        if (wakeAt) await tx.jobs.enqueue({ kind: "end_grants", requestId }, { startAfter: wakeAt });
      }),

    release: (grants) =>
      onCurrent(grants, async (tx, current) => {
        for (const grant of current) await tx.grants.update(grant, { intent: null });
      }),

    fail: (grants, why, { intent, isOutage }) =>
      onCurrent(grants, async (tx, current) => {
        const [first] = current;
        if (!first) return;
        const at = clock.now();
        const attempt = Math.max(...current.map(({ failedAttempts }) => failedAttempts)) + 1;
        const refused = Math.max(...current.map(({ refusedAttempts }) => refusedAttempts)) + 1;
        const isHopeless = !isOutage && refused >= MOST_TRIES;
        const pauseMs = isHopeless ? DAY_MS : Math.min(RETRY_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
        const wakeAt = wakeTime(clock, new Date(at.getTime() + pauseMs));
        for (const grant of current) {
          await tx.grants.update(grant, {
            ...(intent === "over" ? { intent: null } : {}),
            failedAttempts: grant.failedAttempts + 1,
            ...(isOutage ? {} : { refusedAttempts: grant.refusedAttempts + 1 }),
            failingSince: grant.failingSince ?? at,
            waitingFor: "incydr",
            wakeAt,
            explanation: why,
          });
        }
        const { requestId } = first;
        await tx.audit.append(revocationFailed(first, current, { attempt, why, nextAttemptAt: wakeAt, at }));
        await tx.jobs.enqueue({ kind: "end_grants", requestId }, { startAfter: wakeAt });
        await tx.jobs.enqueue({ kind: "show_card", requestId });
        await escalateRevocation(tx, current, at);
      }),
  };

  /** Locks the open grants, and runs `work` on the open ones among `grants`. */
  async function onCurrent(
    grants: readonly Grant[],
    work: (tx: Transaction, current: readonly Grant[]) => Promise<void>,
  ): Promise<void> {
    const [first] = grants;
    if (!first) return;
    await uow.run(async (tx) => {
      const { mine } = await lockGrants(tx, first.requestId);
      const isMeant = ({ role }: Grant) => grants.some((grant) => grant.role.id === role.id);
      await work(tx, mine.filter(isMeant));
    });
  }
}

/** Locks the open grants of a request's subject; `mine` are the grants of the request. */
export async function lockGrants(
  tx: Transaction,
  requestId: number,
): Promise<{ mine: readonly Grant[]; ofSubject: readonly Grant[] }> {
  const [any] = await tx.grants.ofRequest(requestId);
  const ofSubject = any ? await tx.grants.lockOpen(any.userId) : [];
  return { mine: ofSubject.filter((grant) => grant.requestId === requestId), ofSubject };
}

/** Ends a grant because another grant holds the role longer. */
export async function supersede(
  tx: Transaction,
  grant: Grant,
  staying: Grant,
  cause: Pick<Cause, "actor" | "at" | "policyHash">,
): Promise<void> {
  const name = nameOf(staying.requestId);
  // A bulk's number is not shown: a reader of the card may be its subject.
  const isOfBulk = (await tx.requests.bulksAmong([staying.requestId])).length > 0;
  const explanation = `${isOfBulk ? "A bulk" : name} gives the role until ${staying.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  const details = { explanation, by: name, until: staying.endsAt.toISOString() };
  await applyGrantEvent(tx, grant, "another_grant_holds_it", { ...cause, details, patch: { explanation } });
}

/** After a failed attempt, plans that a digest notifies the leads, soon and then at growing intervals. */
export async function escalateRevocation(tx: Transaction, grants: readonly Grant[], at: Date): Promise<void> {
  const [first] = grants;
  if (!first) return;
  const { requestId } = first;
  if (await tx.reminders.find(requestId, "revocation")) return;
  const since = Math.min(...grants.map(({ failingSince }) => (failingSince ?? at).getTime()));
  // 15 minutes after the first failed attempt, then each time after twice as long.
  const ageMs = at.getTime() - since;
  const pauseMs = Math.min(Math.max(FIRST_ESCALATION_MS, ageMs), LONGEST_ESCALATION_PAUSE_MS);
  const dueAt = new Date(Math.max(at.getTime(), since) + pauseMs);
  const escalateTo = await tx.reminders.escalateTo(requestId);
  await tx.reminders.replan({ requestId, step: "revocation", dueAt, escalateTo });
  await tx.jobs.enqueue({ kind: "remind", requestId, step: "revocation" }, { startAfter: dueAt });
}
