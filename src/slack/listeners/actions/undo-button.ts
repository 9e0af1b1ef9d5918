import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import { ACTION_IDS } from "../../ids/registrations.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { openChange } from "../views/open-change.ts";
import { readCardClick } from "./card-click.ts";
import { refuseForgedButton } from "./forged-button.ts";

/** Undo… on a finished card: opens the form of the reverse change, where the card stands. */
export function registerUndoButton(app: App, deps: SlackDeps): void {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: ACTION_IDS.undo },
    async ({ ack, body, action, respond }) => {
      await ack();
      const click = readCardClick(body, action);
      if (!click) return refuseForgedButton(deps, { body, actionId: ACTION_IDS.undo, respond });
      if (!(await isFirstDelivery(deps, body))) return;
      const choice = { who: "", kind: null, role: null, org: null, undoes: click.requestId };
      await openChange(deps, {
        ...choice,
        slackUserId: body.user.id,
        place: click.place,
        triggerId: body.trigger_id,
        tell: answerTo(deps, { respond, ...click }),
      });
    },
  );
}
