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
  rememberIdentities,
} from "../policy/check-authority.ts";
import { laneOf } from "../ports/execution-lane.ts";
import { MOST_TRIES, TriesExhaustedError } from "../ports/job-failure.ts";
import type { SubjectLock } from "../ports/locks.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { createExecutionSteps, type ExecutionSteps } from "./execution-steps.ts";
import { createOutcomeFinder, isShown, type Shown, writeOf } from "./find-outcome.ts";
import { createIsFrozen } from "./freeze-writes.ts";
import { type AttemptOutcome, createWriteAttempts } from "./write-attempt.ts";

export interface ExecutorOptions {
  readonly users: IncydrClient["users"];
  readonly subjects: SubjectReader;
  readonly authorizer: Authorizer;
  readonly people: PeopleSources;
  readonly uow: UnitOfWork;
  readonly subjectLock: SubjectLock;
  readonly clock: Clock;
  /** The configuration stops every write. */
  readonly readOnly: boolean;
  readonly isOutage: (error: unknown) => boolean;
}

/** The only thing that writes to Incydr. Each call may run twice with the effect of once. */
export interface Executor {
  /** Brings an approved request, or one that a crash interrupted, as far as it will go now; leaves a bulk to its own job. */
  execute(requestId: number): Promise<void>;
  /** The same for one target of many; `people` may remember for a while what it was told. */
  executeTarget(requestId: number, position: number, people: PeopleSources): Promise<void>;
  /** Finds out by reading what became of writes whose outcome is unknown. */
  settle(requestId: number): Promise<void>;
}

/** How often a write that had no effect is tried. */
const MOST_ATTEMPTS = 3;

/** Makes sure that this replica still holds the subject's lock. */
type AssertHeld = () => Promise<void>;

/** What one target is worked on with. */
interface Held {
  readonly assertHeld: AssertHeld;
  readonly people: PeopleSources;
}

