import type { Place } from "../model/change-request.ts";
import type { Notice, Words } from "./job.ts";
import type { RequestMessages } from "./request-messages.ts";

/** Shows requests in Slack. Each may run twice with the effect of once. */
export interface RequestDisplay extends RequestMessages {
  /** Says something to one person, where they are, and to nobody else. */
  sendEphemeral(slackUserId: string, place: Place, said: Notice | Words): Promise<void>;
}
