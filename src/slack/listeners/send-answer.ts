import { randomBytes } from "node:crypto";
import { type Answer, type Choice, isRefusal, refusalOf } from "../../change-requests/index.ts";
import { isIncydrError } from "../../incydr/index.ts";
import type { TypedTexts } from "../texts/message.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** Answers one person, and nobody else. */
export type SendAnswer = (answer: Answer) => Promise<void>;

/** After this time, a person who waits reads “Looking up…”. */
const NOTICE_AFTER_MS = 1_000;

/**
 * Runs `work`, and sends its answer or the reason of its failure to the person.
 * @param work resolves to `null` if the person has the answer already
 * @param options as for `failureOf`
 * @param options.choicesFor finds the choices of a refusal; default none
 */
export async function answer(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  work: () => Promise<Answer | null>,
  options: Parameters<typeof failureOf>[2] & {
    readonly choicesFor?: (error: unknown) => Promise<readonly Choice[]>;
  } = { typed: {} },
): Promise<void> {
  const { choicesFor } = options;
  let notice = Promise.resolve();
  const timer = setTimeout(() => {
    notice = sendAnswer({ kind: "looking_up" }).catch((error) =>
      deps.log("The notice could not be sent.", error),
    );
  }, NOTICE_AFTER_MS);
  // Only a failure of the work becomes an answer; a failed delivery does not.
  const answered = await work().catch(async (error: unknown): Promise<Answer> => {
    const failure = failureOf(deps, error, options);
    const choices = (await choicesFor?.(error)) ?? [];
    return choices.length === 0 || failure.kind === "failed" ? failure : { ...failure, choices };
  });
  clearTimeout(timer);
  // The notice must not arrive after the answer.
  await notice;
  if (answered) await sendAnswer(answered);
}

/** Tells a person why nothing was requested or changed, and gives back the typed texts. */
export async function sendRefusal(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  error: unknown,
  typed: TypedTexts = {},
): Promise<void> {
  await sendAnswer(failureOf(deps, error, { typed, isNothingRequested: true }));
}

/**
 * The answer for an error: a refusal, or else a failure, which is logged under a reference that the person reads.
 * @param options.isNothingRequested whether the failed work can't have requested or changed anything; default false
 * @param options.mayHaveOpened whether a form may have opened all the same; default false
 */
export function failureOf(
  deps: Pick<SlackDeps, "log">,
  error: unknown,
  options: { typed: TypedTexts; isNothingRequested?: boolean; mayHaveOpened?: boolean },
): Extract<Answer, { readonly kind: "not_done" | "failed" }> {
  const { typed, isNothingRequested = false, mayHaveOpened = false } = options;
  if (isRefusal(error)) return { kind: "not_done", refusal: refusalOf(error), typed };
  const reference = randomBytes(2).toString("hex");
  deps.log(`A request from Slack failed (ref ${reference}).`, error);
  const mayHaveWritten = isIncydrError(error, "outcome_unknown", "roles_ignored");
  return { kind: "failed", reference, isNothingRequested, mayHaveWritten, mayHaveOpened, typed };
}
