import type { RespondFn } from "@slack/bolt";
import type { Place } from "../change-requests/index.ts";
import type { SlackDeps } from "./slack-deps.ts";
import type { Tell } from "./tell.ts";

/** The person who is answered, and where they acted. */
export interface Answered {
  readonly respond: RespondFn;
  readonly slackUserId: string;
  readonly place: Place;
}

/** Answers one person through the `response_url` of their command, click or shortcut. */
export function answerTo(_deps: Pick<SlackDeps, "jobs" | "log">, { respond }: Answered): Tell {
  return async ({ text, blocks }) => {
    await respond({ response_type: "ephemeral", replace_original: false, text, blocks });
  };
}
