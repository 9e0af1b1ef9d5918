import { RefusalError } from "../../kernel/errors.ts";
import type { RoleRef } from "../../subjects/index.ts";
import { nameOf, type OperatorRef, type WriteIntent } from "./change-request.ts";
import { type GrantState, isOpenGrant } from "./grant-states.ts";

/** The most open grants that are read of one subject; no user holds so many roles. */
export const MOST_GRANTS_READ = 500;

/** What a revocation waits for; `null` if for nothing but its turn. */
export type RevocationWaitsFor = "incydr" | "freeze" | "subject";

/** One role that one request gave to one subject for a limited time. */
export interface Grant {
  readonly requestId: number;
  /** Incydr's id of the subject. */
  readonly userId: string;
  /** The subject as the request names them. */
  readonly username: string;
  /** The subject's Slack ids when the request was made. */
  readonly slackUserIds: readonly string[];
  readonly role: RoleRef;
  readonly state: GrantState;
  /** When the write was verified: from then on the time counts. */
  readonly grantedAt: Date;
  readonly endsAt: Date;
  /** When it was said that the end is near; `null`: not yet. */
  readonly warnedAt: Date | null;
  /** Who asked for an end before its time; `null` if nobody did. */
  readonly endedBy: OperatorRef | null;
  /** The removal that may be on its way, stored before it was sent. */
  readonly intent: WriteIntent | null;
  /** Times that the role could not be taken away. */
  readonly failedAttempts: number;
  /** Those of them that Incydr answered; the others failed because of an outage. */
  readonly refusedAttempts: number;
  /** When the first of them was; `null` if there was none. */
  readonly failingSince: Date | null;
  readonly waitingFor: RevocationWaitsFor | null;
  /** When a job that is left already will try again, by the database's clock; `null` if none is. */
  readonly wakeAt: Date | null;
  /** Why it is superseded, or why the last attempt failed, in plain words. */
  readonly explanation: string | null;
  /** When it was revoked or superseded. */
  readonly endedAt: Date | null;
}

/** What may change of a grant. */
export type GrantPatch = Partial<
  Pick<
    Grant,
    | "state"
    | "warnedAt"
    | "endedBy"
    | "intent"
    | "failedAttempts"
    | "refusedAttempts"
    | "failingSince"
    | "waitingFor"
    | "wakeAt"
    | "explanation"
    | "endedAt"
  >
>;

/** A grant that begins. */
export type NewGrant = Pick<Grant, "requestId" | "userId" | "role" | "grantedAt" | "endsAt">;

/** Grants, within one transaction. */
export interface GrantRepository {
  insert(grants: readonly NewGrant[]): Promise<void>;
  /** The grants of a request, by role. */
  ofRequest(requestId: number): Promise<readonly Grant[]>;
  /** The grants of a subject that aren't over, locked until the transaction ends, oldest request first. */
  lockOpen(userId: string): Promise<readonly Grant[]>;
  update(grant: Pick<Grant, "requestId" | "role">, patch: GrantPatch): Promise<void>;
  /** Requests with a grant that is being revoked, or whose end was reached by then. */
  due(at: Date): Promise<readonly number[]>;
  /**
   * Grants that aren't over, of one subject or of all, the next to end first; at most `limit`, after the first `skip`
   * of them (default none).
   */
  open(options: { userId: string | null; limit: number; skip?: number }): Promise<readonly Grant[]>;
  /** Those of these users who hold one of these roles by a grant that isn't over. */
  holders(roles: readonly RoleRef[], userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Roles that a subject held for a limited time at some moment between these two, both included. */
  temporaryBetween(userId: string, from: Date, to: Date): Promise<readonly RoleRef[]>;
  /**
   * Lets nobody else claim a write to this subject until the transaction ends; resolves to whether the removal of a
   * role of theirs may be on its way now. For claims alone: the subject's lock, which may be lost, comes first.
   */
  lockClaims(userId: string, now: Date): Promise<boolean>;
}

/** Why a role was not taken away: it was gone when it was to be. */
export const ROLE_GONE = "The role was gone already: somebody else took it away.";
export const USER_GONE = "Incydr no longer has this user.";
/** Explanations of grants that ended because Incydr no longer showed the role. */
export const FOUND_GONE: readonly string[] = [ROLE_GONE, USER_GONE];

const HOUR_MS = 3_600_000;
/** A warning comes at most so long before the end, in hours. */
const LONGEST_WARNING_HOURS = 24;

/** When grants of so many hours end that count from `grantedAt`. */
export function endOfGrant(grantedAt: Date, grantHours: number): Date {
  return new Date(grantedAt.getTime() + Math.round(grantHours * HOUR_MS));
}

/** When it is said that the end is near: a quarter of the time before it, and a day at most. */
export function warningTime({ grantedAt, endsAt }: Pick<Grant, "grantedAt" | "endsAt">): Date {
  const quarterMs = (endsAt.getTime() - grantedAt.getTime()) / 4;
  return new Date(endsAt.getTime() - Math.min(quarterMs, LONGEST_WARNING_HOURS * HOUR_MS));
}

/** Grants that aren't over. */
export function openGrants<Each extends Pick<Grant, "state">>(grants: readonly Each[]): readonly Each[] {
  return grants.filter(({ state }) => isOpenGrant(state));
}

/** The grant of another request that holds the role of this one when it is over: the one that ends last. */
export function grantThatStays(grant: Grant, ofSubject: readonly Grant[]): Grant | null {
  const others = ofSubject.filter(
    ({ requestId, role, state }) =>
      state === "active" && requestId !== grant.requestId && role.id === grant.role.id,
  );
  return others.sort((a, b) => b.endsAt.getTime() - a.endsAt.getTime())[0] ?? null;
}

/** No role of the request is given for a limited time, or all of it is over or being taken away already. */
export class NothingToRevokeError extends RefusalError<
  "nothing_to_revoke",
  { readonly requestId: number; readonly why: keyof typeof WHY_NOT_REVOKED }
> {
  constructor(requestId: number, grants: readonly Grant[]) {
    const why = grants.length === 0 ? "gave_none" : openGrants(grants).length > 0 ? "under_way" : "over";
    const message = `${nameOf(requestId)} ${WHY_NOT_REVOKED[why]}; your click changed nothing.`;
    super("nothing_to_revoke", { requestId, why }, message);
  }
}

const WHY_NOT_REVOKED = {
  gave_none: "gave no role for a limited time",
  under_way: "is to be revoked already",
  over: "is over already: it gives no role any more",
} as const;
