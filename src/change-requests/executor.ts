import { type Authorizer, DirectoryUnavailableError, type PeopleDirectory } from "../authorization/index.ts";
import { type IncydrClient, isIncydrError, parseUserId } from "../incydr/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Preflight, ReadPreflight } from "../subjects/index.ts";
import { applyRequestEvent, applyTargetEvent } from "./apply-event.ts";
import { isInEffect, rolesOutstanding } from "./change.ts";
import { type ChangeRequest, onlyTarget, type Target, type WaitingFor } from "./change-request.ts";
import { checkAuthority } from "./check-authority.ts";
import type { SubjectLock, TargetPatch, UnitOfWork } from "./ports.ts";
import { differences, hashSnapshots, snapshotOf } from "./snapshot.ts";
import { isSettled, type TargetEvent } from "./state-machine.ts";
import { writeChange } from "./write-change.ts";

export interface ExecutorOptions {
  readonly users: IncydrClient["users"];
  readonly preflight: ReadPreflight;
  readonly authorizer: Authorizer;
  readonly directory: PeopleDirectory;
  readonly uow: UnitOfWork;
  readonly subjectLock: SubjectLock;
  readonly clock: Clock;
  /** The configuration stops every write. */
  readonly readOnly: boolean;
  /** How long a write may be on its way. Default 20 s. */
  readonly writeDeadlineMs?: number;
  /** How long to wait before asking again something that didn't answer. Default 5 s. */
  readonly retryMs?: number;
  /** Times to read a subject that doesn't show the change yet, a second apart. Default 3. */
  readonly readBacks?: number;
}

/** The only thing that writes to Incydr. Each call may run twice with the effect of once. */
export interface Executor {
  /** Brings an approved request, or one that a crash interrupted, as far as it will go now. */
  execute(requestId: number): Promise<void>;
  /** Finds out by reading what became of a write whose outcome is unknown. */
  settle(requestId: number): Promise<void>;
}

const BOT = "bot";
/** How often a write that had no effect is tried. */
const MOST_ATTEMPTS = 3;

