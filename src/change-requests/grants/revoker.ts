import type { IncydrClient } from "../../incydr/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { SubjectEffect, SubjectReader } from "../../subjects/index.ts";
import { createIsFrozen } from "../execution/freeze-writes.ts";
import {
  type AttemptOutcome,
  createWriteAttempts,
  RETRY_MS,
  type ReadBack,
  UNREADABLE,
  WRITE_DEADLINE_MS,
  type Write,
} from "../execution/write-attempt.ts";
import { type Grant, openGrants, ROLE_GONE, USER_GONE } from "../model/grant.ts";
import type { SubjectLock } from "../ports/locks.ts";
import type { UnitOfWork } from "../ports/storage.ts";
import { createRevocationSteps } from "./revocation-steps.ts";

/**
 * Removes temporary roles at their end. It evaluates no policy: people approved this end, or a permitted click set it.
 */
export interface Revoker {
  /** Ends the grants of a request as far as possible now. Idempotent. */
  end(requestId: number): Promise<void>;
}

const STILL_THERE = "Incydr still shows the role.";
/** How an attempt failed. `kept`: the removal may still be on its way. */
const AWAY_KEPT = { intent: "kept", isOutage: true } as const;
const AWAY = { intent: "over", isOutage: true } as const;
const ANSWERED = { intent: "over", isOutage: false } as const;

export function createRevoker(options: {
  users: IncydrClient["users"];
  subjects: SubjectReader;
  uow: UnitOfWork;
  subjectLock: SubjectLock;
  clock: Clock;
  /** Whether the configuration stops every change. */
  readOnly: boolean;
}): Revoker {
  const { users, subjects, uow, subjectLock, clock, readOnly } = options;
  const steps = createRevocationSteps({ uow, clock });
  const isFrozen = createIsFrozen({ uow, readOnly });
  const attempts = createWriteAttempts({ users, subjects, isFrozen, clock });

  return {
    async end(requestId) {
      const [grant] = openGrants(await uow.read(({ grants }) => grants.ofRequest(requestId)));
      if (!grant) return;
      await subjectLock.withLock(grant.userId, async (assertHeld) => {
        const due = await steps.begin(requestId);
        const [first] = due;
        if (first) await takeAway([first, ...due.slice(1)], assertHeld);
      });
    },
  };

  async function takeAway(due: Grants, assertHeld: () => Promise<void>): Promise<void> {
    const readBack = await attempts.readBack(removalOf(due));
    if (readBack.shows === "gone") return steps.end(due, "taken_away_already", USER_GONE);
    if (isUnread(readBack)) return steps.fail(due, UNREADABLE, unread(readBack));
    const { held, absent } = split(due, readBack.effect);
    // Only reading shows the outcome of an earlier removal without an answer.
    await steps.end(absent.filter(hasIntent), "read_back_shows_it", null);
    await steps.end(
      absent.filter((grant) => !hasIntent(grant)),
      "taken_away_already",
      ROLE_GONE,
    );
    const until = latest(held.map(({ intent }) => attempts.onItsWayUntil(intent)));
    if (until) return steps.wait(held, "incydr", until);
    const left = held.some(hasIntent) ? await withoutIntents(held) : held;
    if (left.length > 0) await write(left, readBack.effect, assertHeld);
  }

  /** Clears removals that can't take effect any more, and supersedes roles that another grant gives by now. */
  async function withoutIntents(held: readonly Grant[]): Promise<readonly Grant[]> {
    const [first] = held;
    if (!first) return [];
    await steps.release(held);
    const due = await steps.begin(first.requestId);
    return due.filter(({ role }) => held.some((grant) => grant.role.id === role.id));
  }

  async function write(
    held: readonly Grant[],
    { roles }: SubjectEffect,
    assertHeld: () => Promise<void>,
  ): Promise<void> {
    if (readOnly) return steps.wait(held, "freeze", "woken");
    const outcome = await attempts.attempt<Grants>({
      assertHeld,
      async claim() {
        const deadlineAt = new Date(clock.now().getTime() + WRITE_DEADLINE_MS);
        const claimed = await claim(held, deadlineAt);
        if (!claimed) return null;
        const expectedRoleIds = roles.map(({ id }) => id);
        return { claimed, write: removalOf(claimed), expectedRoleIds, deadlineAt };
      },
      isConclusive: ({ shows }) => shows === "all" || shows === "gone",
    });
    await follow(outcome);
  }

  /** Stores the intent; resolves to `null` if there is nothing to remove, or if the removal has to wait. */
  async function claim(held: readonly Grant[], deadlineAt: Date): Promise<Grants | null> {
    const claimed = await steps.claim(held, deadlineAt);
    if (claimed === "freeze") {
      await steps.wait(held, "freeze", "woken");
      return null;
    }
    if (claimed === "subject") {
      await steps.wait(held, "subject", new Date(clock.now().getTime() + RETRY_MS));
      return null;
    }
    const [first, ...others] = claimed;
    return first ? [first, ...others] : null;
  }
  async function follow(outcome: AttemptOutcome<Grants>): Promise<void> {
    switch (outcome.kind) {
      case "not_claimed":
        return;
      case "answered":
        return afterAnswer(outcome.claimed, outcome.readBack, outcome.answer?.explanation ?? STILL_THERE);
      case "timed_out": {
        const { claimed, readBack, explanation } = outcome;
        if (isUnread(readBack) || readBack.shows === "gone")
          return steps.fail(claimed, explanation, AWAY_KEPT);
        const { held, absent } = split(claimed, readBack.effect);
        await steps.end(absent, "read_back_shows_it", null);
        // The removal may still be on its way. The next attempt reads the subject again.
        return steps.fail(held, explanation, AWAY_KEPT);
      }
      case "refused":
        return steps.fail(outcome.claimed, outcome.explanation, outcome.isOutage ? AWAY : ANSWERED);
      case "without_effect": {
        const { claimed, explanation, because, retry } = outcome;
        if (because === "down") return steps.fail(claimed, explanation, AWAY);
        await steps.release(claimed);
        return steps.wait(claimed, retry.waitingFor, retry.until);
      }
    }
  }

  /** After an answer, the roles that the subject still shows were not taken away. */
  async function afterAnswer(claimed: Grants, readBack: ReadBack, why: string): Promise<void> {
    if (isUnread(readBack)) return steps.fail(claimed, UNREADABLE, unread(readBack));
    if (readBack.shows === "gone") return steps.end(claimed, "read_back_shows_it", USER_GONE);
    const { held, absent } = split(claimed, readBack.effect);
    await steps.end(absent, "read_back_shows_it", null);
    await steps.fail(held, why, ANSWERED);
  }
}

/** At least one grant; all of one subject. */
type Grants = readonly [Grant, ...Grant[]];

function removalOf(grants: Grants): Write {
  const roles = grants.map(({ role }) => role);
  const change = { kind: "remove_roles", roles } as const;
  return { userId: grants[0].userId, change, rolesBefore: roles, lane: "change" };
}

/** A subject that could not be read. */
type Unread = Extract<ReadBack, { shows: "away" | "unreadable" }>;

function isUnread(readBack: ReadBack): readBack is Unread {
  return readBack.shows === "away" || readBack.shows === "unreadable";
}

/** The failed attempt of an unread subject. */
function unread({ shows }: Unread) {
  return { intent: "kept", isOutage: shows === "away" } as const;
}

function latest(times: readonly (Date | null)[]): Date | null {
  const [last] = times.filter((time) => time !== null).sort((a, b) => b.getTime() - a.getTime());
  return last ?? null;
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
