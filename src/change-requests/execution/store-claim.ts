import type { Clock } from "../../kernel/clock.ts";
import { applyRequestEvent, applyTargetEvent } from "../lifecycle/apply-event.ts";
import { type ChangeRequest, onlyTarget } from "../model/change-request.ts";
import { areDeciding } from "../policy/assert-deciding.ts";
import { executionJob } from "../ports/execution-lane.ts";
import { SubjectBusyError } from "../ports/ports.ts";
import type { ExecutionSteps } from "./execution-steps.ts";

/**
 * Makes the function that stores what is about to be written, judged by the policies of this hash; `null` if a
 * freeze, other policies or a pause came in between.
 * @throws {SubjectBusyError} if another write to the subject is, or may be, under way.
 */
export function createStoreClaim(options: {
  steps: Pick<ExecutionSteps, "advance">;
  clock: Clock;
  writeDeadlineMs: number;
}) {
  const { steps, clock, writeDeadlineMs } = options;
  return (request: ChangeRequest, policyHash: string): Promise<ChangeRequest | null> =>
    steps.advance(request, async (tx, locked) => {
      if (await tx.freeze.current({ forChange: false })) {
        await tx.requests.update(locked.id, { waitingFor: "freeze" });
        await tx.jobs.enqueue({ kind: "show_card", requestId: locked.id });
        return null;
      }
      // What was checked was checked, in part at least, by policies that decide no more: it is checked anew.
      if (!(await areDeciding(tx, policyHash))) {
        await tx.jobs.enqueue(executionJob(locked));
        return null;
      }
      if (locked.paused) return null;
      if (locked.waitingFor) await tx.requests.update(locked.id, { waitingFor: null });
      // A role that was given for a limited time may be on its way out.
      if (await tx.grants.takeTurn(onlyTarget(locked).userId, clock.now())) throw new SubjectBusyError();
      const at = clock.now();
      const cause = { actor: "bot", at, policyHash } as const;
      const begun =
        locked.state === "approved"
          ? await applyRequestEvent(tx, locked, "first_target_claimed", cause)
          : locked;
      const target = onlyTarget(begun);
      const { change } = begun;
      return applyTargetEvent(tx, begun, target, "claim", {
        ...cause,
        details: {
          change: change.kind,
          roles: "roles" in change ? change.roles.map(({ id }) => id) : [],
          ...("org" in change ? { org: change.org.guid } : {}),
        },
        patch: {
          // Of what was sent before, and may yet show, the time is kept.
          intent: { at: target.intent?.at ?? at, deadlineAt: new Date(at.getTime() + writeDeadlineMs) },
          attempts: target.attempts + 1,
        },
      });
    });
}
