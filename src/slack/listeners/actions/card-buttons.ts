import type { App, BlockAction, ButtonAction, RespondFn } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { CardClick } from "../../../change-requests/index.ts";
import { ACTION_IDS } from "../../ids/registrations.ts";
import { denialFormView, disputeFormView } from "../../views/reason-form-view.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { tellNotOpened } from "../views/open-change.ts";
import { readCardClick } from "./card-click.ts";
import { refuseForgedButton } from "./forged-button.ts";

type Click = CardClick & { readonly shownSnapshot: string };

/**
 * The card's buttons. A click that decides something is stored before it is acked, and carried out by a job:
 * once Slack has the ack, the click can't be lost. Deny asks for a reason first.
 */
export function registerCardButtons(app: App, deps: SlackDeps): void {
  onClick(app, deps, ACTION_IDS.approve, ({ shownSnapshot, ...click }) =>
    deps.jobs.enqueue({
      kind: "decide",
      click: { ...click, shownSnapshot, verdict: "approval", reason: null },
    }),
  );
  onClick(app, deps, ACTION_IDS.cancel, ({ shownSnapshot: _, ...click }) =>
    deps.jobs.enqueue({ kind: "cancel", click }),
  );
  onClick(app, deps, ACTION_IDS.renew, ({ shownSnapshot: _, ...click }) =>
    deps.jobs.enqueue({ kind: "renew", click }),
  );
  onClick(app, deps, ACTION_IDS.ratify, ({ shownSnapshot: _, ...click }) =>
    deps.jobs.enqueue({ kind: "ratify", click: { ...click, event: "ratify", reason: null } }),
  );
  for (const control of ["pause", "resume", "stop"] as const) {
    onClick(app, deps, ACTION_IDS[control], ({ shownSnapshot: _, ...click }) =>
      deps.jobs.enqueue({ kind: "control_bulk", click, control }),
    );
  }
  onClick(app, deps, ACTION_IDS.list, ({ shownSnapshot: _, ...click }) =>
    deps.jobs.enqueue({ kind: "send_list", click }),
  );
  const denial = openForm(async (click) => denialFormView(await deps.openDenial(click), click));
  onClick(app, deps, ACTION_IDS.deny, async () => {}, denial);
  const dispute = openForm(async (click) => disputeFormView(await deps.openDispute(click), click));
  onClick(app, deps, ACTION_IDS.dispute, async () => {}, dispute);

  function openForm(viewOf: (click: Click) => Promise<ModalView>) {
    return async (click: Click, triggerId: string, respond: RespondFn): Promise<void> => {
      try {
        await deps.api.posting.views.open({ trigger_id: triggerId, view: await viewOf(click) });
      } catch (error) {
        await tellNotOpened(deps, answerTo(deps, { respond, ...click }), error);
      }
    };
  }
}

/** Handles a button: `store` before the ack, `then` after it. */
function onClick(
  app: App,
  deps: SlackDeps,
  actionId: string,
  store: (click: Click) => Promise<void>,
  then?: (click: Click, triggerId: string, respond: RespondFn) => Promise<void>,
): void {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: actionId },
    async ({ ack, body, action, respond }) => {
      const click = readCardClick(body, action);
      if (!click) {
        await ack();
        return refuseForgedButton(deps, { body, actionId, respond });
      }
      await store(click);
      await ack();
      if (then && (await isFirstDelivery(deps, body))) await then(click, body.trigger_id, respond);
    },
  );
}
