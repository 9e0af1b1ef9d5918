import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import type { Change } from "../../../change-requests/index.ts";
import { readTypedUser } from "../../../subjects/index.ts";
import { ACTION_IDS } from "../../ids/registrations.ts";
import { answerTo } from "../answering.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { openChange } from "../views/open-change.ts";
import { placeOf } from "./card-click.ts";
import { refuseForgedButton } from "./forged-button.ts";

const KINDS: Readonly<Record<string, Change["kind"]>> = {
  [ACTION_IDS.deactivate]: "deactivate",
  [ACTION_IDS.activate]: "activate",
  [ACTION_IDS.move]: "move",
  [ACTION_IDS.addRoles]: "add_roles",
  [ACTION_IDS.removeRoles]: "remove_roles",
  [ACTION_IDS.replaceRoles]: "replace_roles",
};

/** The buttons under a looked-up user: each opens the form of a change. */
export function registerSubjectButtons(app: App, deps: SlackDeps): void {
  for (const [actionId, kind] of Object.entries(KINDS)) {
    app.action<BlockAction<ButtonAction>>(
      { type: "block_actions", action_id: actionId },
      async ({ ack, body, action, respond }) => {
        await ack();
        const user = readTypedUser(action.value ?? "");
        if ("fault" in user) return refuseForgedButton(deps, { body, actionId, respond });
        if (!(await isFirstDelivery(deps, body))) return;
        const slackUserId = body.user.id;
        const { channelId } = placeOf(body);
        const place = { channelId, threadTs: null };
        await openChange(deps, {
          slackUserId,
          place,
          who: user.who,
          kind,
          role: null,
          org: null,
          undoes: null,
          triggerId: body.trigger_id,
          tell: answerTo(deps, { respond, slackUserId, place }),
        });
      },
    );
  }
  // A link opens by itself; Slack wants its click acked all the same.
  app.action(ACTION_IDS.openLink, async ({ ack }) => ack());
}
