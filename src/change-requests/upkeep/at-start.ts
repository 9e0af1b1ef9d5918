import { serviceStarted } from "../../audit/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { executionJob } from "../ports/execution-lane.ts";
import { isExecutionOver } from "../ports/job-failure.ts";
import type { Transaction, UnitOfWork } from "../ports/storage.ts";

/** Enqueues, at a start, work that a crash may have interrupted, except executions that were given up. */
export async function resumeUnfinished({ uow, clock }: { uow: UnitOfWork; clock: Clock }): Promise<void> {
  await uow.run(async (tx) => {
    await resumeExecutions(tx);
    for (const requestId of await tx.requests.undetermined())
      await tx.jobs.enqueue({ kind: "settle", requestId });
    for (const requestId of await tx.grants.due(clock.now()))
      await tx.jobs.enqueue({ kind: "end_grants", requestId });
    await tx.jobs.enqueue({ kind: "publish_audit" });
  });
}

async function resumeExecutions(tx: Transaction): Promise<void> {
  for (const request of await tx.requests.unfinished()) {
    const failures = await tx.jobFailures.givenUpOf(request.id);
    if (!isExecutionOver(request.state, failures)) await tx.jobs.enqueue(executionJob(request));
  }
}

/** Makes the function that audits and announces each start with READ_ONLY=true, and the first one without it afterwards. */
export function createNoteStart(options: { uow: UnitOfWork; clock: Clock; policyHash: string }) {
  const { uow, clock, policyHash } = options;
  return (readOnly: boolean): Promise<void> =>
    uow.run(async (tx) => {
      const wasReadOnly = await tx.upkeep.noteStart(readOnly);
      if (!readOnly && !wasReadOnly) return;
      await tx.audit.append(serviceStarted({ actor: "bot", at: clock.now(), policyHash }, { readOnly }));
      await tx.jobs.enqueue({ kind: "announce_freeze", notice: "read_only" });
      for (const requestId of await tx.requests.affectedByFreeze())
        await tx.jobs.enqueue({ kind: "show_card", requestId });
    });
}
