import { serviceStarted } from "../../audit/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { UnitOfWork } from "../ports/ports.ts";

/** Makes the function that audits and announces a start with READ_ONLY=true, and the first one without it after that. */
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
