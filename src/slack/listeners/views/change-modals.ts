import { DirectoryUnavailableError, PoliciesDifferError } from "../../../authorization/index.ts";
import { FormError, isRefusal } from "../../../change-requests/index.ts";
import type { AppError } from "../../../kernel/errors.ts";
import { readTypedUser } from "../../../subjects/index.ts";
import { titleOf } from "../../texts/change-texts.ts";
import { formFaultTexts } from "../../texts/field-faults.ts";
import { givenBack } from "../../texts/message.ts";
import { refusalLines } from "../../texts/refusal.ts";
import { plain } from "../../texts/rich-text.ts";
import { SUGGESTED_USER_GONE, typedUserFaultText } from "../../texts/subject-faults.ts";
import { withNames } from "../../texts/typed-text.ts";
import { FIELD_BLOCKS, readChangeForm } from "../../views/change-form-view.ts";
import { CHOICE_BLOCKS, chooseSubjectView, readChoice } from "../../views/choose-subject-view.ts";
import { loadingView } from "../../views/notice-view.ts";
import { readDraftId, type ViewState, viewStateSchema } from "../../views/view-state.ts";
import { isFirstDelivery } from "../first-delivery.ts";
import type { ClosingListener, SubmissionListener } from "../listener.ts";
import type { SlackDeps } from "../slack-deps.ts";
import { fieldErrors, noticeInstead, SEND_AGAIN } from "./modal-answers.ts";
import { fillChange, NO_CHOICE, sendLater } from "./open-change.ts";

/**
 * Makes the listener of a form that makes a request. It stores the request before it acks, so that the request exists
 * when the form closes.
 */
export function submitForm<Form extends { readonly reason: string; readonly ticket: string | null }>(
  read: (state: ViewState) => Form,
  submit: (deps: SlackDeps, draftId: string, slackUserId: string, form: Form) => Promise<unknown>,
  failure: string,
): SubmissionListener {
  return async (deps, { ack, body, view }) => {
    const form = read(viewStateSchema.parse(view.state.values));
    try {
      await submit(deps, readDraftId(view.private_metadata), body.user.id, form);
    } catch (error) {
      if (error instanceof FormError) return ack(fieldErrors(errorsByBlock(error)));
      // A second submission of the same form can't make a second request.
      if (!isRefusal(error) || isOverSoon(error)) {
        deps.log(failure, error);
        return ack(fieldErrors({ [FIELD_BLOCKS.reason]: SEND_AGAIN }));
      }
      const typed = { "Your reason": form.reason, "Your ticket": form.ticket };
      return ack(noticeInstead(view.title.text, [...refusalLines(error), ...givenBack(typed)]));
    }
    return ack();
  };
}

/** The form of a change. */
export const submitChange = submitForm(
  readChangeForm,
  (deps, ...submitted) => deps.submitDraft(...submitted),
  "A form could not be submitted.",
);

/** The form that asks for the user and the change. */
export const submitChoice: SubmissionListener = async (deps, { ack, body, view }) => {
  const { who, isSuggested, kind, emergency } = readChoice(viewStateSchema.parse(view.state.values));
  if (!who) return ack(fieldErrors({ [CHOICE_BLOCKS.who]: "Name a user: an Incydr user id or a username." }));
  if (!kind) return ack(fieldErrors({ [CHOICE_BLOCKS.kind]: "Choose a change." }));
  const user = readTypedUser(who);
  if ("fault" in user) return ack(fieldErrors({ [CHOICE_BLOCKS.who]: typedUserFaultText(user.fault) }));
  const draftId = readDraftId(view.private_metadata);
  const choice = { ...NO_CHOICE, who: user.who, kind, emergency };
  await ack({
    response_action: "update",
    view: loadingView(draftId, titleOf(choice), isSuggested ? "the user" : withNames(user.who)),
  });
  if (!(await isFirstDelivery(deps, body))) return;
  const typed = { "You asked about": who };
  await fillChange(deps, {
    ...{ viewId: view.id, draftId, slackUserId: body.user.id, typed },
    ...choice,
    askAgain: async (error) => {
      const fault =
        isSuggested && error.code === "subject_not_found"
          ? [[plain(SUGGESTED_USER_GONE)]]
          : refusalLines(error);
      const again = { fault, typed: isSuggested ? null : user.who };
      const isFrozen = await deps.isFrozen();
      return chooseSubjectView(draftId, [], { isFrozen, chosen: { kind, emergency }, again });
    },
  });
};

/** The closing of a modal before its form came. */
export const closeNotice: ClosingListener = async (deps, { ack, body, view }) => {
  await ack();
  if (!(await isFirstDelivery(deps, body))) return;
  const draftId = readDraftId(view.private_metadata);
  await sendLater(deps, { draftId, slackUserId: body.user.id, why: "form_closed" });
};

/** Whether a later submission of the same form can succeed. */
function isOverSoon(error: AppError): boolean {
  return error instanceof DirectoryUnavailableError || error instanceof PoliciesDifferError;
}

/** The faults of a form, by the block of each field. */
function errorsByBlock({ data }: FormError): Record<string, string> {
  const blocks: Readonly<Record<string, string>> = FIELD_BLOCKS;
  return Object.fromEntries(
    Object.entries(formFaultTexts(data.faults)).map(([field, text]) => [
      blocks[field] ?? FIELD_BLOCKS.reason,
      text,
    ]),
  );
}
