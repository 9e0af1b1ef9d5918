import { isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { quotedName } from "../../kernel/quoted-name.ts";
import type { RoleRef, SubjectEffect, SubjectReader } from "../../subjects/index.ts";
import { grantHoursOf, isInEffect, rolesGained, rolesLost, rolesOutstanding } from "../model/change.ts";
import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import { laneOf } from "../ports/execution-lane.ts";
import type { ExecutionSteps } from "./execution-steps.ts";
import type { WriteResult } from "./write-change.ts";

export interface FindOutcomeOptions {
  readonly subjects: SubjectReader;
  readonly steps: ExecutionSteps;
  readonly clock: Clock;
  /** Times to read a subject that doesn't show an answered write yet, a second apart. */
  readonly readBacks: number;
}

/** Finds out, by reading alone, what became of a write. */
export interface OutcomeFinder {
  /** After an answered write; `reservation` is what Incydr left out of it. */
  afterAnswer(request: ChangeRequest, reservation: Reservation | null): Promise<void>;
  /** After a write that had no effect, where an earlier one may have had it: by what is seen, or else by `event`. */
  afterDenial(
    request: ChangeRequest,
    event: "incydr_refused" | "read_back_denies_it",
    explanation: string,
  ): Promise<void>;
  /** After a write without an answer. */
  afterSilence(request: ChangeRequest, explanation: string): Promise<void>;
  /**
   * Later, for a target whose outcome is still unknown; resolves to when to look again, if need be: `later` is after
   * an ever longer pause.
   * @throws {IncydrError} if Incydr answers that the subject can't be read.
   */
  later(request: ChangeRequest): Promise<Date | "later" | null>;
  /** Settles a write that is tried no more, for the reason given if any, by what was seen of it. */
  conclude(request: ChangeRequest, sight: Sight, why?: string): Promise<void>;
  /**
   * How much of the change a subject shows now; `null` if Incydr is away.
   * @throws {IncydrError} if Incydr answers that the subject can't be read.
   */
  look(request: ChangeRequest): Promise<Sight | null>;
}

/** What Incydr said that it left out of a write. */
export type Reservation = Pick<Extract<WriteResult, { kind: "partly" }>, "explanation" | "leftOut">;

/** What a subject shows of a change that was written. */
export interface Sight {
  readonly shows: "all" | "part" | "nothing";
  /** Role by role, where it is a part. */
  readonly explanation: string | null;
  /** Ids of the roles that aren't as they were meant to be, where it is a part. */
  readonly outstanding: readonly string[] | null;
}

const PAUSE_MS = 1_000;
/** Said of a write of which nothing is to be seen. */
const NO_EFFECT = "The change did not take effect.";
const NOT_SHOWN_YET = "Incydr said that it did it, and doesn't show it yet.";
/**
 * How long a role for a limited time may be shown late, in milliseconds. Until then nobody says that it failed: with
 * nobody to end it, a role that shows after that would be held for good.
 */
const LATEST_MS = 24 * 3_600_000;

export function createOutcomeFinder({
  subjects,
  steps,
  clock,
  readBacks,
}: FindOutcomeOptions): OutcomeFinder {
  const look: OutcomeFinder["look"] = async (request) => {
    const effect = await readOrThrow(request);
    if (!effect) return null;
    const { change } = request;
    if (isInEffect(change, effect)) return { shows: "all", explanation: null, outstanding: null };
    const outstanding = rolesOutstanding(change, effect).map(({ id }) => id);
    const isPart = outstanding.length < rolesOutstanding(change, onlyTarget(request).facts).length;
    return isPart
      ? { shows: "part", explanation: roleByRole(request, effect), outstanding }
      : { shows: "nothing", explanation: null, outstanding: null };
  };

  return {
    look,

    async afterAnswer(request, reservation) {
      let effect: SubjectEffect | null = null;
      for (let reads = 1; reads <= readBacks; reads++) {
        effect = await read(request);
        if (effect && isInEffect(request.change, effect))
          return steps.settle(request, "read_back_shows_it", null);
        // What was left out on purpose won't come by itself.
        if (effect && reservation) break;
        if (reads < readBacks) await clock.sleep(PAUSE_MS);
      }
      if (!effect) return steps.settle(request, "outcome_not_known", "Incydr can't be read at the moment.");
      if (mayShowLate(request, effect, reservation?.leftOut ?? []))
        return steps.settle(request, "outcome_not_known", NOT_SHOWN_YET);
      const parts = [reservation?.explanation, roleByRole(request, effect)];
      const explanation = parts.filter(Boolean).join(" ") || null;
      const outstanding = rolesOutstanding(request.change, effect).map(({ id }) => id);
      return steps.settle(request, "read_back_denies_it", explanation, outstanding);
    },

    async afterDenial(request, event, explanation) {
      const sight = await lookOrNull(request);
      if (sight?.shows === "all") return steps.settle(request, "read_back_shows_it", null);
      if (!sight || (sight.shows === "nothing" && isAwaitedStill(request)))
        return steps.settle(request, "outcome_not_known", explanation);
      return sight.shows === "part" ? deny(request, sight) : steps.settle(request, event, explanation);
    },

    async afterSilence(request, explanation) {
      const sight = await lookOrNull(request);
      if (!sight) return steps.settle(request, "outcome_not_known", explanation);
      if (sight.shows === "all") return steps.settle(request, "read_back_shows_it", null);
      // It may still be on its way; once it can't be, the execution goes on from what is read then.
      const { intent } = onlyTarget(request);
      return steps.wait(request, "incydr", intent?.deadlineAt ?? clock.now());
    },

    async later(request) {
      const sight = await look(request);
      if (!sight) return "later";
      if (sight.shows === "all") {
        await steps.settle(request, "read_back_shows_it", null);
        return null;
      }
      // Until then the write may still be on its way.
      const { intent } = onlyTarget(request);
      if (intent && clock.now() < intent.deadlineAt) return intent.deadlineAt;
      if (sight.shows === "nothing" && isAwaitedStill(request)) return "later";
      await deny(request, sight);
      return null;
    },

    conclude: (request, sight, why) =>
      sight.shows === "nothing" && isAwaitedStill(request)
        ? steps.settle(request, "outcome_not_known", [NO_EFFECT, why].filter(Boolean).join(" "))
        : deny(request, sight, why),
  };

  function deny(request: ChangeRequest, { explanation, outstanding }: Sight, why?: string): Promise<void> {
    const words = [explanation ?? NO_EFFECT, why].filter(Boolean).join(" ");
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

  async function lookOrNull(request: ChangeRequest): Promise<Sight | null> {
    try {
      return await look(request);
    } catch (error) {
      if (isIncydrError(error)) return null;
      throw error;
    }
  }

  async function read(request: ChangeRequest): Promise<SubjectEffect | null> {
    try {
      return await readOrThrow(request);
    } catch (error) {
      if (isIncydrError(error)) return null;
      throw error;
    }
  }

  async function readOrThrow(request: ChangeRequest): Promise<SubjectEffect | null> {
    try {
      const effect = await subjects.effect(onlyTarget(request).userId, laneOf(request));
      // What Incydr doesn't say can't show whether somebody was moved.
      return request.change.kind === "move" && effect.orgGuid === "" ? null : effect;
    } catch (error) {
      if (isIncydrOutage(error)) return null;
      throw error;
    }
  }
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
