import type { AuditEvent } from "../../src/audit/index.ts";
import type { BulkDraft, Draft, Job, NewChangeRequest, UnitOfWork } from "../../src/change-requests/index.ts";
import { someRequest } from "./domain-objects.ts";
import { uowOf } from "./stub-ports.ts";

/** One stored form, and the request that is made from it: CR-7. */
export function formStore<Form extends Draft | BulkDraft>(
  form: Form | null,
  {
    decidedBy = null,
    beforeStoring = (before) => before,
    requests = {},
  }: {
    /** The policies that decide when the request is stored. */
    readonly decidedBy?: string | null;
    /** A change of the form by others before a transaction writes. */
    readonly beforeStoring?: (form: Form | null) => Form | null;
    /** Further reads of requests. */
    readonly requests?: object;
  } = {},
) {
  let stored = form;
  const made: NewChangeRequest[] = [];
  const audited: AuditEvent[] = [];
  const jobs: Job[] = [];
  const forms = {
    lock: async () => stored,
    update: async (_id: string, patch: Partial<Form>) => {
      stored = stored && { ...stored, ...patch };
    },
  };
  const { read, run } = uowOf({
    drafts: forms,
    bulkDrafts: forms,
    requests: {
      insert: async (request: NewChangeRequest) => {
        made.push(request);
        return someRequest({ ...request, id: 7 });
      },
      update: async () => {},
      ...requests,
    },
    policies: { current: async () => decidedBy },
    audit: { append: async (entry: AuditEvent) => void audited.push(entry) },
    jobs: { enqueue: async (job: Job) => void jobs.push(job) },
    reminders: { plan: async () => {} },
  });
  const uow: UnitOfWork = {
    read,
    run: (work) => {
      stored = beforeStoring(stored);
      return run(work);
    },
  };
  return { uow, made, audited, jobs };
}
