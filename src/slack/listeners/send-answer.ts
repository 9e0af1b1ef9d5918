import { randomBytes } from "node:crypto";
import { isRefusal } from "../../change-requests/index.ts";
import { givenBack, type Message, shortMessage, type TypedTexts } from "../texts/message.ts";
import { faultLines, refusalLines } from "../texts/refusal.ts";
import { type Inline, plain } from "../texts/rich-text.ts";
import type { SlackDeps } from "./slack-deps.ts";

/**
 * Answers one person, and nobody else. A notice says that the answer is still to come, and is dropped if Slack doesn't
 * take it. Default: an answer.
 */
export type SendAnswer = (message: Message, kind?: "answer" | "notice") => Promise<void>;

/** After this long, somebody who waits is told that they are not forgotten. */
const NOTICE_AFTER_MS = 1_000;

/**
 * Does what somebody asked for and tells them the answer, or why there is none; says “Looking up…” first
 * if it takes more than a second. A refusal gives back what they typed. `null`: it was answered before.
 */
export async function answer(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  work: () => Promise<Message | null>,
  typed: TypedTexts = {},
): Promise<void> {
  let notice = Promise.resolve();
  const timer = setTimeout(() => {
    notice = sendAnswer(shortMessage("Looking up…", [plain("Looking up…")]), "notice").catch((error) =>
      deps.log("The notice could not be sent.", error),
    );
  }, NOTICE_AFTER_MS);
  // A failure of the work, and never one of the delivery, is told as a failure.
  const message = await work().catch((error: unknown) => refusalMessage(deps, error, typed));
  clearTimeout(timer);
  // The answer comes last.
  await notice;
  if (message) await sendAnswer(message);
}

/** Tells somebody why something did not happen, and gives back what they typed. */
export async function sendRefusal(
  deps: Pick<SlackDeps, "log">,
  sendAnswer: SendAnswer,
  error: unknown,
  typed: TypedTexts = {},
): Promise<void> {
  await sendAnswer(refusalMessage(deps, error, typed));
}

/** Why something did not happen, or else that it isn't known whether it did. */
function refusalMessage(deps: Pick<SlackDeps, "log">, error: unknown, typed: TypedTexts): Message {
  const summary = isRefusal(error) ? "That was not done" : "Something went wrong";
  const content = failureContent(deps, error);
  return shortMessage(summary, ...content, ...givenBack(typed));
}

/**
 * Why something did not happen, line by line; writes any other failure to the log, under a reference that the person
 * is told. `isNothingRequested`: nothing that could have failed requests anything. Default false.
 */
export function failureContent(
  deps: Pick<SlackDeps, "log">,
  error: unknown,
  { isNothingRequested = false }: { isNothingRequested?: boolean } = {},
): Inline[][] {
  if (isRefusal(error)) return refusalLines(error);
  const reference = randomBytes(2).toString("hex");
  deps.log(`A request from Slack failed (ref ${reference}).`, error);
  return faultLines({ reference, isNothingRequested });
}
