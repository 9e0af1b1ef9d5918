import type { PeopleDirectory } from "../../authorization/index.ts";
import { type FindPlace, NowhereToPostError } from "../confidentiality/find-place.ts";
import { mayHearOfSubjects } from "../confidentiality/subject-among.ts";
import { mayBeSubject } from "../confidentiality/subject-slack-ids.ts";
import { approvedTopic } from "../lifecycle/apply-event.ts";
import type { ChangeRequest, OperatorRef, Place } from "../model/change-request.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import type { ReplyRefusal, RequestDisplay, RequestView } from "../ports/request-messages.ts";

/** Topics that the requester gets in any case: ends, and events that need their action. */
const OUTCOMES = /^(?:(?:denied|cancelled|expired|stale|pending|done)\b|grants_)/;

/**
 * Makes the function that announces an event in a card's thread, once per topic. A requester who can't see the thread
 * gets an outcome by direct message.
 */
export function createPostThreadUpdate(options: {
  display: Pick<RequestDisplay, "threadOf" | "postThreadUpdate" | "tellOutcome">;
  findPlace: FindPlace;
  people: PeopleDirectory;
  channels: ChannelDirectory;
}) {
  const { display, findPlace, people, channels } = options;
  return async function postThreadUpdate(view: RequestView, topic: string): Promise<void> {
    const thread = await findThread(view.request);
    const refusal = thread && (await announceIn(thread, view, topic));
    const toldIn = thread && !refusal ? thread.channelId : null;
    if (OUTCOMES.test(topic) && !(await canSee(view.request.requester, toldIn)))
      await tellOutcome(view, topic);
    if (refusal && !refusal.hasNoThread) throw refusal.error;
  };

  /** The thread for an announcement; `null` if there is no card, or no channel may have it. */
  async function findThread(request: ChangeRequest): Promise<Place | null> {
    const thread = await display.threadOf(request.id);
    if (!thread) return null;
    try {
      return (await findPlace(thread, request.targets)).place;
    } catch (error) {
      // If an administrator can fix the fault, it is thrown, and the job tries again later.
      if (error instanceof NowhereToPostError && !error.isMendable) return null;
      throw error;
    }
  }

  async function announceIn(thread: Place, view: RequestView, topic: string): Promise<ReplyRefusal | null> {
    // A crash may have delayed the job that announces the approval. The outcome must come after that announcement.
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
   * Sends a message to only the requester. If they may not look users up any more, it does not name the subject. If
   * they may be the subject by now, they get no message.
   */
  async function tellOutcome(view: RequestView, topic: string): Promise<void> {
    const { slackUserId } = view.request.requester;
    const withSubject = await mayHearOfSubjects(people, slackUserId);
    if (await mayBeSubject(slackUserId, view.request.targets, people)) return;
    await display.tellOutcome(view, topic, { withSubject });
  }
}
