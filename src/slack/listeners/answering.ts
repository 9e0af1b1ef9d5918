import type { RespondFn } from "@slack/bolt";
import type { Place } from "../../change-requests/index.ts";
import { answerMessage } from "../messages/answer-message.ts";
import type { SendAnswer } from "./send-answer.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** The person who is answered, and where they acted. */
export interface Answered {
  readonly respond: RespondFn;
  readonly slackUserId: string;
  readonly place: Place;
}

/** How long Slack may take to accept an answer before it is sent another way, in milliseconds. */
const RESPOND_TIMEOUT_MS = 10_000;

/**
 * Answers one person through the `response_url` of their command, click or shortcut, which takes five answers within
 * 30 minutes (https://docs.slack.dev/interactivity/handling-user-interaction). An answer that it doesn't take is left
 * to a job, so that no failed delivery is taken for a failed action. If Slack's acceptance got lost, the person reads
 * the answer twice.
 */
export function answerTo(deps: Pick<SlackDeps, "jobs" | "log">, answered: Answered): SendAnswer {
  const { respond, slackUserId, place } = answered;
  return async (answer) => {
    const { text, blocks } = answerMessage(answer);
    try {
      await inTime(respond({ response_type: "ephemeral", replace_original: false, text, blocks }));
    } catch (error) {
      const isNotice = answer.kind === "looking_up";
      deps.log(`Slack did not take the ${isNotice ? "notice" : "answer"} to a person.`, error);
      if (isNotice) return;
      await deps.jobs
        .enqueue({ kind: "tell", slackUserId, place, notice: answer })
        .catch((lost: unknown) => deps.log("An answer to a person is lost.", lost));
    }
  };
}

/** @throws an Error when the work takes longer than Slack may take to accept an answer */
async function inTime(work: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Slack did not answer within ${RESPOND_TIMEOUT_MS} ms.`)),
    RESPOND_TIMEOUT_MS,
  );
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    // The work may fail after it was given up.
    work.catch(() => {});
  }
}
