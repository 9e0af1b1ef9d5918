import {
  type ClickOptions,
  createCarryOutClick,
  type PermittedActor,
  permitCancelling,
  permitHoldingBack,
} from "../clicks/carry-out-click.ts";
import { applyEventToTargets, applyRequestEvent } from "../lifecycle/apply-event.ts";
import { bulkHeld, bulkStopped } from "../lifecycle/request-audit-entries.ts";
import { type ChangeRequest, isBulk, STOPPED } from "../model/change-request.ts";
import type { BulkControl, CardClick } from "../model/click.ts";
import { BulkUnchangedError } from "../model/request-errors.ts";
import { isSettled } from "../model/state-machine.ts";
import type { Transaction } from "../ports/storage.ts";

/**
 * Makes the function that carries out a click on Pause, Resume or Stop. Pause and Stop take effect before the next write;
 * Stop skips the waiting targets. The requester may always pause and stop. To resume, everybody needs permission.
 */
export function createControlBulk(options: ClickOptions) {
  const { clock } = options;
  type ControlClick = CardClick & { readonly control: BulkControl };
  const carryOut = createCarryOutClick(options, ({ control }: ControlClick) => control, {
    prepare: (click, request) => {
      const permit = click.control === "resume" ? permitCancelling : permitHoldingBack;
      return permit(options, request, click);
    },

    async apply(tx, locked, permitted, { control }) {
      const isRunning = isBulk(locked) && locked.state === "executing";
      if (!isRunning || (control !== "stop" && locked.paused === (control === "pause")))
        throw new BulkUnchangedError(locked.id, control);
      await (control === "stop" ? stop(tx, locked, permitted) : setPaused(tx, locked, permitted, control));
    },
  });
  return (click: CardClick, control: BulkControl): Promise<void> => carryOut({ ...click, control });

  async function setPaused(
    tx: Transaction,
    request: ChangeRequest,
    { actor, policyHash }: PermittedActor,
    control: "pause" | "resume",
  ): Promise<void> {
    await tx.requests.update(request.id, { paused: control === "pause" });
    await tx.audit.append(bulkHeld(request, control, { actor, at: clock.now(), policyHash }));
    if (control === "resume") await tx.jobs.enqueue({ kind: "execute_bulk", requestId: request.id });
    await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
  }

  async function stop(
    tx: Transaction,
    request: ChangeRequest,
    { actor, policyHash }: PermittedActor,
  ): Promise<void> {
    const at = clock.now();
    const waiting = request.targets.filter(({ state }) => state === "waiting");
    await tx.requests.update(request.id, { paused: false, stopped: true });
    await tx.audit.append(bulkStopped(request, waiting.length, { actor, at, policyHash }));
    const patch = { explanation: STOPPED, settledAt: at };
    const stopped = await applyEventToTargets(tx, request, waiting, "skip", { actor, at, patch });
    const isOver = stopped.targets.every(({ state }) => isSettled(state));
    if (isOver) await applyRequestEvent(tx, stopped, "every_target_settled", { actor, at });
    else {
      // After a pause, no job waits to check the users in progress.
      await tx.jobs.enqueue({ kind: "execute_bulk", requestId: request.id });
      await tx.jobs.enqueue({ kind: "show_card", requestId: request.id });
    }
  }
}