export function createExecutor(options: ExecutorOptions): Executor {
  const { users, subjects, uow, subjectLock, clock, readOnly, isOutage } = options;
  const steps = createExecutionSteps({ uow, clock });
  const isFrozen = createIsFrozen({ uow, readOnly });
  const attempts = createWriteAttempts({ users, subjects, isFrozen, clock });
  const outcomes = createOutcomeFinder({ attempts, steps, clock });
  const load = (requestId: number, position: number) =>
    uow.read(({ requests }) => requests.getTarget(requestId, position));

  const executor: Executor = {
    async execute(requestId) {
      const request = await load(requestId, 0);
      if (!request || !isUnderWay(request)) return;
      if (!isBulk(request)) return workOn(request, options.people);
      await uow.run((tx) => tx.jobs.enqueue({ kind: "execute_bulk", requestId }));
    },

    async executeTarget(requestId, position, people) {
      const request = await load(requestId, position);
      if (request) await workOn(request, people);
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
  return executor;

  /** Works on a target as it is once nobody else works on its subject. */
  async function workOn(before: ChangeRequest, people: PeopleSources): Promise<void> {
    if (!isRunnable(before)) return;
    const { userId, position } = onlyTarget(before);
    await subjectLock.withLock(userId, async (assertHeld) => {
      const request = await load(before.id, position);
      if (!request || !isRunnable(request)) return;
      const isClaimed = onlyTarget(request).state === "executing";
      const held = { assertHeld, people };
      await (isClaimed ? recover(request, held) : carryOut(request, held));
    });
  }

  /** Resolves to Incydr's answer if it is that the subject can't be read, and to `null` otherwise. */
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

  /** A claimed target whose executor died: reads what became of the write before anything else. */
  async function recover(request: ChangeRequest, held: Held): Promise<void> {
    const { intent, attempts: attempted } = onlyTarget(request);
    const readBack = await attempts.readBack(writeOf(request));
    if (readBack.shows === "away") return steps.wait(request, "incydr");
    if (readBack.shows === "all") return steps.settle(request, "read_back_shows_it", null);
    // Until then the write may still be on its way, and must not be sent again.
    const until = attempts.onItsWayUntil(intent);
    if (until) return steps.wait(request, null, until);
    // Incydr answers that the subject can't be read: that won't change, and a later job reads the outcome.
    if (!isShown(readBack)) return steps.settle(request, "outcome_not_known", readBack.error.message);
    // What it has done in part is not to be taken for somebody else's doing; nor what it may yet do for never begun.
    const isOver = request.stopped || clock.now() >= request.executeBy || attempted >= MOST_ATTEMPTS;
    if (readBack.shows === "part" || isOver) return outcomes.conclude(request, readBack);
    await carryOut(request, held, readBack);
  }

  /** `earlier`: what is shown of an earlier write of this request, which may show yet; none if nothing was sent. */
  async function carryOut(
    request: ChangeRequest,
    { assertHeld, people }: Held,
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
    // Whoever is judged from here on is judged by these, or nothing is claimed.
    const authorizer = await pinned(request);
    if (!authorizer) return steps.wait(request, "slack");
    const { policyHash } = authorizer;
    if (!isDeciding(decidingHash, policyHash)) return steps.wait(request, "policies");
    if (executing.some((id) => id !== request.id)) return steps.wait(request, "subject");

    // Both ask Incydr, and neither needs the other. Who the people are is read again below, where a long wait for
    // the subject can't have made it old.
    const asked = rememberIdentities(people, clock);
    readOperators(request, asked).catch(() => {});
    const state = await readState(request);
    if (state === "gone") {
      // An emergency has no approvals that could be renewed.
      const event = request.emergency ? "requester_lost_authority" : "subject_changed";
      return giveUp(event, "Incydr no longer has this user.");
    }
    if (!state) return steps.wait(request, "incydr");
    const isAlready = isInEffect(request.change, state);
    const snapshot = snapshotOf(request.change.kind, state);
    const isAsApproved = hashSnapshots([snapshot]) === hashSnapshots([target.snapshot]);
    // Nobody approved what an emergency saw; whether it may run is asked about what is now.
    if (!isAlready && !request.emergency && !isAsApproved) {
      return giveUp("subject_changed", describeDrift(target, state, snapshot));
    }
    // What was sent before, and shows now, is this request's doing.
    if (isAlready && earlier) return steps.settle(request, "read_back_shows_it", null);

    const authority = await authorityOf(authorizer, request, state, asked);
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

    // What may show yet must not be taken for somebody else's doing, so that the intent is kept.
    const free = earlier
      ? await steps.release(request, "The write has had no effect so far.", "kept")
      : request;
    if (!free) return;
    // The bot may have died between the two.
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
      // Incydr does not add later a role that it left out.
      isConclusive: (readBack, answer) => readBack.shows === "all" || (isShown(readBack) && answer !== null),
    });
    await follow(outcome, { mayShowYet });

    /** What was sent is not said to have been left out: it has failed, or may show yet. */
    function giveUp(
      event: Parameters<ExecutionSteps["giveUp"]>[1],
      why: string,
      judgedBy?: string,
    ): Promise<void> {
      return earlier ? outcomes.conclude(request, earlier, why) : steps.giveUp(request, event, why, judgedBy);
    }
  }

  /** Stores what became of an attempt. `mayShowYet`: an earlier write was sent, and nothing of it was seen so far. */
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
        // The target stays claimed: the next execution reads the subject again before anything else.
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

  /** The policies of now and of when it was requested; `null` if Slack can't be asked about their groups. */
  async function pinned({ policyHash }: ChangeRequest): Promise<Authorizer | null> {
    try {
      return await options.authorizer.pin({ madeUnder: policyHash });
    } catch (error) {
      if (error instanceof DirectoryUnavailableError) return null;
      throw error;
    }
  }

  /** What may keep a target waiting before anybody is asked. */
  function obstacles({ userId }: Target) {
    return uow.read(async ({ freeze, policies, requests }) => {
      const read = await Promise.all([freeze.read(), policies.read(), requests.executingOn(userId)]);
      return { freeze: read[0], decidingHash: read[1], executing: read[2] };
    });
  }

  /** The subject as Incydr shows them now; `null` if Incydr doesn't answer. */
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
    people: PeopleSources,
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

/** Whether there is something to be done for the target that was read. */
function isRunnable(request: ChangeRequest): boolean {
  return isUnderWay(request) && !isSettled(onlyTarget(request).state);
}

/** Of many targets the first may be settled long before the last. */
function isUnderWay({ state }: ChangeRequest): boolean {
  return state === "approved" || state === "executing";
}
