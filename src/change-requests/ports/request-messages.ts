import type { Answer } from "../model/answer.ts";
import type { ChangeRequest, Place } from "../model/change-request.ts";
import type { Grant } from "../model/grant.ts";
import type { ConfidentialityFault } from "../model/placement.ts";
import type { Standing } from "../model/standing.ts";
import type { AlarmTopic, Notice, Words } from "./job.ts";
import type { JobFailure } from "./job-failure.ts";

/** The facts that a card or a thread shows of a request. */
export interface RequestView {
  readonly request: ChangeRequest;
  /** The request's grants, by role. */
  readonly grants: readonly Grant[];
  /** The open grants of roles that a replacement keeps; empty once the request is over. */
  readonly temporaryGrants: readonly Grant[];
  readonly standing: Standing;
  /** Whether a freeze or the configuration stops all changes. */
  readonly isFrozen: boolean;
  /** Bulks among the requests that it names. Their numbers are not shown, because a reader may be a subject of them. */
  readonly bulks: ReadonlySet<number>;
  /** Work of the request that was given up or escalated. */
  readonly failures: readonly JobFailure[];
}

/** The messages about a request in Slack. The domain decides the content and the place. */
export interface RequestMessages {
  /** Runs `work` while no other replica writes the request's card. */
  withCard<T>(requestId: number, work: (card: HeldCard) => Promise<T>): Promise<T>;
  /** Runs `work` while no other replica writes the warning that temporary roles end soon, if there is one. */
  withWarning(requestId: number, work: (warning: HeldWarning) => Promise<void>): Promise<void>;
  /** The thread of the request's card; `null` if there is no card. */
  threadOf(requestId: number): Promise<Place | null>;
  /** Posts to a thread, once per topic; resolves to Slack's refusal, or to `null`. */
  postThreadUpdate(view: RequestView, topic: string, thread: Place): Promise<ReplyRefusal | null>;
  /** Posts an alert to a channel, once per topic. */
  postAlert(view: RequestView, topic: AlarmTopic, place: Place): Promise<void>;
  /** Sends the requester a direct message, once per topic. Without the subject, it says only that the state changed. */
  tellOutcome(view: RequestView, topic: string, options: { withSubject: boolean }): Promise<void>;
  /** Tells the requester, at the place of the request, that the card is elsewhere. */
  tellMoved(request: MovedRequest): Promise<void>;
  /** Tells the requester directly, once per channel, why the card is in this channel. */
  tellWhyMoved(request: MovedRequest, to: Place, why: ConfidentialityFault): Promise<void>;
}

/** The card of a request, locked against other replicas. */
export interface HeldCard {
  /** The channel of the card; `null` if there is no card. */
  readonly channelId: string | null;
  /**
   * Posts or updates the card at a place. Removes a card in another channel first.
   * @throws {CardNotShownError} if Slack refuses the card for a permanent reason
   */
  put(view: RequestView, place: Place): Promise<"posted" | "updated">;
  /** Removes the card and its thread; resolves to whether the card is gone. The bot remembers messages that remain. */
  takeAway(): Promise<boolean>;
  /** Removes earlier cards and threads that remained when a newer card was posted. */
  takeAwayEarlier(): Promise<void>;
}

export interface HeldWarning {
  /** Updates the warning, whose buttons go when they can't work any more. */
  update(view: RequestView): Promise<void>;
}

export interface ReplyRefusal {
  readonly error: unknown;
  /** Whether no later try can succeed, because the thread is gone or accepts no replies. */
  readonly hasNoThread: boolean;
}

export type MovedRequest = Pick<ChangeRequest, "id" | "place" | "requester">;

/** Shows requests in Slack. Each method is idempotent. */
export interface RequestDisplay extends RequestMessages {
  /** Sends a message that only this person sees. */
  sendEphemeral(slackUserId: string, place: Place, said: Notice | Answer | Words): Promise<void>;
}
