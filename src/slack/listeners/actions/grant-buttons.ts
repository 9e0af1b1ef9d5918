import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { Place } from "../../../change-requests/index.ts";
import { ACTION_IDS } from "../../ids/registrations.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { tellRefusal } from "../tell.ts";
import { openChange } from "../views/open-change.ts";
import { readCardClick } from "./card-click.ts";
import { refuseForgedButton } from "./forged-button.ts";

/**
 * The buttons of roles that are given for a limited time, on the card and under the warning before the end. Revoke
 * now is stored before it is acked, and carried out by a job; Extend opens the form of a request of its own.
 */
export function registerGrantButtons(app: App, deps: SlackDeps): void {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: ACTION_IDS.revokeNow },
    async ({ ack, body, action, respond }) => {
      const click = readCardClick(body, action);
      if (!click) {
        await ack();
        return refuseForgedButton(deps, { body, actionId: ACTION_IDS.revokeNow, respond });
      }
      const { shownSnapshot: _, ...clicked } = click;
      await deps.jobs.enqueue({ kind: "revoke_grants", click: clicked });
      await ack();
    },
  );

  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: ACTION_IDS.extend },
    async ({ ack, body, action, respond }) => {
      await ack();
      const click = readCardClick(body, action);
      if (!click) return refuseForgedButton(deps, { body, actionId: ACTION_IDS.extend, respond });
      if (!(await isFirstDelivery(deps, body))) return;
      const tell = answerTo(deps, { respond, ...click });
      let place: Place;
      try {
        // The warning may have come by direct message, where no request can be made.
        place = await deps.grantDesk.placeOf(click.requestId, click.slackUserId);
      } catch (error) {
        return tellRefusal(deps, tell, error);
      }
      const choice = { who: "", kind: "add_roles", role: null, org: null, undoes: null } as const;
      await openChange(deps, {
        ...choice,
        extends: click.requestId,
        slackUserId: body.user.id,
        place,
        triggerId: body.trigger_id,
        tell,
      });
    },
  );
}
