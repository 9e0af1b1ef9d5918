import { asJson, canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import { AppError, messageOf } from "../../kernel/errors.ts";
import type { Place } from "../model/change-request.ts";
import type { RequestState } from "../model/state-machine.ts";
import { type Job, rulesOf } from "./job.ts";

/** Work that failed by a fault. Equal jobs share one record. */
export interface JobFailure {
  readonly key: string;
  readonly kind: Job["kind"];
  readonly requestId: number | null;
  /** The number of failures by a fault, without outages. */
  readonly faults: number;
  /** The code of the last fault. */
  readonly errorCode: string;
  /** Four hexadecimal digits for people and the log. */
  readonly reference: string;
  /** When it was given up, or escalated if it is never given up; `null` while it is tried as usual. */
  readonly givenUpAt: Date | null;
}

/** The person who waits for work, and the place to answer them. */
export interface JobContact {
  readonly slackUserId: string;
  readonly place: Place;
}

/** The part of a request that can be read even if its change or its decisions can't. */
export interface RequestContact extends JobContact {
  readonly state: RequestState;
  /** The username of its only target; `null` for a bulk. */
  readonly subject: string | null;
}

export interface JobFailureRepository {
  /** Adds one fault in one statement; resolves to the updated record. */
  addFault(fault: {
    readonly key: string;
    readonly kind: Job["kind"];
    readonly requestId: number | null;
    readonly errorCode: string;
    /** Used for a new record. */
    readonly reference: string;
    /** Resets the count of faults, but not `givenUpAt`; default false. */
    readonly isFirst?: boolean;
    readonly at: Date;
  }): Promise<JobFailure>;
  /** Locks the record until the transaction ends; resolves to `null` if there is none. */
  lock(key: string): Promise<JobFailure | null>;
  giveUp(key: string, at: Date): Promise<void>;
  /** Removes the record, unless its last fault was after `failedUntil`; resolves to it, or to `null`. */
  remove(key: string, options?: { readonly failedUntil?: Date }): Promise<JobFailure | null>;
  keys(): Promise<readonly string[]>;
  /** The records of a request that were given up or escalated, oldest first. */
  givenUpOf(requestId: number): Promise<readonly JobFailure[]>;
  /** The records of work of these kinds that was given up or escalated, oldest first; at most ten. */
  givenUpAmong(kinds: readonly Job["kind"][]): Promise<readonly JobFailure[]>;
  /** Reads only these columns: the rest of the request may be the fault. */
  contact(requestId: number): Promise<RequestContact | null>;
  /** The person who opened a bulk draft. */
  draftContact(draftId: string): Promise<JobContact | null>;
}

/** The key under which the faults of this work are counted. */
export function jobKey(job: Job): string {
  return sha256(canonicalJson(asJson(job)));
}

/** The most tries of failing work. */
export const MOST_TRIES = 20;

/** Work that paces its own tries has failed `MOST_TRIES` times. The queue does not try it again. */
export class TriesExhaustedError extends AppError<"tries_exhausted"> {
  constructor(cause: unknown) {
    super("tries_exhausted", `It failed ${MOST_TRIES} times, at last: ${messageOf(cause)}`, { cause });
  }
}

/** The request of a job; `null` if it has none. */
export function requestIdOf(job: Job): number | null {
  const id = "requestId" in job ? job.requestId : "click" in job ? job.click.requestId : null;
  // A faulty payload must not keep its own fault from being counted.
  return Number.isSafeInteger(id) ? id : null;
}

/** Whether work goes on once a day instead of being given up; `state` is the state of its request. */
export function isDaily(kind: Job["kind"], state: RequestState | null): boolean {
  const { isDaily: isAlways = false, purpose } = rulesOf(kind);
  return isAlways || (purpose === "execute" && state === "executing");
}

export function isExecutionOver(state: RequestState, failures: readonly JobFailure[]): boolean {
  return failures.some(({ kind, givenUpAt }) => {
    return givenUpAt !== null && rulesOf(kind).purpose === "execute" && !isDaily(kind, state);
  });
}

export function isShowing(kind: Job["kind"]): boolean {
  return rulesOf(kind).purpose === "show";
}
