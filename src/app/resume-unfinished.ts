import type { UnitOfWork } from "../change-requests/index.ts";
import type { Clock } from "../kernel/clock.ts";

/** Lets what a crash left unfinished go on at once; the queue alone would take its time to notice. */
export async function resumeUnfinished({ uow, clock }: { uow: UnitOfWork; clock: Clock }): Promise<void> {
  await uow.run(async (tx) => {
    for (const requestId of await tx.requests.unfinished())
      await tx.jobs.enqueue({ kind: "execute", requestId });
    for (const requestId of await tx.requests.undetermined())
      await tx.jobs.enqueue({ kind: "settle", requestId });
    for (const requestId of await tx.grants.due(clock.now()))
      await tx.jobs.enqueue({ kind: "end_grants", requestId });
    await tx.jobs.enqueue({ kind: "publish_audit" });
  });
}
