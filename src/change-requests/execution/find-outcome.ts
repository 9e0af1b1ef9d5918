import type { Clock } from "../../kernel/clock.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { RoleRef, SubjectEffect } from "../../subjects/index.ts";
import { grantHoursOf, rolesGained, rolesLost, rolesOutstanding } from "../model/change.ts";
import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import { laneOf } from "../ports/execution-lane.ts";
import type { ExecutionSteps } from "./execution-steps.ts";
import { type Answer, type ReadBack, UNREADABLE, type Write, type WriteAttempts } from "./write-attempt.ts";

export interface FindOutcomeOptions {
  readonly attempts: Pick<WriteAttempts, "readBack" | "onItsWayUntil">;
  readonly steps: ExecutionSteps;
  readonly clock: Clock;
}

/** Decides by what a subject shows, and by that alone, what became of a write. */
export interface OutcomeFinder {
  /** After an answered write. */
  afterAnswer(request: ChangeRequest, answer: Answer, readBack: ReadBack): Promise<void>;
  /** After a write that had no effect, where an earlier one may have had it: by what is shown, or else by `event`. */
  afterDenial(
    request: ChangeRequest,
    event: "incydr_refused" | "read_back_denies_it",
    explanation: string,
  ): Promise<void>;
  /** After a write without an answer. */
  afterTimeout(request: ChangeRequest, readBack: ReadBack, explanation: string): Promise<void>;
  /**
   * Later, for a target whose outcome is still unknown; resolves to when to read again, if need be: `later` is after
   * an ever longer pause.
   * @throws {IncydrError} if Incydr answers that the subject can't be read.
   */
  later(request: ChangeRequest): Promise<Date | "later" | null>;
  /** Settles a write that is tried no more, for the reason given if any, by what was shown of it. */
  conclude(request: ChangeRequest, shown: Shown, why?: string): Promise<void>;
}

/** The read-back of a subject that could be read. */
export type Shown = Extract<ReadBack, { effect: SubjectEffect }>;

/** Said of a write of which nothing is to be seen. */
const NO_EFFECT = "The change did not take effect.";
const NOT_SHOWN_YET = "Incydr said that it did it, and doesn't show it yet.";
/**
 * How long a role for a limited time may be shown late, in milliseconds. Until then nobody says that it failed: with
 * nobody to end it, a role that shows after that would be held for good.
 */
const LATEST_MS = 24 * 3_600_000;

export function createOutcomeFinder({ attempts, steps, clock }: FindOutcomeOptions): OutcomeFinder {
  return {
    async afterAnswer(request, answer, readBack) {
      if (!isShown(readBack)) return steps.settle(request, "outcome_not_known", UNREADABLE);
      if (readBack.shows === "all") return steps.settle(request, "read_back_shows_it", null);
      const { effect } = readBack;
      if (mayShowLate(request, effect, answer?.leftOut ?? []))
        return steps.settle(request, "outcome_not_known", NOT_SHOWN_YET);
      const parts = [answer?.explanation, roleByRole(request, effect)];
      const explanation = parts.filter(Boolean).join(" ") || null;
      return steps.settle(request, "read_back_denies_it", explanation, outstandingIds(request, effect));
    },

    async afterDenial(request, event, explanation) {
      const readBack = await attempts.readBack(writeOf(request));
      if (readBack.shows === "all") return steps.settle(request, "read_back_shows_it", null);
      if (!isShown(readBack) || (readBack.shows === "nothing" && isAwaitedStill(request)))
        return steps.settle(request, "outcome_not_known", explanation);
      return readBack.shows === "part" ? deny(request, readBack) : steps.settle(request, event, explanation);
    },

    async afterTimeout(request, readBack, explanation) {
      if (!isShown(readBack)) return steps.settle(request, "outcome_not_known", explanation);
      if (readBack.shows === "all") return steps.settle(request, "read_back_shows_it", null);
      // It may still be on its way; once it can't be, the execution goes on from what is read then.
      const { intent } = onlyTarget(request);
      return steps.wait(request, "incydr", intent?.deadlineAt ?? clock.now());
    },

    async later(request) {
      const readBack = await attempts.readBack(writeOf(request));
      if (readBack.shows === "away") return "later";
      if (!isShown(readBack)) throw readBack.error;
      if (readBack.shows === "all") {
        await steps.settle(request, "read_back_shows_it", null);
        return null;
      }
      const until = attempts.onItsWayUntil(onlyTarget(request).intent);
      if (until) return until;
      if (readBack.shows === "nothing" && isAwaitedStill(request)) return "later";
      await deny(request, readBack);
      return null;
    },

    conclude: (request, shown, why) =>
      shown.shows === "nothing" && isAwaitedStill(request)
        ? steps.settle(request, "outcome_not_known", [NO_EFFECT, why].filter(Boolean).join(" "))
        : deny(request, shown, why),
  };

  function deny(request: ChangeRequest, { shows, effect }: Shown, why?: string): Promise<void> {
    const isPart = shows === "part";
    const words = [isPart ? roleByRole(request, effect) : NO_EFFECT, why].filter(Boolean).join(" ");
    const outstanding = isPart ? outstandingIds(request, effect) : null;
    return steps.settle(request, "read_back_denies_it", words, outstanding);
  }

  /** Whether nothing is shown yet of what was written, all of which shows at once. */
  function mayShowLate(request: ChangeRequest, effect: SubjectEffect, leftOut: readonly string[]): boolean {
    const written = rolesGained(request.change, onlyTarget(request).facts.roles).filter(
      ({ id }) => !leftOut.includes(id),
    );
    const isShown = written.some(({ id }) => effect.roles.some((role) => role.id === id));
    return written.length > 0 && !isShown && isAwaitedStill(request);
  }

  function isAwaitedStill(request: ChangeRequest): boolean {
    const { intent } = onlyTarget(request);
    if (grantHoursOf(request.change) === null || !intent) return false;
    return clock.now().getTime() < intent.deadlineAt.getTime() + LATEST_MS;
  }
}

/** The write that carries out a request's change. */
export function writeOf(request: ChangeRequest): Write {
  const { userId, facts } = onlyTarget(request);
  return { userId, change: request.change, rolesBefore: facts.roles, lane: laneOf(request) };
}

export function isShown(readBack: ReadBack): readBack is Shown {
  return "effect" in readBack;
}

/** Ids of the roles that aren't as the change means them to be. */
function outstandingIds({ change }: ChangeRequest, effect: SubjectEffect): string[] {
  return rolesOutstanding(change, effect).map(({ id }) => id);
}

/** Which roles of a change that didn't wholly take effect are as they were meant to be, and which aren't. */
function roleByRole(request: ChangeRequest, effect: SubjectEffect): string {
  const { change } = request;
  const { roles: before } = onlyTarget(request).facts;
  const outstanding = rolesOutstanding(change, effect);
  const isDone = ({ id }: RoleRef) => !outstanding.some((role) => role.id === id);
  const done = [...rolesGained(change, before), ...rolesLost(change, before)].filter(isDone);
  const names = (roles: readonly RoleRef[]) => roles.map(({ name }) => quotedName(name)).join(", ");
  return [
    done.length > 0 ? `Done for: ${names(done)}.` : "",
    outstanding.length > 0 ? `Not done for: ${names(outstanding)}.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}
