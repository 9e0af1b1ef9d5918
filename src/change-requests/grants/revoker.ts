import { type IncydrClient, isIncydrError, isIncydrOutage } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { SubjectEffect, SubjectReader } from "../../subjects/index.ts";
import { type WriteResult, writeChange } from "../execution/write-change.ts";
import { type Grant, openGrants, ROLE_GONE, USER_GONE } from "../model/grant.ts";
import type { SubjectLock, UnitOfWork } from "../ports/ports.ts";
import { createRevocationSteps } from "./revocation-steps.ts";

export interface RevokerOptions {
  readonly users: IncydrClient["users"];
  readonly subjects: SubjectReader;
  readonly uow: UnitOfWork;
  readonly subjectLock: SubjectLock;
  readonly clock: Clock;
  /** The configuration stops every write. */
  readonly readOnly: boolean;
  /** How long a removal may be on its way, in milliseconds. Default 20,000. */
  readonly writeDeadlineMs?: number;
  /** How long to wait after a first attempt that failed, in milliseconds. Default 5,000. */
  readonly retryMs?: number;
  /** Times to read a subject that still shows a role, a second apart. Default 3. */
  readonly readBacks?: number;
}

/**
 * The part of the executor that takes away what was given for a limited time. It asks no policy: what it takes away
 * was approved for this time and no longer, and whoever ends it sooner was asked when they did.
 */
export interface Revoker {
  /** Brings the end of a request's grants as far as it will go now. May run twice with the effect of once. */
  end(requestId: number): Promise<void>;
}

const PAUSE_MS = 1_000;
const STILL_THERE = "Incydr still shows the role.";
/** How an attempt failed: by an outage, with the removal perhaps on its way or not, or after an answer of Incydr. */
const AWAY_KEPT = { intent: "kept", isOutage: true } as const;
const AWAY = { intent: "over", isOutage: true } as const;
const ANSWERED = { intent: "over", isOutage: false } as const;
const UNREADABLE = "Incydr can't be read at the moment.";

