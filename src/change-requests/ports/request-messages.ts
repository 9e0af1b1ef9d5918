import type { ChangeRequest, OperatorRef, Place } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { ConfidentialityFault } from "../model/placement.ts";
import type { Standing } from "../model/standing.ts";
import type { Answer } from "./answer.ts";
import type { AlarmTopic, Notice, Words } from "./job.ts";
import type { JobFailure } from "./job-failure.ts";

/** The facts that a card or a thread shows beside the request itself. */
export interface RequestView {
  readonly request: ChangeRequest;
  /** The grants of the request, by role. */
  readonly grants: readonly Grant[];
  /** The open grants of the roles that a replacement keeps; none once it is over. */
  readonly temporaryGrants: readonly Grant[];
  /** The part of a finished change that is left. */
  readonly standing: Standing;
  /** All changes are stopped now, by a freeze or by the configuration. */
  readonly isFrozen: boolean;
  /**
   * Which of the other requests that it names are bulks. Their numbers are not shown: a reader may be a subject of one
   * without being a subject of this request.
   */
  readonly bulks: ReadonlySet<number>;
  /** Work of the request that was given up, or escalated. */
  readonly failures: readonly JobFailure[];
}

/** The messages about a request in Slack. The domain decides what each shows, and where. */
export interface RequestMessages {
  /** Runs `work` while nobody else writes the request's card. */
  withCard<T>(requestId: number, work: (card: HeldCard) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while nobody else writes the warning that temporary roles end soon, whose buttons have to go when they
   * can't work any more. Does nothing if the warning stands nowhere.
   */
  withWarning(requestId: number, work: (warning: HeldWarning) => Promise<void>): Promise<void>;
  /** The thread of the request's card; `null` if the card stands nowhere. */
  threadOf(requestId: number): Promise<Place | null>;
  /** Posts what came to pass to a thread, once per topic; resolves to Slack's refusal, or to `null`. */
  postThreadUpdate(view: RequestView, topic: string, thread: Place): Promise<ReplyRefusal | null>;
  /** Posts to a channel, once per topic, what must not be overlooked. */
  postAlert(view: RequestView, topic: AlarmTopic, place: Place): Promise<void>;
  /** Tells the requester directly what came to pass, once per topic; or only that something did. */
  tellOutcome(view: RequestView, topic: string, options: { withSubject: boolean }): Promise<void>;
  /** Tells the requester, where they asked, that the card stands elsewhere. */
  tellMoved(request: MovedRequest): Promise<void>;
  /** Tells the requester directly, once per channel, why the card stands in this one. */
  tellWhyMoved(request: MovedRequest, to: Place, why: ConfidentialityFault): Promise<void>;
}

/** The card of a request, which nobody else writes meanwhile. */
export interface HeldCard {
  /** The channel in which the card stands; `null` if it stands nowhere. */
  readonly channelId: string | null;
  /**
   * Posts the card to a place, or updates it there. A card that stands in another channel is taken away first.
   * @throws {CardNotShownError} if Slack refuses the card, for a reason that lasts
   */
  put(view: RequestView, place: Place): Promise<"posted" | "updated">;
  /** Takes the card and its thread away; resolves to whether the card is. A message that can't be taken away stays known. */
  takeAway(): Promise<boolean>;
  /** Takes away earlier cards and threads that could not be taken away when a newer card was posted. */
  takeAwayEarlier(): Promise<void>;
}

/** The warning that temporary roles end soon, which nobody else writes meanwhile. */
export interface HeldWarning {
  update(view: RequestView): Promise<void>;
}

/** Slack refuses a reply in a thread. */
export interface ReplyRefusal {
  readonly error: unknown;
  /** Whether the thread is gone, or takes no replies, so that no later try succeeds. */
  readonly hasNoThread: boolean;
}

export interface MovedRequest {
  readonly id: number;
  readonly place: Place;
  readonly requester: OperatorRef;
}

/** Shows requests in Slack. Each may run twice with the effect of once. */
export interface RequestDisplay extends RequestMessages {
  /** Says something to one person, where they are, and to nobody else. */
  sendEphemeral(slackUserId: string, place: Place, said: Notice | Answer | Words): Promise<void>;
}
