import type { App } from "@slack/bolt";
import { uuidOf } from "../actions/card-click.ts";
import { plain } from "../messages/rich-text.ts";
import { VIEW_IDS } from "../registrations.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { DENIAL_REASON_BLOCK, readDenialReason, readOpenedFrom } from "./denial-form-view.ts";
import { noticeView } from "./notice-view.ts";
import { viewStateSchema } from "./view-state.ts";

const LONGEST_REASON = 1_000;

/** The submission of a denial. It is stored before the ack, as a click is, and decided by a job. */
export function registerDenialForm(app: App, deps: SlackDeps): void {
  app.view({ callback_id: VIEW_IDS.denialForm, type: "view_submission" }, async ({ ack, body, view }) => {
    const complain = (text: string) =>
      ack({ response_action: "errors", errors: { [DENIAL_REASON_BLOCK]: text } });
    const opened = readOpenedFrom(view.private_metadata);
    if (!opened) {
      const content = [[plain("This form is none of this bot's. Nothing was done.")]];
      return ack({
        response_action: "update",
        view: noticeView({ title: "Nothing was done", draftId: null, content }),
      });
    }
    const reason = readDenialReason(viewStateSchema.parse(view.state.values));
    if (reason === "") return complain("Say why: the requester and the audit log need a reason.");
    if (reason.length > LONGEST_REASON)
      return complain(`At most ${LONGEST_REASON} characters; these are ${reason.length}.`);
    try {
      // One form is one denial, however often it is sent.
      const clickId = uuidOf(`${view.id} ${body.user.id} denial`);
      const slackUserId = body.user.id;
      await deps.jobs.enqueue({
        kind: "decide",
        click: { ...opened, clickId, slackUserId, verdict: "denial", reason },
      });
    } catch (error) {
      deps.log("A denial could not be stored.", error);
      return complain("It is not known whether this was stored. Send it again in a moment; it counts once.");
    }
    return ack();
  });
}
