import { type Authorizer, DirectoryUnavailableError } from "../../authorization/index.ts";
import { type IncydrClient, type IncydrError, isIncydrError } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { runEach } from "../../kernel/run-each.ts";
import type { SubjectReader, SubjectState } from "../../subjects/index.ts";
import { isInEffect } from "../model/change.ts";
import { type ChangeRequest, isBulk, onlyTarget, STOPPED, type Target } from "../model/change-request.ts";
import { describeDrift } from "../model/find-drift.ts";
import { hashSnapshots, snapshotOf } from "../model/snapshot.ts";
import { isSettled } from "../model/state-machine.ts";
import { isDeciding } from "../policy/assert-deciding.ts";
import {
  type Authority,
  checkAuthority,
  type PeopleSources,
  readOperators,
} from "../policy/check-authority.ts";
import { laneOf } from "../ports/execution-lane.ts";
import { MOST_TRIES, TriesExhaustedError } from "../ports/job-failure.ts";
import type { SubjectLock } from "../ports/locks.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { createExecutionSteps, type ExecutionSteps } from "./execution-steps.ts";
import { createOutcomeFinder, isShown, type Shown, writeOf } from "./find-outcome.ts";
import { createIsFrozen } from "./freeze-writes.ts";
import { type AttemptOutcome, createWriteAttempts } from "./write-attempt.ts";

/** Writes to Incydr. Each method is idempotent. */
export interface Executor {
  /** Continues an approved or interrupted request as far as possible now. For a bulk, enqueues its job. */
  execute(requestId: number): Promise<void>;
  /** As `execute`, for one target of a bulk. */
  executeTarget(requestId: number, position: number): Promise<void>;
  /** Reads the outcome of writes whose outcome is unknown. */
  settle(requestId: number): Promise<void>;
}

/** How often a write without effect is tried. */
const MOST_ATTEMPTS = 3;

/** Throws if this replica has lost the subject's lock. */
type AssertHeld = () => Promise<void>;

