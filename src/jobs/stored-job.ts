import type { Job } from "../change-requests/index.ts";
import { correlationId, isCorrelationId } from "../kernel/correlation.ts";
import { storable } from "../kernel/storable-text.ts";

/**
 * A job as the queue stores it. The id of the work that enqueued it is no part of the job: two jobs that differ only in
 * their ids are the same work. Earlier versions stored none.
 */
export type StoredJob = Job & { readonly correlationId?: string };

/** Makes of a job what is stored; it carries the current id, if there is one. */
export function toStored(job: Job): StoredJob {
  const id = correlationId();
  return { ...storable(job), ...(id === null ? {} : { correlationId: id }) };
}

/** Separates a job from the id with which it was stored; `null` if it has none. */
export function fromStored(stored: StoredJob): { job: Job; correlationId: string | null } {
  const { correlationId: id, ...job } = stored;
  return { job, correlationId: isCorrelationId(id) ? id : null };
}
