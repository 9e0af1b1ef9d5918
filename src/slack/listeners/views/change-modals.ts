import { DirectoryUnavailableError, PoliciesDifferError } from "../../../authorization/index.ts";
import { FormError, isRefusal } from "../../../change-requests/index.ts";
import type { AppError } from "../../../kernel/errors.ts";
import { readTypedUser } from "../../../subjects/index.ts";
import { titleOf } from "../../texts/change-texts.ts";
import { formFaultTexts } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { refusalLines } from "../../texts/refusal.ts";
import { typedUserFaultText } from "../../texts/subject-faults.ts";
import { withNames } from "../../texts/typed-text.ts";
import { FIELD_BLOCKS, orgOption, readChangeForm } from "../../views/change-form-view.ts";
import { CHOICE_BLOCKS, readChoice } from "../../views/choose-subject-view.ts";
import { loadingView, noticeView } from "../../views/notice-view.ts";
import { readDraftId, viewStateSchema } from "../../views/view-state.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ClosingListener, MenuListener, SubmissionListener } from "../listener.ts";
import { fillChange, sendLater } from "./open-change.ts";

/** The form of a change. The request is stored before the ack: whoever sees the form close has a request. */
export const submitChange: SubmissionListener = async (deps, { ack, body, view }) => {
  const form = readChangeForm(viewStateSchema.parse(view.state.values));
  try {
    await deps.submitDraft(readDraftId(view.private_metadata), body.user.id, form);
  } catch (error) {
    if (error instanceof FormError) return ack({ response_action: "errors", errors: errorsByBlock(error) });
    // The typed texts stay. The same form, sent again, can't make a second request.
    if (!isRefusal(error) || isOverSoon(error)) {
      deps.log("A form could not be submitted.", error);
      return ack({ response_action: "errors", errors: { [FIELD_BLOCKS.reason]: SEND_AGAIN } });
    }
    // The notice takes the place of the form, and of what was typed into it.
    const content = [
      ...refusalLines(error),
      ...givenBack({ "Your reason": form.reason, "Your ticket": form.ticket }),
    ];
    return ack({
      response_action: "update",
      view: noticeView({ title: view.title.text, draftId: null, content }),
    });
  }
  return ack();
};

/** The form that asks for the user and the change. */
export const submitChoice: SubmissionListener = async (deps, { ack, body, view }) => {
  const { who, kind, emergency } = readChoice(viewStateSchema.parse(view.state.values));
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
  const user = readTypedUser(who);
  if ("fault" in user)
    return ack({
      response_action: "errors",
      errors: { [CHOICE_BLOCKS.who]: typedUserFaultText(user.fault) },
    });
  const draftId = readDraftId(view.private_metadata);
  const choice = { who: user.who, kind, role: null, org: null, undoes: null, emergency };
  await ack({
    response_action: "update",
    view: loadingView(draftId, titleOf(choice), withNames(user.who)),
  });
  if (!(await isFirstDelivery(deps, body))) return;
  const typed = { "You asked about": who };
  await fillChange(deps, { viewId: view.id, draftId, slackUserId: body.user.id, typed, ...choice });
};

/** The organizations that match what was typed so far. */
export const searchOrgs: MenuListener = async (deps, { ack, body, payload }) => {
  const draftId = readDraftId(body.view?.private_metadata ?? "");
  const found = await deps.searchOrgs(draftId, body.user.id, payload.value);
  await ack({ options: found.map(orgOption) });
};

/** A modal that was closed before its form came. */
export const closeNotice: ClosingListener = async (deps, { ack, body, view }) => {
  await ack();
  if (!(await isFirstDelivery(deps, body))) return;
  const draftId = readDraftId(view.private_metadata);
  await sendLater(deps, { draftId, slackUserId: body.user.id, why: "form_closed" });
};

/** Whether an error only delays a form for a moment, and is no answer to it. */
export function isOverSoon(error: AppError): boolean {
  return error instanceof DirectoryUnavailableError || error instanceof PoliciesDifferError;
}

/** For when it isn't known whether a form was stored. */
export const SEND_AGAIN =
  "It is not known whether this was stored. Send it again in a moment; it counts once.";

/** The faults of a form, by the block of each field. */
export function errorsByBlock({ data }: FormError): Record<string, string> {
  const blocks: Readonly<Record<string, string>> = FIELD_BLOCKS;
  return Object.fromEntries(
    Object.entries(formFaultTexts(data.faults)).map(([field, text]) => [
      blocks[field] ?? FIELD_BLOCKS.reason,
      text,
    ]),
  );
}
