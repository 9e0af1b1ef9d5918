import { type ClickOptions, createCarryOutClick, permitHoldingBack } from "../clicks/carry-out-click.ts";
import { applyRequestEvent } from "../lifecycle/apply-event.ts";
import type { CardClick } from "../model/click.ts";
import { AlreadyDecidedError } from "../model/request-errors.ts";
import { isCancellable } from "../model/state-machine.ts";

/** Makes the function that carries out a click on Cancel, which works until the first write begins. */
export function createCancel(options: ClickOptions) {
  const { clock } = options;
  return createCarryOutClick(options, () => "cancel", {
    prepare: (click: CardClick, request) => permitHoldingBack(options, request, click),

    async apply(tx, locked, { actor, policyHash }) {
      if (!isCancellable(locked.state))
        throw new AlreadyDecidedError(locked.id, locked.state, locked.decisions.at(-1) ?? null);
      const at = clock.now();
      await tx.requests.update(locked.id, { cancellation: { slackUserId: actor.slackUserId, at } });
      await applyRequestEvent(tx, locked, "cancel", { actor, at, ...(policyHash ? { policyHash } : {}) });
    },
  });
}
