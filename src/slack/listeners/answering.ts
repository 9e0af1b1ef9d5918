import type { Answer, Place } from "../../change-requests/index.ts";
import { answerMessage } from "../messages/answer-message.ts";
import type { Message } from "../texts/message.ts";
import type { SendAnswer } from "./send-answer.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** The person who is answered, and where they acted. */
export interface Answered {
  readonly responseUrl: string;
  readonly slackUserId: string;
  readonly place: Place;
  /** The kinds of answers that replace the clicked message; default none. */
  readonly replacedBy?: readonly Answer["kind"][];
}

/**
 * Makes the function that answers one person through the `response_url` of their command, click or shortcut. Slack
 * takes five answers there within 30 minutes (https://docs.slack.dev/interactivity/handling-user-interaction).
 * If Slack does not take an answer, a job sends it again: a failed delivery is no failed action. If only Slack's
 * response was lost, the person reads the answer twice.
 */
export function answerTo(deps: Pick<SlackDeps, "respond" | "jobs" | "log">, answered: Answered): SendAnswer {
  const send = messageTo(deps, answered);
  return (answer) => send(answerMessage(answer), answer);
}

/** As `answerTo`, for a message that can't be stored. If Slack does not take it, the job sends `answer` instead. */
export function messageTo(deps: Pick<SlackDeps, "respond" | "jobs" | "log">, answered: Answered) {
  const { responseUrl, slackUserId, place, replacedBy = [] } = answered;
  return async (message: Message, answer: Answer): Promise<void> => {
    try {
      if (replacedBy.includes(answer.kind))
        await deps.respond(responseUrl, message, { replacesOriginal: true });
      else await deps.respond(responseUrl, message);
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
