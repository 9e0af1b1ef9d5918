import { JOB_KINDS, type Job, type JobHandlers } from "../../src/change-requests/index.ts";

/** Handlers of all kinds of jobs that do the same. */
export function allHandledBy(handler: (job: Job) => Promise<void>): JobHandlers {
  return Object.fromEntries(JOB_KINDS.map((kind) => [kind, handler])) as unknown as JobHandlers; // one for each kind
}