export function createExecutor(options: {
  users: IncydrClient["users"];
  subjects: SubjectReader;
  authorizer: Authorizer;
  people: PeopleSources;
  uow: UnitOfWork;
  subjectLock: SubjectLock;
  clock: Clock;
  /** Whether the configuration stops every write. */
  readOnly: boolean;
  isOutage: (error: unknown) => boolean;
}): Executor {
  const { users, subjects, people, uow, subjectLock, clock, readOnly, isOutage } = options;
  const steps = createExecutionSteps({ uow, clock });
  const isFrozen = createIsFrozen({ uow, readOnly });
  const attempts = createWriteAttempts({ users, subjects, isFrozen, clock });
  const outcomes = createOutcomeFinder({ attempts, steps, clock });
  const load = (requestId: number, position: number) =>
    uow.read(({ requests }) => requests.getTarget(requestId, position));

  return {
    async execute(requestId) {
      const request = await load(requestId, 0);
      if (!request || !isUnderWay(request)) return;
      if (!isBulk(request)) return workOn(request);
      await uow.run((tx) => tx.jobs.enqueue({ kind: "execute_bulk", requestId }));
    },

    async executeTarget(requestId, position) {
      const request = await load(requestId, position);
      if (request) await workOn(request);
    },

    async settle(requestId) {
      const unknown = await uow.read(({ requests }) => requests.targetsIn(requestId, ["unknown"]));
      const unreadable: IncydrError[] = [];
      await runEach(unknown, isOutage, async ({ position }) => {
        const error = await settleTarget(requestId, position);
        if (error) unreadable.push(error);
      });
      const [error] = unreadable;
      if (!error) return;
      const reads = await uow.run((tx) => tx.requests.countUnreadable(requestId));
      if (reads >= MOST_TRIES) throw new TriesExhaustedError(error);
      const [position = 0] = unknown.map((target) => target.position);
      const request = await load(requestId, position);
      if (request) await steps.settleLater(request, null);
    },
  };

  /** Waits for the subject's lock, reads the target again and works on it. */
  async function workOn(before: ChangeRequest): Promise<void> {
    if (!isRunnable(before)) return;
    const { userId, position } = onlyTarget(before);
    await subjectLock.withLock(userId, async (assertHeld) => {
      const request = await load(before.id, position);
      if (!request || !isRunnable(request)) return;
      const isClaimed = onlyTarget(request).state === "executing";
      await (isClaimed ? recover(request, assertHeld) : carryOut(request, assertHeld));
    });
  }

  /** Resolves to Incydr's error if it answers that the subject can't be read, else to `null`. */
  async function settleTarget(requestId: number, position: number): Promise<IncydrError | null> {
    const before = await load(requestId, position);
    if (!before) return null;
    return subjectLock.withLock(onlyTarget(before).userId, async () => {
      const request = await load(requestId, position);
      if (!request || onlyTarget(request).state !== "unknown") return null;
      try {
        const again = await outcomes.later(request);
        if (again) await steps.settleLater(request, again === "later" ? null : again);
        return null;
      } catch (error) {
        if (!isIncydrError(error)) throw error;
        return error;
      }
    });
  }

  /** Continues with a claimed target after a crash: first reads the outcome of its write. */
  async function recover(request: ChangeRequest, assertHeld: AssertHeld): Promise<void> {
    const { intent, attempts: attempted } = onlyTarget(request);
    const readBack = await attempts.readBack(writeOf(request));
    if (readBack.shows === "away") return steps.wait(request, "incydr");
    if (readBack.shows === "all") return steps.settle(request, "read_back_shows_it", null);
    // Until this time the write may take effect, so it is not sent again.
    const until = attempts.onItsWayUntil(intent);
    if (until) return steps.wait(request, null, until);
    // Incydr would give the same answer again, so a later job reads the outcome.
    if (!isShown(readBack)) return steps.settle(request, "outcome_not_known", readBack.error.message);
    // A partial change comes from this request. If no effect is shown and no try is left, the write may still take
    // effect.
    const isOver = request.stopped || clock.now() >= request.executeBy || attempted >= MOST_ATTEMPTS;
    if (readBack.shows === "part" || isOver) return outcomes.conclude(request, readBack);
    await carryOut(request, assertHeld, readBack);
  }

  /** `earlier`: the read-back of an earlier write, which may still take effect; `null` if nothing was sent. */
  async function carryOut(
    request: ChangeRequest,
    assertHeld: AssertHeld,
    earlier: Shown | null = null,
  ): Promise<void> {
    const target = onlyTarget(request);
    if (request.paused) return;
    if (request.stopped) return steps.settle(request, "skip", STOPPED);
    if (clock.now() >= request.executeBy) return steps.giveUp(request, "deadline_passed", "Its time was up.");
    const { notBefore } = request;
    if (notBefore && clock.now() < notBefore) return steps.wait(request, null, notBefore);
    const { freeze, decidingHash, executing } = await obstacles(target);
    if (readOnly || freeze) return steps.wait(request, "freeze", "woken");
    // If other policies decide by then, the claim fails.
    const authorizer = await pinned(request);
    if (!authorizer) return steps.wait(request, "slack");
    const { policyHash } = authorizer;
    if (!isDeciding(decidingHash, policyHash)) return steps.wait(request, "policies");
    if (executing.some((id) => id !== request.id)) return steps.wait(request, "subject");

    // Both calls read from Incydr, so they run at the same time. Slack's facts are read again below, because reading
    // the subject may take long.
    readOperators(request, people).catch(() => {});
    const state = await readState(request);
    if (state === "gone") {
      // An emergency can't become stale, because it has no approvals to renew.
      const event = request.emergency ? "requester_lost_authority" : "subject_changed";
      return giveUp(event, "Incydr no longer has this user.");
    }
    if (!state) return steps.wait(request, "incydr");
    const isAlready = isInEffect(request.change, state);
    const snapshot = snapshotOf(request.change.kind, state);
    const isAsApproved = hashSnapshots([snapshot]) === hashSnapshots([target.snapshot]);
    // Nobody approved the snapshot of an emergency. The policies judge its present facts.
    if (!isAlready && !request.emergency && !isAsApproved) {
      return giveUp("subject_changed", describeDrift(target, state, snapshot));
    }
    // The earlier write of this request has taken effect.
    if (isAlready && earlier) return steps.settle(request, "read_back_shows_it", null);

    const authority = await authorityOf(authorizer, request, state);
    switch (authority.kind) {
      case "unreadable":
        return steps.wait(request, authority.what);
      case "requester_lost":
        return giveUp("requester_lost_authority", authority.why, policyHash);
      case "approvals_lost":
        if (earlier) return outcomes.conclude(request, earlier, authority.why);
        return steps.askAgain(request, { ...authority, policyHash });
      case "holds":
        break;
    }

    // The intent stays, so that a late effect of the earlier write is known to come from this request.
    const free = earlier
      ? await steps.release(request, "The write has had no effect so far.", "kept")
      : request;
    if (!free) return;
    // A crash may have come between an earlier claim and its write.
    const mayShowYet = target.intent !== null;
    const outcome = await attempts.attempt<ChangeRequest>({
      assertHeld,
      async claim() {
        const claimed = await steps.claim(free, policyHash);
        if (!claimed) return null;
        if (isAlready) {
          await steps.settle(claimed, mayShowYet ? "read_back_shows_it" : "was_so_already", null);
          return null;
        }
        const { intent, snapshot: approved } = onlyTarget(claimed);
        return {
          claimed,
          write: writeOf(claimed),
          expectedRoleIds: approved.roleIds ?? [],
          deadlineAt: intent?.deadlineAt ?? clock.now(),
        };
      },
      // If Incydr says that it left a role out, it does not add the role later.
      isConclusive: (readBack, answer) => readBack.shows === "all" || (isShown(readBack) && answer !== null),
    });
    await follow(outcome, { mayShowYet });

    /** After an earlier write, the outcome is read first, because the target must not end as unchanged. */
    function giveUp(
      event: Parameters<ExecutionSteps["giveUp"]>[1],
      why: string,
      judgedBy?: string,
    ): Promise<void> {
      return earlier ? outcomes.conclude(request, earlier, why) : steps.giveUp(request, event, why, judgedBy);
    }
  }

  /** Stores the outcome of an attempt. `mayShowYet`: an earlier write was sent, and has shown no effect. */
  async function follow(
    outcome: AttemptOutcome<ChangeRequest>,
    { mayShowYet }: { mayShowYet: boolean },
  ): Promise<void> {
    switch (outcome.kind) {
      case "not_claimed":
        return;
      case "answered":
        return outcomes.afterAnswer(outcome.claimed, outcome.answer, outcome.readBack);
      case "timed_out":
        return outcomes.afterTimeout(outcome.claimed, outcome.readBack, outcome.explanation);
      case "refused":
        return denied("incydr_refused", outcome);
      case "without_effect": {
        const { claimed, explanation, because, retry } = outcome;
        if (onlyTarget(claimed).attempts >= MOST_ATTEMPTS && because !== "frozen")
          return denied("read_back_denies_it", outcome);
        // The target stays claimed, so the next execution reads the subject first.
        if (mayShowYet) return steps.wait(claimed, "incydr");
        const released = await steps.release(claimed, explanation);
        if (released) await steps.wait(released, retry.waitingFor, retry.until);
      }
    }

    function denied(
      event: "incydr_refused" | "read_back_denies_it",
      { claimed, explanation }: { claimed: ChangeRequest; explanation: string },
    ): Promise<void> {
      return mayShowYet
        ? outcomes.afterDenial(claimed, event, explanation)
        : steps.settle(claimed, event, explanation);
    }
  }

  /** The current policies together with the policies of the request; `null` if Slack can't return their groups. */
  async function pinned({ policyHash }: ChangeRequest): Promise<Authorizer | null> {
    try {
      return await options.authorizer.pin({ madeUnder: policyHash });
    } catch (error) {
      if (error instanceof DirectoryUnavailableError) return null;
      throw error;
    }
  }

  /** The reasons to wait that can be read without calls to Slack or Incydr. */
  function obstacles({ userId }: Target) {
    return uow.read(async ({ freeze, policies, requests }) => {
      const read = await Promise.all([freeze.read(), policies.read(), requests.executingOn(userId)]);
      return { freeze: read[0], decidingHash: read[1], executing: read[2] };
    });
  }

  /** The subject's present facts; `null` if Incydr does not answer. */
  async function readState(request: ChangeRequest): Promise<SubjectState | "gone" | null> {
    try {
      return await subjects.state(onlyTarget(request).userId, { lane: laneOf(request) });
    } catch (error) {
      if (isIncydrError(error, "not_found")) return "gone";
      if (isIncydrError(error)) return null;
      throw error;
    }
  }

  async function authorityOf(
    authorizer: Authorizer,
    request: ChangeRequest,
    state: SubjectState,
  ): Promise<Authority | { kind: "unreadable"; what: "slack" | "incydr" }> {
    const unratified = request.emergency
      ? await uow.run((tx) => tx.requests.unratifiedOf(request.requester))
      : [];
    try {
      return await checkAuthority({
        request,
        unratifiedEmergencies: unratified.filter((id) => id !== request.id).length,
        target: onlyTarget(request),
        facts: state,
        authorizer,
        people,
      });
    } catch (error) {
      if (error instanceof DirectoryUnavailableError) return { kind: "unreadable", what: "slack" };
      if (isIncydrError(error)) return { kind: "unreadable", what: "incydr" };
      throw error;
    }
  }
}

function isRunnable(request: ChangeRequest): boolean {
  return isUnderWay(request) && !isSettled(onlyTarget(request).state);
}

/** The first target of a bulk may be settled long before the last. */
function isUnderWay({ state }: ChangeRequest): boolean {
  return state === "approved" || state === "executing";
}
