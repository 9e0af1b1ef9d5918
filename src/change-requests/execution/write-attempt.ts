import { type IncydrClient, type IncydrError, isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { ChangeLane, RoleRef, SubjectEffect, SubjectReader } from "../../subjects/index.ts";
import { type Change, isInEffect, rolesOutstanding } from "../model/change.ts";
import type { WaitingFor, WriteIntent } from "../model/change-request.ts";
import type { IsFrozen } from "./freeze-writes.ts";
import { type WriteResult, writeChange } from "./write-change.ts";

/** Writes that the executor and the revoker share: from the claim to the read-back. */
export interface WriteAttempts {
  /**
   * Claims the subject, writes within the deadline unless there is a freeze, and reads the subject. Only `order.claim`
   * stores anything; the caller stores the outcome.
   */
  attempt<Claimed>(order: WriteOrder<Claimed>): Promise<AttemptOutcome<Claimed>>;
  /** Reads once how much of a change the subject shows. */
  readBack(write: Write): Promise<ReadBack>;
  /** Until when a write of this intent may still take effect; `null` if it can't, or nothing was sent. */
  onItsWayUntil(intent: WriteIntent | null): Date | null;
}

/** A change of one subject, with the facts that its read-back needs. */
export interface Write {
  readonly userId: string;
  readonly change: Change;
  /** The subject's roles before the write, by which a part of the change is recognized. */
  readonly rolesBefore: readonly RoleRef[];
  readonly lane: ChangeLane;
}

export interface WriteOrder<Claimed> {
  /** Throws if this replica no longer holds the subject's lock. */
  readonly assertHeld: () => Promise<void>;
  /**
   * Stores the intent in one transaction, which checks that nothing is frozen and no other write to the subject is under
   * way. `null`: nothing is to be sent, and the consequence is stored already.
   */
  readonly claim: () => Promise<ClaimedWrite<Claimed> | null>;
  /** Whether no further read-back of an answered write is needed. */
  readonly isConclusive: (readBack: ReadBack, answer: Answer) => boolean;
}

/** A write whose intent is stored. */
export interface ClaimedWrite<Claimed> {
  /** The claimed rows, as stored now. */
  readonly claimed: Claimed;
  readonly write: Write;
  /** Ids of the roles that the subject has to hold before the write. If it holds others, a change of roles is not sent. */
  readonly expectedRoleIds: readonly string[];
  /** The deadline of the stored intent. */
  readonly deadlineAt: Date;
}

/** Incydr's answer: `null` for the whole change, or the part that it left out. */
export type Answer = Pick<Extract<WriteResult, { kind: "partly" }>, "explanation" | "leftOut"> | null;

/** The part of a change that a subject shows. */
export type ReadBack =
  | { readonly shows: "all" | "part" | "nothing"; readonly effect: SubjectEffect }
  /** Incydr does not answer. */
  | { readonly shows: "away" }
  /** Incydr answers that the user does not exist. */
  | { readonly shows: "gone"; readonly error: IncydrError }
  /** Incydr answers that the user can't be read. */
  | { readonly shows: "unreadable"; readonly error: IncydrError };

export type AttemptOutcome<Claimed> =
  | { readonly kind: "not_claimed" }
  | ({ readonly claimed: Claimed } & (
      | { readonly kind: "answered"; readonly answer: Answer; readonly readBack: ReadBack }
      /** Incydr did not answer. Until its deadline the write may take effect, even if the subject does not show it. */
      | { readonly kind: "timed_out"; readonly explanation: string; readonly readBack: ReadBack }
      | Extract<WriteResult, { kind: "refused" }>
      | (WithoutEffect & { readonly retry: Retry })
    ));

type WithoutEffect = Extract<WriteResult, { kind: "without_effect" }>;

/** Why the next attempt waits, and until when. `woken`: until the end of the freeze enqueues a job. */
interface Retry {
  readonly waitingFor: Extract<WaitingFor, "freeze" | "incydr"> | null;
  readonly until: Date | "woken";
}

/** The stored explanation if a subject can't be read back. */
export const UNREADABLE = "Incydr can't be read at the moment.";
/** How long a write may be on its way, in milliseconds. */
export const WRITE_DEADLINE_MS = 20_000;
/** The shortest pause before a failed call of Incydr is repeated, in milliseconds. */
export const RETRY_MS = 5_000;
/** How often a subject is read after an answered write that it does not show yet. */
const MOST_READ_BACKS = 3;
const READ_BACK_PAUSE_MS = 1_000;

export function createWriteAttempts(options: {
  users: IncydrClient["users"];
  subjects: SubjectReader;
  isFrozen: IsFrozen;
  clock: Clock;
}): WriteAttempts {
  const { users, subjects, isFrozen, clock } = options;

  return {
    async attempt(order) {
      await order.assertHeld();
      const claim = await order.claim();
      if (!claim) return { kind: "not_claimed" };
      const { claimed, write, expectedRoleIds, deadlineAt } = claim;

      // Not later than the stored deadline, because another execution considers the write ended then.
      const deadlineMs = deadlineAt.getTime() - clock.now().getTime();
      const target = { userId: write.userId, snapshot: { roleIds: expectedRoleIds } };
      // The client checks the freeze right before it sends the write.
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

  /** Reads a few times, because Incydr may show the effect late; resolves to the last read-back. */
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
    // Without an organization the read-back can't show whether the subject was moved.
    if (change.kind === "move" && effect.orgGuid === "") return { shows: "away" };
    if (isInEffect(change, effect)) return { shows: "all", effect };
    const outstandingBefore = rolesOutstanding(change, { roles: rolesBefore });
    const isPart = rolesOutstanding(change, effect).length < outstandingBefore.length;
    return { shows: isPart ? "part" : "nothing", effect };
  }

  function retryOf(because: WithoutEffect["because"]): Retry {
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