export function createExecutor(options: ExecutorOptions): Executor {
  const { users, preflight, authorizer, directory, uow, subjectLock, clock, readOnly } = options;
  const { writeDeadlineMs = 20_000, retryMs = 5_000, readBacks = 3 } = options;

  async function execute(requestId: number): Promise<void> {
    const before = await uow.run((tx) => tx.requests.get(requestId));
    if (!before || !isRunnable(before)) return;
    await subjectLock.withLock(onlyTarget(before).userId, async (assertHeld) => {
      const request = await uow.run((tx) => tx.requests.get(requestId));
      if (!request || !isRunnable(request)) return;
      const target = onlyTarget(request);
      if (target.state === "executing") await recover(request, target, assertHeld);
      else await carryOut(request, target, assertHeld);
    });
  }

  /** A claimed target whose executor died: reads what became of the write before anything else. */
  async function recover(
    request: ChangeRequest,
    target: Target,
    assertHeld: () => Promise<void>,
  ): Promise<void> {
    const facts = await readSubject(target);
    if (!facts) return wait(request, "incydr");
    if (isInEffect(request.change, facts)) return settleTarget(request, target, "read_back_shows_it", null);
    // Until then the write may still be on its way, and must not be sent again.
    const deadlineAt = target.intent?.deadlineAt ?? clock.now();
    if (clock.now() < deadlineAt) return wait(request, null, deadlineAt);
    if (target.attempts >= MOST_ATTEMPTS) {
      return settleTarget(request, target, "read_back_denies_it", "The change did not take effect.");
    }
    const again = await uow.run((tx) =>
      applyTargetEvent(tx, request, target, "provably_without_effect", {
        actor: BOT,
        at: clock.now(),
        patch: { intent: null },
      }),
    );
    return carryOut(again, onlyTarget(again), assertHeld);
  }

  async function carryOut(
    request: ChangeRequest,
    target: Target,
    assertHeld: () => Promise<void>,
  ): Promise<void> {
    if (clock.now() >= request.expiresAt && request.state === "approved") return expire(request);
    if (readOnly || (await uow.run((tx) => tx.freeze.current({ forChange: false }))))
      return wait(request, "freeze", "until woken");
    const others = await uow.run((tx) => tx.requests.executingOn(target.userId));
    if (others.some((id) => id !== request.id)) return wait(request, "subject");

    const facts = await readSubject(target);
    if (!facts) return wait(request, "incydr");
    const isAlready = isInEffect(request.change, facts);
    const snapshot = snapshotOf(request.change.kind, facts);
    if (!isAlready && hashSnapshots([snapshot]) !== request.snapshotHash) {
      return giveUp(request, target, "subject_changed", differences(target.snapshot, snapshot).join("; "));
    }
    try {
      const authority = await checkAuthority({ request, target, facts, authorizer, directory });
      if (authority.kind === "requester_lost")
        return giveUp(request, target, "requester_lost_authority", authority.why);
      if (authority.kind === "approvals_lost")
        return askAgain(request, target, authority.approverSlackIds, authority.why);
    } catch (error) {
      if (error instanceof DirectoryUnavailableError) return wait(request, "slack");
      throw error;
    }

    const claimed = await claim(request, target, assertHeld);
    if (!claimed) return;
    if (isAlready) return settleTarget(claimed, onlyTarget(claimed), "was_so_already", null);
    await write(claimed, onlyTarget(claimed));
  }

  /** Stores what is about to be written, unless something came in between; whoever claims it writes it. */
  async function claim(
    request: ChangeRequest,
    target: Target,
    assertHeld: () => Promise<void>,
  ): Promise<ChangeRequest | null> {
    await assertHeld();
    return uow.run(async (tx) => {
      const locked = await tx.requests.lock(request.id);
      if (locked?.state !== request.state || onlyTarget(locked).state !== "waiting") return null;
      if (await tx.freeze.current({ forChange: false })) {
        await tx.requests.update(request.id, { waitingFor: "freeze" });
        await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
        return null;
      }
      const at = clock.now();
      const cause = { actor: BOT, at, policyHash: authorizer.policyHash } as const;
      const executing =
        locked.state === "approved"
          ? await applyRequestEvent(tx, locked, "first_target_claimed", cause)
          : locked;
      const intent = { at, deadlineAt: new Date(at.getTime() + writeDeadlineMs) };
      return applyTargetEvent(tx, executing, onlyTarget(executing), "claim", {
        ...cause,
        details: {
          change: request.change.kind,
          roles: "roles" in request.change ? request.change.roles.map(({ id }) => id) : [],
        },
        patch: { intent, attempts: target.attempts + 1 },
      });
    });
  }

  async function write(request: ChangeRequest, target: Target): Promise<void> {
    const result = await writeChange(users, request.change, target, writeDeadlineMs);
    switch (result.kind) {
      case "refused":
        return settleTarget(request, target, "incydr_refused", result.explanation);
      case "without_effect": {
        if (target.attempts >= MOST_ATTEMPTS) {
          return settleTarget(request, target, "read_back_denies_it", result.explanation);
        }
        const waiting = await uow.run((tx) =>
          applyTargetEvent(tx, request, target, "provably_without_effect", {
            actor: BOT,
            at: clock.now(),
            details: { explanation: result.explanation },
            patch: { intent: null },
          }),
        );
        return wait(waiting, "incydr");
      }
      case "answered":
        return readBack(request, target, null);
      case "partly":
        return readBack(request, target, result.explanation);
      case "unknown":
        return readBackUnknown(request, target, result.explanation);
    }
  }

  /** After an answered write: verified only if the subject shows it. */
  async function readBack(request: ChangeRequest, target: Target, reservation: string | null): Promise<void> {
    let facts: Preflight | null = null;
    for (let read = 1; read <= readBacks; read++) {
      facts = await readSubject(target);
      if (facts && isInEffect(request.change, facts))
        return settleTarget(request, target, "read_back_shows_it", null);
      if (reservation && facts) break;
      if (read < readBacks) await clock.sleep(1_000);
    }
    if (!facts)
      return settleTarget(request, target, "outcome_not_known", "Incydr can't be read at the moment.");
    const outstanding = rolesOutstanding(request.change, facts).map(({ name }) => name);
    const shown =
      outstanding.length > 0
        ? `Not done for: ${outstanding.join(", ")}.`
        : "Incydr does not show the change.";
    return settleTarget(
      request,
      target,
      "read_back_denies_it",
      [reservation, shown].filter(Boolean).join(" "),
    );
  }

  async function readBackUnknown(request: ChangeRequest, target: Target, explanation: string): Promise<void> {
    const facts = await readSubject(target);
    if (facts && isInEffect(request.change, facts))
      return settleTarget(request, target, "read_back_shows_it", null);
    return settleTarget(request, target, "outcome_not_known", explanation);
  }

  async function settle(requestId: number): Promise<void> {
    const before = await uow.run((tx) => tx.requests.get(requestId));
    if (!before) return;
    await subjectLock.withLock(onlyTarget(before).userId, async () => {
      const request = await uow.run((tx) => tx.requests.get(requestId));
      if (!request) return;
      const target = onlyTarget(request);
      if (target.state !== "unknown") return;
      const facts = await readSubject(target);
      const now = clock.now();
      if (facts && isInEffect(request.change, facts))
        return settleTarget(request, target, "read_back_shows_it", null);
      const deadlineAt = target.intent?.deadlineAt ?? now;
      if (facts && now >= deadlineAt) {
        return settleTarget(request, target, "read_back_denies_it", "The change did not take effect.");
      }
      const startAfter = facts ? deadlineAt : new Date(now.getTime() + retryMs);
      await uow.run((tx) => tx.jobs.enqueue({ kind: "settle", requestId }, { startAfter }));
    });
  }

  async function settleTarget(
    request: ChangeRequest,
    target: Target,
    event: TargetEvent,
    explanation: string | null,
  ): Promise<void> {
    await uow.run(async (tx) => {
      const at = clock.now();
      const patch: TargetPatch = { explanation, settledAt: at };
      const details = explanation ? { explanation } : {};
      const settled = await applyTargetEvent(tx, request, target, event, { actor: BOT, at, details, patch });
      if (event === "outcome_not_known") {
        const startAfter = new Date(at.getTime() + retryMs);
        await tx.jobs.enqueue({ kind: "settle", requestId: request.id }, { startAfter });
      }
      if (settled.state === "executing" && settled.targets.every(({ state }) => isSettled(state))) {
        await applyRequestEvent(tx, settled, "every_target_settled", { actor: BOT, at });
      }
    });
  }

  /** The approvals no longer stand for what would be done: ends the request, or the target if it was begun. */
  async function giveUp(
    request: ChangeRequest,
    target: Target,
    event: "subject_changed" | "requester_lost_authority",
    why: string,
  ): Promise<void> {
    if (request.state === "executing") {
      const targetEvent = event === "subject_changed" ? "subject_changed" : "skip";
      return settleTarget(request, target, targetEvent, why);
    }
    await uow.run(async (tx) => {
      const locked = await tx.requests.lock(request.id);
      if (locked?.state !== request.state) return;
      const at = clock.now();
      await tx.requests.updateTarget(request.id, target.position, { explanation: why });
      await applyRequestEvent(tx, locked, event, {
        actor: BOT,
        at,
        details: { why },
        policyHash: authorizer.policyHash,
      });
    });
  }

  async function askAgain(
    request: ChangeRequest,
    target: Target,
    lost: readonly string[],
    why: string,
  ): Promise<void> {
    if (request.state === "executing") return giveUp(request, target, "requester_lost_authority", why);
    await uow.run(async (tx) => {
      const locked = await tx.requests.lock(request.id);
      if (locked?.state !== request.state) return;
      for (const approverSlackId of lost) await tx.requests.voidDecision(request.id, approverSlackId);
      const cause = {
        actor: BOT,
        at: clock.now(),
        details: { why, lost },
        policyHash: authorizer.policyHash,
      } as const;
      await applyRequestEvent(tx, locked, "approver_lost_authority", cause);
    });
  }

  async function expire(request: ChangeRequest): Promise<void> {
    await uow.run(async (tx) => {
      const locked = await tx.requests.lock(request.id);
      if (locked?.state !== request.state) return;
      await applyRequestEvent(tx, locked, "deadline_passed", { actor: BOT, at: clock.now() });
    });
  }

  /** Says on the card what is waited for, and leaves a job that tries again. */
  async function wait(
    request: ChangeRequest,
    waitingFor: WaitingFor | null,
    until?: Date | "until woken",
  ): Promise<void> {
    await uow.run(async (tx) => {
      if (request.waitingFor !== waitingFor) {
        await tx.requests.update(request.id, { waitingFor });
        await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
      }
      if (until === "until woken") return;
      const startAfter = until ?? new Date(clock.now().getTime() + retryMs);
      await tx.jobs.enqueue({ kind: "execute", requestId: request.id }, { startAfter });
    });
  }

  /** The subject as Incydr shows them now; `null` if Incydr doesn't answer. */
  async function readSubject(target: Target): Promise<Preflight | null> {
    try {
      return await preflight(await users.getUser(parseUserId(target.userId), { lane: "change" }), "change");
    } catch (error) {
      if (isIncydrError(error)) return null;
      throw error;
    }
  }

  return { execute, settle };
}

function isRunnable({ state }: ChangeRequest): boolean {
  return state === "approved" || state === "executing";
}
