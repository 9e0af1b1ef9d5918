import { type IncydrClient, type IncydrError, isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ChangeLane, RoleRef, SubjectEffect, SubjectReader } from "../../subjects/index.ts";
import { type Change, isInEffect, rolesOutstanding } from "../model/change.ts";
import type { WaitingFor, WriteIntent } from "../model/change-request.ts";
import type { IsFrozen } from "./freeze-writes.ts";
import { type WriteResult, writeChange } from "./write-change.ts";

export interface WriteAttemptOptions {
  readonly users: IncydrClient["users"];
  readonly subjects: SubjectReader;
  readonly isFrozen: IsFrozen;
  readonly clock: Clock;
}

/** One write from its claim to its read-back, shared by the executor and the revoker. */
export interface WriteAttempts {
  /**
   * Makes one attempt: claims the subject, writes within the deadline unless a freeze came, and reads the subject. Stores
   * nothing but through `order.claim`: the caller stores what became of it.
   */
  attempt<Claimed>(order: WriteOrder<Claimed>): Promise<AttemptOutcome<Claimed>>;
  /** Reads once what the subject shows of a change. */
  readBack(write: Write): Promise<ReadBack>;
  /** Until when a write of this intent may still take effect; `null` if it can't any more, or nothing was sent. */
  onItsWayUntil(intent: WriteIntent | null): Date | null;
}

/** A change of one subject, with what is needed to see whether it took effect. */
export interface Write {
  readonly userId: string;
  readonly change: Change;
  /** The subject's roles before the write: they tell a part of the change from nothing of it. */
  readonly rolesBefore: readonly RoleRef[];
  readonly lane: ChangeLane;
}

export interface WriteOrder<Claimed> {
  /** Throws if this replica no longer holds the subject's lock. */
  readonly assertHeld: () => Promise<void>;
  /**
   * Stores the intent in one transaction, after it was made sure there that nothing is frozen and no other write to the
   * subject is under way. `null`: nothing is to be sent, and what follows from that is stored already.
   */
  readonly claim: () => Promise<ClaimedWrite<Claimed> | null>;
  /** Whether an answered write needs no further read-back. */
  readonly isConclusive: (readBack: ReadBack, answer: Answer) => boolean;
}

/** A write whose intent is stored. */
export interface ClaimedWrite<Claimed> {
  /** As it is stored now. */
  readonly claimed: Claimed;
  readonly write: Write;
  /** Ids of the roles that the subject has to hold when it is written; others stop a change of roles. */
  readonly expectedRoleIds: readonly string[];
  /** The stored intent's. */
  readonly deadlineAt: Date;
}

/** Incydr's own account of its effect: all of the change (`null`), or all but a part. */
export type Answer = Pick<Extract<WriteResult, { kind: "partly" }>, "explanation" | "leftOut"> | null;

/** The part of a change that a subject shows. */
export type ReadBack =
  | { readonly shows: "all" | "part" | "nothing"; readonly effect: SubjectEffect }
  /** Incydr is away. */
  | { readonly shows: "away" }
  /** Incydr answers that the user doesn't exist. */
  | { readonly shows: "gone"; readonly error: IncydrError }
  /** Incydr answers that the user can't be read. */
  | { readonly shows: "unreadable"; readonly error: IncydrError };

/** How far one attempt came. */
export type AttemptOutcome<Claimed> =
  | { readonly kind: "not_claimed" }
  /** Incydr answered; the subject was read until that was conclusive, or often enough. */
  | {
      readonly kind: "answered";
      readonly claimed: Claimed;
      readonly answer: Answer;
      readonly readBack: ReadBack;
    }
  /** Incydr didn't answer: until its deadline the write may be on its way, whatever the subject shows. */
  | {
      readonly kind: "timed_out";
      readonly claimed: Claimed;
      readonly explanation: string;
      readonly readBack: ReadBack;
    }
  /** `isOutage`: the API client lacks a permission. */
  | {
      readonly kind: "refused";
      readonly claimed: Claimed;
      readonly explanation: string;
      readonly isOutage: boolean;
    }
  /** Provably nothing was changed, and the write can be tried again. */
  | {
      readonly kind: "without_effect";
      readonly claimed: Claimed;
      readonly explanation: string;
      readonly because: WithoutEffect;
      readonly retry: Retry;
    };

