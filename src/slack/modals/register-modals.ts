import type { App } from "@slack/bolt";
import { FormError } from "../../change-requests/index.ts";
import { AppError } from "../../kernel/errors.ts";
import { CHANGE_TITLES } from "../messages/change-texts.ts";
import { shortMessage } from "../messages/message.ts";
import { refusalLines } from "../messages/refusal.ts";
import { plain } from "../messages/rich-text.ts";
import { VIEW_IDS } from "../registrations.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { FIELD_BLOCKS, readChangeForm } from "./change-form-view.ts";
import { CHOICE_BLOCKS, readChoice } from "./choose-subject-view.ts";
import { loadingView, noticeView } from "./notice-view.ts";
import { fillChange } from "./open-change.ts";
import { viewStateSchema } from "./view-state.ts";

/** Submissions and closings of the bot's modals. */
export function registerModals(app: App, deps: SlackDeps): void {
  // The request is stored before the ack: whoever sees the form close has a request.
  app.view({ callback_id: VIEW_IDS.changeForm, type: "view_submission" }, async ({ ack, body, view }) => {
    const form = readChangeForm(viewStateSchema.parse(view.state.values));
    try {
      await deps.submitDraft(view.private_metadata, body.user.id, form);
    } catch (error) {
      if (error instanceof FormError) return ack({ response_action: "errors", errors: errorsByBlock(error) });
      if (!(error instanceof AppError)) deps.log("A form could not be submitted.", error);
      const content = refusalLines(error);
      return ack({
        response_action: "update",
        view: noticeView({ title: view.title.text, draftId: null, content }),
      });
    }
    return ack();
  });

  app.view({ callback_id: VIEW_IDS.chooseSubject, type: "view_submission" }, async ({ ack, body, view }) => {
    const { who, kind } = readChoice(viewStateSchema.parse(view.state.values));
    if (!who) {
      return ack({
        response_action: "errors",
        errors: { [CHOICE_BLOCKS.who]: "Name a user: an Incydr user id or a username." },
      });
    }
    if (!kind)
      return ack({
        response_action: "errors",
        errors: { [CHOICE_BLOCKS.kind]: "Choose what is to be done." },
      });
    const draftId = view.private_metadata;
    await ack({ response_action: "update", view: loadingView(draftId, CHANGE_TITLES[kind], who) });
    await fillChange(deps, { viewId: view.id, draftId, slackUserId: body.user.id, who, kind, role: null });
  });

  app.view({ callback_id: VIEW_IDS.notice, type: "view_closed" }, async ({ ack, body, view }) => {
    await ack();
    const place = await deps.abandonDraft(view.private_metadata, body.user.id);
    if (!place) return;
    await deps.api.posting.chat.postEphemeral({
      channel: place.channelId,
      user: body.user.id,
      ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
      ...shortMessage("Nothing was requested", [
        plain("You closed the form before it had loaded. Nothing was requested."),
      ]),
    });
  });
}

function errorsByBlock({ fields }: FormError): Record<string, string> {
  const blocks: Readonly<Record<string, string>> = FIELD_BLOCKS;
  return Object.fromEntries(
    Object.entries(fields).map(([field, fault]) => [blocks[field] ?? FIELD_BLOCKS.reason, fault]),
  );
}
