import { AppError } from "../kernel/errors.ts";
import { givenBack, type TypedTexts } from "./messages/given-back.ts";
import { type Message, shortMessage } from "./messages/message.ts";
import { refusalLines } from "./messages/refusal.ts";
import { plain } from "./messages/rich-text.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** Answers one person, and nobody else. */
export type Tell = (message: Message) => Promise<void>;

/** After this long, somebody who waits is told that they are not forgotten. */
const NOTICE_AFTER_MS = 1_000;

/**
 * Does what somebody asked for and tells them the answer, or why there is none; says “Looking up…” first
 * if it takes more than a second. A refusal gives back what they typed.
 */
export async function answer(
  deps: Pick<SlackDeps, "log">,
  tell: Tell,
  work: () => Promise<Message>,
  typed: TypedTexts = {},
): Promise<void> {
  const notice = setTimeout(() => {
    tell(shortMessage("Looking up…", [plain("Looking up…")])).catch((error) =>
      deps.log("The notice could not be sent.", error),
    );
  }, NOTICE_AFTER_MS);
  try {
    await tell(await work());
  } catch (error) {
    await tellRefusal(deps, tell, error, typed);
  } finally {
    clearTimeout(notice);
  }
}

/** Tells somebody why something did not happen, and gives back what they typed. */
export async function tellRefusal(
  deps: Pick<SlackDeps, "log">,
  tell: Tell,
  error: unknown,
  typed: TypedTexts = {},
): Promise<void> {
  if (!(error instanceof AppError)) deps.log("A request from Slack failed.", error);
  const content = [...refusalLines(error), ...givenBack(typed)];
  await tell(shortMessage("That was not done", ...content));
}
