import { randomBytes } from "node:crypto";
import { type Answer, isRefusal, refusalOf } from "../../change-requests/index.ts";
import type { TypedTexts } from "../texts/message.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** Answers one person, and nobody else. The notice that the answer is still to come is dropped if Slack doesn't take it. */
export type SendAnswer = (answer: Answer) => Promise<void>;

/** After this long, somebody who waits is told that they are not forgotten. */
const NOTICE_AFTER_MS = 1_000;

/**
 * Does what somebody asked for and tells them the answer, or why there is none; says “Looking up…” first
 * if it takes more than a second. A refusal gives back what they typed. `null`: it was answered before.
 */
export async function answer(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  work: () => Promise<Answer | null>,
  typed: TypedTexts = {},
): Promise<void> {
  let notice = Promise.resolve();
  const timer = setTimeout(() => {
    notice = sendAnswer({ kind: "looking_up" }).catch((error) =>
      deps.log("The notice could not be sent.", error),
    );
  }, NOTICE_AFTER_MS);
  // A failure of the work, and never one of the delivery, is told as a failure.
  const answered = await work().catch((error: unknown) => failureOf(deps, error, { typed }));
  clearTimeout(timer);
  // The answer comes last.
  await notice;
  if (answered) await sendAnswer(answered);
}

/** Tells somebody why something did not happen, and gives back what they typed. */
export async function sendRefusal(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  error: unknown,
  typed: TypedTexts = {},
): Promise<void> {
  await sendAnswer(failureOf(deps, error, { typed }));
}

/**
 * Why something did not happen; writes any other failure to the log, under a reference that the person is told.
 * `isNothingRequested`: nothing that could have failed requests anything. Default false, as `mayHaveOpened` is.
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
  return { kind: "failed", reference, isNothingRequested, mayHaveOpened, typed };
}
