import type { RoleRef } from "../../subjects/index.ts";
import { nameOf, type OperatorRef, type WriteIntent } from "./change-request.ts";
import { defineRefusal } from "./define-refusal.ts";
import { type GrantState, isOpenGrant } from "./grant-states.ts";

/** The most open grants that are read of one subject. No user holds as many roles. */
export const MOST_GRANTS_READ = 500;

export type RevocationWaitsFor = "incydr" | "freeze" | "subject";

/** One role that one request gave to one subject for a limited time. */
export interface Grant {
  readonly requestId: number;
  /** The subject's Incydr id. */
  readonly userId: string;
  readonly username: string;
  /** The subject's Slack ids when the request was made. */
  readonly slackUserIds: readonly string[];
  readonly role: RoleRef;
  readonly state: GrantState;
  /** When the write was verified; the time counts from then. */
  readonly grantedAt: Date;
  readonly endsAt: Date;
  /** When the bot announced the end in the thread; `null` before. */
  readonly warnedAt: Date | null;
  /** The operator who ended it early; `null` if nobody did. */
  readonly endedBy: OperatorRef | null;
  /** The removal that may be on its way, stored before it was sent. */
  readonly intent: WriteIntent | null;
  readonly failedAttempts: number;
  /** The number of failed removals that Incydr answered; the others failed because of an outage. */
  readonly refusedAttempts: number;
  /** When the first attempt failed; `null` if none did. */
  readonly failingSince: Date | null;
  readonly waitingFor: RevocationWaitsFor | null;
  /** When an enqueued job tries again, by the database's clock; `null` if no such job is enqueued. */
  readonly wakeAt: Date | null;
  /** Why it is superseded, or why the last attempt failed, as a sentence. */
  readonly explanation: string | null;
  /** When it was revoked or superseded. */
  readonly endedAt: Date | null;
}

export type GrantPatch = Partial<
  Omit<Grant, "requestId" | "userId" | "username" | "slackUserIds" | "role" | "grantedAt" | "endsAt">
>;

export type NewGrant = Pick<Grant, "requestId" | "userId" | "role" | "grantedAt" | "endsAt">;

export interface GrantRepository {
  insert(grants: readonly NewGrant[]): Promise<void>;
  ofRequest(requestId: number): Promise<readonly Grant[]>;
  /** Locks the open grants of a subject until the transaction ends, oldest request first. */
  lockOpen(userId: string): Promise<readonly Grant[]>;
  update(grant: Pick<Grant, "requestId" | "role">, patch: GrantPatch): Promise<void>;
  /** Requests with a grant that is being revoked, or whose end is at or before `at`. */
  due(at: Date): Promise<readonly number[]>;
  /** Open grants of one subject or of all, by their end; at most `limit`, after the first `skip` (default 0). */
  open(options: { userId: string | null; limit: number; skip?: number }): Promise<readonly Grant[]>;
  /** The users among these who hold one of the roles by an open grant. */
  holders(roles: readonly RoleRef[], userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Roles that a subject held for a limited time at some moment from `from` to `to`, both included. */
  temporaryBetween(userId: string, from: Date, to: Date): Promise<readonly RoleRef[]>;
  /**
   * Lets no other transaction claim a write to this subject until this one ends. Resolves to whether a removal of a role
   * of the subject may be on its way. The caller holds the subject's lock already, which may get lost.
   */
  lockClaims(userId: string, now: Date): Promise<boolean>;
}

/** Stored explanations of grants that ended because Incydr no longer showed the role. */
export const ROLE_GONE = "The role was gone already: somebody else took it away.";
export const USER_GONE = "Incydr no longer has this user.";
export const FOUND_GONE: readonly string[] = [ROLE_GONE, USER_GONE];

const HOUR_MS = 3_600_000;
/** The longest time between a warning and the end, in hours. */
const LONGEST_WARNING_HOURS = 24;

export function endOfGrant(grantedAt: Date, grantHours: number): Date {
  return new Date(grantedAt.getTime() + Math.round(grantHours * HOUR_MS));
}

/** When the bot announces the end in the thread: after three quarters of the time, and at most a day before the end. */
export function warningTime({ grantedAt, endsAt }: Pick<Grant, "grantedAt" | "endsAt">): Date {
  const quarterMs = (endsAt.getTime() - grantedAt.getTime()) / 4;
  return new Date(endsAt.getTime() - Math.min(quarterMs, LONGEST_WARNING_HOURS * HOUR_MS));
}

export function openGrants<Each extends Pick<Grant, "state">>(grants: readonly Each[]): readonly Each[] {
  return grants.filter(({ state }) => isOpenGrant(state));
}

/** The other grant of the same role that ends last; `null` if there is none. */
export function grantThatStays(grant: Grant, ofSubject: readonly Grant[]): Grant | null {
  const others = ofSubject.filter(
    ({ requestId, role, state }) =>
      state === "active" && requestId !== grant.requestId && role.id === grant.role.id,
  );
  return others.sort((a, b) => b.endsAt.getTime() - a.endsAt.getTime())[0] ?? null;
}

/** No grant of the request can be ended early. */
export class NothingToRevokeError extends defineRefusal(
  "nothing_to_revoke",
  (requestId: number, grants: readonly Grant[]) => {
    const why = grants.length === 0 ? "gave_none" : openGrants(grants).length > 0 ? "under_way" : "over";
    const message = `${nameOf(requestId)} ${WHY_NOT_REVOKED[why]}; your click changed nothing.`;
    return { data: { requestId, why } as const, message };
  },
) {}

const WHY_NOT_REVOKED = {
  gave_none: "gave no role for a limited time",
  under_way: "is to be revoked already",
  over: "is over already: it gives no role any more",
} as const;
