import type { PeopleDirectory } from "../../authorization/index.ts";
import { type FindPlace, NowhereToPostError } from "../confidentiality/find-place.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { excludedSlackIds, isExcluded } from "../confidentiality/subject-slack-ids.ts";
import { approvedTopic } from "../lifecycle/apply-event.ts";
import type { ChangeRequest, OperatorRef, Place } from "../model/change-request.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import type { ReplyRefusal, RequestDisplay, RequestView } from "../ports/request-messages.ts";

export interface AnnounceOptions {
  readonly display: Pick<RequestDisplay, "threadOf" | "postThreadUpdate" | "tellOutcome">;
  readonly findPlace: FindPlace;
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
}

/** The topics that the requester is told wherever they are: ends, and what asks something of them. */
const OUTCOMES = /^(?:(?:denied|cancelled|expired|stale|pending|done)\b|grants_)/;

/**
 * Makes the function that says in a card's thread what came to pass, once per topic. A requester who can't see the
 * thread is told an outcome directly.
 */
export function createPostThreadUpdate({ display, findPlace, people, channels }: AnnounceOptions) {
  return async function postThreadUpdate(view: RequestView, topic: string): Promise<void> {
    const thread = await findThread(view.request);
    const refusal = thread && (await announceIn(thread, view, topic));
    const toldIn = thread && !refusal ? thread.channelId : null;
    if (OUTCOMES.test(topic) && !(await canSee(view.request.requester, toldIn)))
      await tellOutcome(view, topic);
    if (refusal && !refusal.hasNoThread) throw refusal.error;
  };

  /** The place for an announcement; `null` if there is no card, or no channel may be told. */
  async function findThread(request: ChangeRequest): Promise<Place | null> {
    const thread = await display.threadOf(request.id);
    if (!thread) return null;
    try {
      return (await findPlace(thread, request.targets)).place;
    } catch (error) {
      // A channel that is mended later shows the announcement then.
      if (error instanceof NowhereToPostError && !error.isMendable) return null;
      throw error;
    }
  }

  async function announceIn(thread: Place, view: RequestView, topic: string): Promise<ReplyRefusal | null> {
    // An outcome can overtake the approval, whose job a crash may have interrupted.
    const topics = topic.startsWith("done:") ? [approvedTopic(view.request), topic] : [topic];
    for (const each of topics) {
      const refusal = await display.postThreadUpdate(view, each, thread);
      if (refusal) return refusal;
    }
    return null;
  }

  async function canSee({ slackUserId }: OperatorRef, channelId: string | null): Promise<boolean> {
    const channel = channelId === null ? null : await channels.facts(channelId);
    return channel !== null && (!channel.isPrivate || channel.memberIds.includes(slackUserId));
  }

  /**
   * To the requester alone, who hears of it nowhere else. A requester who may look nobody up any more is told that it
   * is over and nothing of the subject. A requester who is the subject by now is told nothing at all.
   */
  async function tellOutcome(view: RequestView, topic: string): Promise<void> {
    const { slackUserId } = view.request.requester;
    const withSubject = await mayHearOfSubjects(people, slackUserId);
    if (isExcluded(slackUserId, await excludedSlackIds(view.request.targets, people))) return;
    await display.tellOutcome(view, topic, { withSubject });
  }
}
