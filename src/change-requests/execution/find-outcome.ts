import type { Clock } from "../../kernel/clock.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { RoleRef, SubjectEffect } from "../../subjects/index.ts";
import { grantHoursOf, rolesGained, rolesOutstanding } from "../model/change.ts";
import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import { laneOf } from "../ports/execution-lane.ts";
import type { ExecutionSteps } from "./execution-steps.ts";
import { type Answer, type ReadBack, UNREADABLE, type Write, type WriteAttempts } from "./write-attempt.ts";

/** Decides the outcome of a write by reading the subject. */
export interface OutcomeFinder {
  afterAnswer(request: ChangeRequest, answer: Answer, readBack: ReadBack): Promise<void>;
  /** After a write without effect, if an earlier one may have had an effect. If nothing is shown, settles by `event`. */
  afterDenial(
    request: ChangeRequest,
    event: "incydr_refused" | "read_back_denies_it",
    explanation: string,
  ): Promise<void>;
  afterTimeout(request: ChangeRequest, readBack: ReadBack, explanation: string): Promise<void>;
  /**
   * Reads an unknown outcome again. Resolves to when to read it next (`later`: after a growing pause), or to `null`.
   * @throws {IncydrError} if Incydr answers that the subject can't be read.
   */
  later(request: ChangeRequest): Promise<Date | "later" | null>;
  /** Settles a write that is not tried again, by its read-back; `why` explains it. */
  conclude(request: ChangeRequest, shown: Shown, why?: string): Promise<void>;
}

export type Shown = Extract<ReadBack, { effect: SubjectEffect }>;

const NO_EFFECT = "The change did not take effect.";
const NOT_SHOWN_YET = "Incydr said that it did it, and doesn't show it yet.";
/**
 * How late Incydr may show a temporary role, in milliseconds. Until then the write does not count as failed. If the
 * role appeared after a failure, no grant would end it.
 */
const LATEST_MS = 24 * 3_600_000;

export function createOutcomeFinder(options: {
  attempts: Pick<WriteAttempts, "readBack" | "onItsWayUntil">;
  steps: ExecutionSteps;
  clock: Clock;
}): OutcomeFinder {
  const { attempts, steps, clock } = options;
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
      // The write may still take effect. After its deadline the execution reads the subject again.
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

  /** Whether no written role is shown yet: Incydr shows all of them at once. */
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

export function writeOf(request: ChangeRequest): Write {
  const { userId, facts } = onlyTarget(request);
  return { userId, change: request.change, rolesBefore: facts.roles, lane: laneOf(request) };
}

export function isShown(readBack: ReadBack): readBack is Shown {
  return "effect" in readBack;
}

function outstandingIds({ change }: ChangeRequest, effect: SubjectEffect): string[] {
  return rolesOutstanding(change, effect).map(({ id }) => id);
}

/** Lists the roles of a partial change that are done, and those that are not. */
function roleByRole(request: ChangeRequest, effect: SubjectEffect): string {
  const { change } = request;
  const { roles: before } = onlyTarget(request).facts;
  const outstanding = rolesOutstanding(change, effect);
  const isDone = ({ id }: RoleRef) => !outstanding.some((role) => role.id === id);
  const done = rolesOutstanding(change, { roles: before }).filter(isDone);
  const names = (roles: readonly RoleRef[]) => roles.map(({ name }) => quotedName(name)).join(", ");
  const parts = [
    done.length > 0 ? `Done for: ${names(done)}.` : "",
    outstanding.length > 0 ? `Not done for: ${names(outstanding)}.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}
