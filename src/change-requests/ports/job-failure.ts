import { asJson, canonicalJson, sha256 } from "../../kernel/canonical-json.ts";
import { AppError, messageOf } from "../../kernel/errors.ts";
import type { Place } from "../model/change-request.ts";
import type { RequestState } from "../model/state-machine.ts";
import { type Job, rulesOf } from "./job.ts";

/** Work that failed by a fault. The same work has one record, however many jobs were enqueued for it. */
export interface JobFailure {
  readonly key: string;
  readonly kind: Job["kind"];
  readonly requestId: number | null;
  /** How often it failed by a fault; outages don't count. */
  readonly faults: number;
  /** Code of the last fault. */
  readonly errorCode: string;
  /** Four hexadecimal digits by which people and the log name it. */
  readonly reference: string;
  /** When it was given up, or escalated if it is never given up; `null`: it is tried again as usual. */
  readonly givenUpAt: Date | null;
}

/** A person who waits for work, and where they wait. */
export interface JobContact {
  readonly slackUserId: string;
  readonly place: Place;
}

/** The facts of a request whose work failed, read without its change, facts and decisions. */
export interface RequestContact extends JobContact {
  readonly state: RequestState;
  /** The username of its only target; `null` for a bulk. */
  readonly subject: string | null;
}

/** Failed work, within one transaction. */
export interface JobFailureRepository {
  /** Adds one fault in one statement; resolves to the record with it. */
  addFault(fault: {
    readonly key: string;
    readonly kind: Job["kind"];
    readonly requestId: number | null;
    readonly errorCode: string;
    /** Used if there is no record yet. */
    readonly reference: string;
    /** Forgets the earlier faults, though not that the work was given up; default false. */
    readonly isFirst?: boolean;
    readonly at: Date;
  }): Promise<JobFailure>;
  /** The record, locked until the transaction ends; `null` if there is none. */
  lock(key: string): Promise<JobFailure | null>;
  giveUp(key: string, at: Date): Promise<void>;
  /**
   * Removes the record, if its last fault was not after `failedUntil`; resolves to what it was, or to `null` if none was
   * removed.
   */
  remove(key: string, options?: { readonly failedUntil?: Date }): Promise<JobFailure | null>;
  /** The keys of all records. */
  keys(): Promise<readonly string[]>;
  /** Work of a request that was given up or escalated, the first of it first. */
  givenUpOf(requestId: number): Promise<readonly JobFailure[]>;
  /** Read column by column: the rest of the request may be what fails. */
  contact(requestId: number): Promise<RequestContact | null>;
  /** The person who opened a bulk draft. */
  draftContact(draftId: string): Promise<JobContact | null>;
}

/** Under which key the failures of this work are counted. */
export function jobKey(job: Job): string {
  return sha256(canonicalJson(asJson(job)));
}

/** How often work that fails by a fault is tried. */
export const MOST_TRIES = 20;

/**
 * Work that paces its own tries has failed as often as work is tried. The job is given up, or goes on once a day,
 * without further tries of the queue.
 */
export class TriesExhaustedError extends AppError<"tries_exhausted"> {
  constructor(cause: unknown) {
    super("tries_exhausted", `It failed ${MOST_TRIES} times, at last: ${messageOf(cause)}`, { cause });
  }
}

/** The request that a job belongs to; `null` if it belongs to none. */
export function requestIdOf(job: Job): number | null {
  const id = "requestId" in job ? job.requestId : "click" in job ? job.click.requestId : null;
  // A payload that is itself the fault must not keep the fault from being counted.
  return Number.isSafeInteger(id) ? id : null;
}

/** Whether work goes on once a day instead of being given up. `state`: of its request. */
export function isDaily(kind: Job["kind"], state: RequestState | null): boolean {
  const { isDaily: isAlways = false, purpose } = rulesOf(kind);
  return isAlways || (purpose === "execute" && state === "executing");
}

/** Whether the execution of a request was given up for good. */
export function isExecutionOver(state: RequestState, failures: readonly JobFailure[]): boolean {
  return failures.some(({ kind, givenUpAt }) => {
    return givenUpAt !== null && rulesOf(kind).purpose === "execute" && !isDaily(kind, state);
  });
}

export function isShowing(kind: Job["kind"]): boolean {
  return rulesOf(kind).purpose === "show";
}