type WithoutEffect = Extract<WriteResult, { kind: "without_effect" }>["because"];

/** The reason to wait before the next attempt, and its end; `woken`: the end of the freeze enqueues a job. */
interface Retry {
  readonly waitingFor: Extract<WaitingFor, "freeze" | "incydr"> | null;
  readonly until: Date | "woken";
}

/** Said of a subject whose read-back is neither the change nor its absence. */
export const UNREADABLE = "Incydr can't be read at the moment.";
/** How long a write may be on its way, in milliseconds. */
export const WRITE_DEADLINE_MS = 20_000;
/** The shortest pause before a failed call of Incydr is repeated, in milliseconds. */
export const RETRY_MS = 5_000;
/** How often a subject is read that doesn't show an answered write yet. */
const MOST_READ_BACKS = 3;
const READ_BACK_PAUSE_MS = 1_000;

export function createWriteAttempts(options: WriteAttemptOptions): WriteAttempts {
  const { users, subjects, isFrozen, clock } = options;

  return {
    async attempt(order) {
      await order.assertHeld();
      const claim = await order.claim();
      if (!claim) return { kind: "not_claimed" };
      const { claimed, write, expectedRoleIds, deadlineAt } = claim;

      // Until the stored deadline and no longer: an execution that finds this intent takes the write for over then.
      const deadlineMs = deadlineAt.getTime() - clock.now().getTime();
      const target = { userId: write.userId, snapshot: { roleIds: expectedRoleIds } };
      // The client asks for the freeze once the write has its turn, right before it is sent.
      const sending = { lane: write.lane, deadlineMs, isFrozen };
      const result = await writeChange(users, write.change, target, sending);

      switch (result.kind) {
        case "answered":
        case "partly": {
          const answer = result.kind === "partly" ? result : null;
          const last = await readBackUntil(write, (each) => order.isConclusive(each, answer));
          return { kind: "answered", claimed, answer, readBack: last };
        }
        case "unknown": {
          const { explanation } = result;
          return { kind: "timed_out", claimed, explanation, readBack: await readBack(write) };
        }
        case "refused":
          return { ...result, claimed };
        case "without_effect":
          return { ...result, claimed, retry: retryOf(result.because) };
      }
    },

    readBack,

    onItsWayUntil: (intent) => (intent && clock.now() < intent.deadlineAt ? intent.deadlineAt : null),
  };

  /** Reads a few times, since Incydr may show late what it did; resolves to the last read-back. */
  async function readBackUntil(
    write: Write,
    isConclusive: (readBack: ReadBack) => boolean,
  ): Promise<ReadBack> {
    let last: ReadBack = { shows: "away" };
    for (let reads = 1; reads <= MOST_READ_BACKS; reads++) {
      last = await readBack(write);
      if (isConclusive(last)) break;
      if (reads < MOST_READ_BACKS) await clock.sleep(READ_BACK_PAUSE_MS);
    }
    return last;
  }

  async function readBack({ userId, change, rolesBefore, lane }: Write): Promise<ReadBack> {
    let effect: SubjectEffect;
    try {
      effect = await subjects.effect(userId, lane);
    } catch (error) {
      if (isIncydrOutage(error)) return { shows: "away" };
      if (!isIncydrError(error)) throw error;
      return { shows: isIncydrError(error, "not_found") ? "gone" : "unreadable", error };
    }
    // An empty organization can't show whether the subject was moved.
    if (change.kind === "move" && effect.orgGuid === "") return { shows: "away" };
    if (isInEffect(change, effect)) return { shows: "all", effect };
    const outstandingBefore = rolesOutstanding(change, { roles: rolesBefore });
    const isPart = rolesOutstanding(change, effect).length < outstandingBefore.length;
    return { shows: isPart ? "part" : "nothing", effect };
  }

  function retryOf(because: WithoutEffect): Retry {
    switch (because) {
      case "frozen":
        return { waitingFor: "freeze", until: "woken" };
      case "changed":
        return { waitingFor: null, until: clock.now() };
      case "down":
        return { waitingFor: "incydr", until: new Date(clock.now().getTime() + RETRY_MS) };
    }
  }
}
