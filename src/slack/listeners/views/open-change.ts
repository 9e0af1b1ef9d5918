import type { ModalView } from "@slack/types";
import { type DraftChoice, isRefusal, type Place } from "../../../change-requests/index.ts";
import type { AppError } from "../../../kernel/errors.ts";
import { titleOf } from "../../texts/change-texts.ts";
import { givenBack, type TypedTexts } from "../../texts/message.ts";
import { failureLines, refusalLines } from "../../texts/refusal.ts";
import { withNames } from "../../texts/typed-text.ts";
import { changeFormView, type GivenAnswers } from "../../views/change-form-view.ts";
import { chooseSubjectView } from "../../views/choose-subject-view.ts";
import { loadingView, noticeView } from "../../views/notice-view.ts";
import { slackErrorCode } from "../../web-api/slack-api.ts";
import { isWebApiError, slackFailure } from "../../web-api/slack-failure.ts";
import { failureOf, type SendAnswer, sendRefusal } from "../send-answer.ts";
import type { SlackDeps } from "../slack-deps.ts";

/** A choice of nothing. */
export const NO_CHOICE = { who: "", kind: null, role: null, org: null, undoes: null } as const;

/** The change whose form opens. The members of `NO_CHOICE` are the defaults. */
interface ChangeOpening extends Partial<DraftChoice> {
  readonly slackUserId: string;
  readonly place: Place;
  readonly triggerId: string;
  readonly sendAnswer: SendAnswer;
  /** The command that opened the form, which a refusal gives back; default none. */
  readonly typed?: TypedTexts;
  /** Fields of the form that the command has filled in; default none. */
  readonly given?: GivenAnswers;
  /** Whether a person typed the user, so that the form asks again if no user, or more than one, has the name. */
  readonly isTypedUser?: boolean;
}

/**
 * Opens the form of a change in two steps: first a modal that names the user to be read, then the form in its place. A
 * trigger lives for three seconds, and Incydr may take longer.
 */
export async function openChange(deps: SlackDeps, opening: ChangeOpening): Promise<void> {
  const {
    slackUserId,
    place,
    triggerId,
    sendAnswer,
    typed = {},
    given = {},
    isTypedUser,
    ...chosen
  } = opening;
  const choice: DraftChoice = { ...NO_CHOICE, ...chosen };
  const { kind, undoes } = choice;
  const who = undoes === null ? choice.who : null;
  let viewId: string;
  let draftId: string;
  try {
    const draft = await deps.startDraft({ slackUserId, place, who, kind });
    draftId = draft.id;
    const about = undoes ?? choice.extends ?? withNames(choice.who);
    const view = loadingView(draftId, titleOf(choice), about);
    const opened = await deps.api.posting.views.open({ trigger_id: triggerId, view });
    viewId = opened.view?.id ?? "";
  } catch (error) {
    return sendNotOpened(deps, sendAnswer, error, typed);
  }
  const askAgain = isTypedUser ? askingFor(deps, { draftId, typed, choice }) : null;
  await fillChange(deps, {
    ...{ viewId, draftId, slackUserId, typed, given, ...choice },
    ...(askAgain && { askAgain }),
  });
}

/**
 * Makes the form that asks for the user in place of the typed one. Its field is empty, so that the person sees how to
 * search; the command with its options is given back as text.
 */
function askingFor(
  deps: SlackDeps,
  { draftId, typed, choice }: { draftId: string; typed: TypedTexts; choice: DraftChoice },
): ((error: AppError) => Promise<ModalView>) | null {
  const { kind, emergency = false } = choice;
  if (kind === null) return null;
  return async (error) => {
    const again = { fault: [...refusalLines(error), ...givenBack(typed)], typed: null };
    const isFrozen = await deps.isFrozen();
    return chooseSubjectView(draftId, [], { isFrozen, chosen: { kind, emergency }, again });
  };
}

/** The faults of a named user, after which a person can name another one. */
const SUBJECT_FAULTS = ["subject_not_found", "ambiguous_subject", "mention_without_email"];

/**
 * Reads the subject, and puts the form or a refusal into an open modal. With `askAgain`, its form replaces the refusal
 * if no user, or more than one, has the name.
 */
export async function fillChange(
  deps: SlackDeps,
  options: DraftChoice & {
    viewId: string;
    draftId: string;
    slackUserId: string;
    typed: TypedTexts;
    given?: GivenAnswers;
    askAgain?: (error: AppError) => Promise<ModalView>;
  },
): Promise<void> {
  const { viewId, draftId, slackUserId, typed, given = {}, askAgain, ...choice } = options;
  const view = await deps
    .prepareDraft(draftId, slackUserId, choice)
    .then((prepared) => changeFormView(prepared, given))
    .catch((error: unknown) => {
      if (askAgain && isRefusal(error) && SUBJECT_FAULTS.includes(error.code)) return askAgain(error);
      throw error;
    })
    .catch((error: unknown) =>
      noticeView({
        title: titleOf(choice),
        draftId: null,
        content: failureLines(failureOf(deps, error, { typed, isNothingRequested: true })),
      }),
    );
  try {
    // The client repeats a failed call, because a second update changes nothing.
    await deps.api.reading.views.update({ view_id: viewId, view });
  } catch (error) {
    // The person has closed the modal, and `closeNotice` answers that.
    if (slackErrorCode(error) === "not_found") return;
    deps.log("A form could not be shown.", error);
    await sendLater(deps, { draftId, slackUserId, why: "form_not_shown", typed });
  }
}

/** Slack's answers for a trigger that was used too late: https://docs.slack.dev/reference/methods/views.open */
const LATE_TRIGGERS = ["expired_trigger_id", "trigger_expired", "invalid_trigger_id"];

/** Tells a person why no modal opened. */
export async function sendNotOpened(
  deps: SlackDeps,
  sendAnswer: SendAnswer,
  error: unknown,
  typed: TypedTexts = {},
): Promise<void> {
  if (isRefusal(error)) return sendRefusal(deps, sendAnswer, error, typed);
  const code = slackErrorCode(error) ?? "";
  // A second delivery of the same command or click: the first one opened the form.
  if (code === "exchanged_trigger_id") return;
  if (LATE_TRIGGERS.includes(code)) return sendAnswer({ kind: "form_too_late", typed });
  const mayHaveOpened =
    error instanceof Error && isWebApiError(error) && slackFailure(error).kind === "unreachable";
  await sendAnswer(failureOf(deps, error, { typed, isNothingRequested: true, mayHaveOpened }));
}

/** Ends a draft without a request, and tells its opener by a job, which is repeated while Slack doesn't answer. */
export async function sendLater(
  deps: Pick<SlackDeps, "abandonDraft" | "jobs">,
  options: {
    draftId: string;
    slackUserId: string;
    why: "form_closed" | "form_not_shown";
    typed?: TypedTexts;
  },
): Promise<void> {
  const { draftId, slackUserId, why, typed = {} } = options;
  const place = await deps.abandonDraft(draftId, slackUserId);
  if (!place) return;
  const notice = { kind: "nothing_requested", why, typed } as const;
  await deps.jobs.enqueue({ kind: "tell", slackUserId, place, notice });
}