export function createRevoker(options: RevokerOptions): Revoker {
  const { users, subjects, uow, subjectLock, clock, readOnly } = options;
  const { writeDeadlineMs = 20_000, retryMs = 5_000, readBacks = 3 } = options;
  const steps = createRevocationSteps({ uow, clock, retryMs });

  return {
    async end(requestId) {
      const [grant] = openGrants(await uow.read(({ grants }) => grants.ofRequest(requestId)));
      if (!grant) return;
      await subjectLock.withLock(grant.userId, async (assertHeld) => {
        const due = await steps.begin(requestId);
        if (due.length > 0) await takeAway(due, assertHeld);
      });
    },
  };

  async function takeAway(due: readonly Grant[], assertHeld: () => Promise<void>): Promise<void> {
    const seen = await read(due);
    if (seen === "gone") return steps.end(due, "taken_away_already", USER_GONE);
    if (isUnread(seen)) return steps.fail(due, UNREADABLE, unread(seen));
    const { held, absent } = split(due, seen);
    // What was sent by an execution that died, or got no answer, is known by reading alone.
    await steps.end(absent.filter(hasIntent), "read_back_shows_it", null);
    await steps.end(
      absent.filter((grant) => !hasIntent(grant)),
      "taken_away_already",
      ROLE_GONE,
    );
    const onItsWay = held.flatMap(({ intent }) => (intent ? [intent.deadlineAt.getTime()] : []));
    const overAt = new Date(Math.max(0, ...onItsWay));
    if (clock.now() < overAt) return steps.wait(held, "incydr", overAt);
    const left = held.some(hasIntent) ? await withoutIntents(held) : held;
    if (left.length > 0) await write(left, seen, assertHeld);
  }

  /** Forgets removals that can't arrive any more, and leaves roles that another grant gives by now to that grant. */
  async function withoutIntents(held: readonly Grant[]): Promise<readonly Grant[]> {
    const [first] = held;
    if (!first) return [];
    await steps.release(held);
    const due = await steps.begin(first.requestId);
    return due.filter(({ role }) => held.some((grant) => grant.role.id === role.id));
  }

  async function write(
    held: readonly Grant[],
    seen: SubjectEffect,
    assertHeld: () => Promise<void>,
  ): Promise<void> {
    if (readOnly) return steps.wait(held, "freeze", "woken");
    await assertHeld();
    const deadlineAt = new Date(clock.now().getTime() + writeDeadlineMs);
    const claimed = await steps.claim(held, deadlineAt);
    if (claimed === "freeze") return steps.wait(held, "freeze", "woken");
    if (claimed === "subject") return steps.wait(held, "subject", later());
    const [first] = claimed;
    if (!first) return;
    const result = await writeChange(
      users,
      { kind: "remove_roles", roles: claimed.map(({ role }) => role) },
      { userId: first.userId, snapshot: { roleIds: seen.roles.map(({ id }) => id) } },
      { deadlineMs: deadlineAt.getTime() - clock.now().getTime(), isFrozen },
    );
    await after(result, claimed);
  }

  async function after(result: WriteResult, claimed: readonly Grant[]): Promise<void> {
    switch (result.kind) {
      case "answered":
        return readBack(claimed, STILL_THERE);
      case "partly":
        return readBack(claimed, result.explanation);
      case "unknown": {
        const seen = await read(claimed);
        if (seen === "gone" || isUnread(seen)) return steps.fail(claimed, result.explanation, AWAY_KEPT);
        const { held, absent } = split(claimed, seen);
        await steps.end(absent, "read_back_shows_it", null);
        // It may still be on its way; once it can't be, it is read again.
        return steps.fail(held, result.explanation, AWAY_KEPT);
      }
      case "refused":
        return steps.fail(claimed, result.explanation, result.isOutage ? AWAY : ANSWERED);
      case "without_effect":
        if (result.because === "down") return steps.fail(claimed, result.explanation, AWAY);
        await steps.release(claimed);
        if (result.because === "frozen") return steps.wait(claimed, "freeze", "woken");
        return steps.wait(claimed, null, clock.now());
    }
  }

  /** After an answer: what the subject shows decides, read a few times since it may show late. */
  async function readBack(claimed: readonly Grant[], why: string): Promise<void> {
    let seen: SubjectEffect | "gone" | Unread = "away";
    for (let reads = 1; reads <= readBacks; reads++) {
      seen = await read(claimed);
      if (seen === "gone" || (!isUnread(seen) && split(claimed, seen).held.length === 0)) break;
      if (reads < readBacks) await clock.sleep(PAUSE_MS);
    }
    if (isUnread(seen)) return steps.fail(claimed, UNREADABLE, unread(seen));
    if (seen === "gone") return steps.end(claimed, "read_back_shows_it", USER_GONE);
    const { held, absent } = split(claimed, seen);
    await steps.end(absent, "read_back_shows_it", null);
    await steps.fail(held, why, ANSWERED);
  }

  async function read([grant]: readonly Grant[]): Promise<SubjectEffect | "gone" | Unread> {
    if (!grant) return "away";
    try {
      return await subjects.effect(grant.userId);
    } catch (error) {
      if (isIncydrError(error, "not_found")) return "gone";
      if (!isIncydrError(error)) throw error;
      return isIncydrOutage(error) ? "away" : "unreadable";
    }
  }

  function isFrozen(): Promise<boolean> {
    return uow.read(async ({ freeze }) => (await freeze.read()) !== null);
  }

  function later(): Date {
    return new Date(clock.now().getTime() + retryMs);
  }
}

/** Why a subject could not be read: Incydr is away, or answers that it can't be. */
type Unread = "away" | "unreadable";

function isUnread(seen: SubjectEffect | "gone" | Unread): seen is Unread {
  return seen === "away" || seen === "unreadable";
}

/** The failed attempt that such a read is: a removal may still be on its way. */
function unread(seen: Unread) {
  return { intent: "kept", isOutage: seen === "away" } as const;
}

function hasIntent({ intent }: Grant): boolean {
  return intent !== null;
}

function split(
  grants: readonly Grant[],
  { roles }: SubjectEffect,
): { held: readonly Grant[]; absent: readonly Grant[] } {
  const isHeld = ({ role }: Grant) => roles.some(({ id }) => id === role.id);
  return { held: grants.filter(isHeld), absent: grants.filter((grant) => !isHeld(grant)) };
}
