import type { KnownBlock } from "@slack/types";
import type { PeopleDirectory } from "../../authorization/index.ts";
import {
  type AlarmTopic,
  approvedTopic,
  CardNotShownError,
  type ChangeRequest,
  type ChannelDirectory,
  type ChannelRules,
  excludedSlackIds,
  type FindPlace,
  isBulk,
  isChannelOutage,
  isExcluded,
  isRefusal,
  mayHearOfSubjects,
  NowhereToPostError,
  nameOf,
  type OperatorRef,
  type Place,
  type Placement,
  placementFault,
  type RequestDisplay,
  type RequestView,
  WARNING_TOPIC,
  type Words,
} from "../../change-requests/index.ts";
import { asJson } from "../../kernel/canonical-json.ts";
import { announcement } from "../messages/announcement.ts";
import { bulkAnnouncement } from "../messages/bulk-announcement.ts";
import { bulkCard } from "../messages/bulk-card.ts";
import { warningOver } from "../messages/grant-announcement.ts";
import { requestCard } from "../messages/request-card.ts";
import { alarmMessage } from "../texts/emergency-texts.ts";
import { givenUpLines, stuckAlarm } from "../texts/failure-texts.ts";
import { givenBack } from "../texts/given-back.ts";
import { type Message, shortMessage } from "../texts/message.ts";
import { movedLine, movedReason } from "../texts/moved-texts.ts";
import { refusalLines } from "../texts/refusal.ts";
import { bold, type Line, lines, plain, richText, unescapeMrkdwn } from "../texts/rich-text.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import { isWebApiError, slackFailure } from "../web-api/slack-failure.ts";
import { isContentRefused } from "../web-api/slack-outage.ts";
import { cardKey } from "./card-address.ts";
import { createTellDirectly } from "./direct-messages.ts";
import { announcementKey, createHidePosts } from "./hide-posts.ts";
import type { Poster } from "./post-once.ts";
import type { PostedMessages } from "./posted-messages.ts";
import { createTellPerson } from "./tell-person.ts";

export interface RequestDisplayOptions {
  readonly api: SlackApi;
  readonly poster: Poster;
  readonly ledger: PostedMessages;
  readonly findPlace: FindPlace;
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
  readonly rules: ChannelRules;
  /** Hears of answers that reach nobody. */
  readonly log: (what: string, error: unknown) => void;
}

/** What the requester is told wherever they are: ends, and what asks something of them. */
const OUTCOMES = /^(?:(?:denied|cancelled|expired|stale|pending|done)\b|grants_)/;

/** Shows requests as cards, with what came to pass in their threads. */
export function createRequestDisplay({
  api,
  poster,
  ledger,
  findPlace,
  people,
  channels,
  rules,
  log,
}: RequestDisplayOptions): RequestDisplay {
  const tellDirectly = createTellDirectly({ poster, ledger, log });
  const tellPerson = createTellPerson({ api, log });
  const hide = createHidePosts({ api, ledger });
  return {
    async showCard(requestId, read, onMoving) {
      await ledger.withKey(cardKey(requestId), async () => {
        const key = cardKey(requestId);
        // Read under the lock: what is shown is never older than what was.
        const view = await read();
        const card = isBulk(view.request) ? bulkCard(view) : requestCard(view);
        const { place, moved } = await findPlace(view.request.place, view.request.targets);
        const posted = await poster.find(key);
        const isInPlace = posted?.channelId === place.channelId;
        if (!posted || !isInPlace || !(await bring(card, (content) => poster.update(key, posted, content)))) {
          if (posted && isInPlace) await hide.beforeRepost(requestId, posted);
          if (posted && !isInPlace) {
            await onMoving();
            await hide.beforeMove(requestId, posted);
          }
          if (posted) await ledger.begin(key, place);
          await bring(card, (content) => poster.post(key, place, content));
          if (moved) await tellMoved(view.request, place, moved);
        }
        // Last, so that an earlier channel keeps no card waiting.
        await hide.leftBehind(requestId);
      });
      await refreshWarning(requestId, read);
    },

    async announce(view, topic) {
      let refused: unknown = null;
      const toldIn = await announceInThread(view, topic).catch((error: unknown) => {
        if (!isRefusedBySlack(error)) throw error;
        refused = error;
        return null;
      });
      if (OUTCOMES.test(topic) && !(await canSee(view.request.requester, toldIn)))
        await tellOutcome(view, topic);
      if (refused !== null && !NO_THREAD.includes(slackErrorCode(refused) ?? "")) throw refused;
    },

    async soundAlarm(view, topic) {
      const { request, failures } = view;
      const content = isStuck(topic)
        ? stuckAlarm(request.id, failures, topic.slice(STUCK.length))
        : alarmMessage(view, topic);
      if (!content) return;
      const asked: Place = { channelId: rules.auditChannelId, threadTs: null };
      const { place } = await findPlace(asked, request.targets);
      const key = `alarm:${request.id}:${topic}`;
      await ledger.withKey(key, () => poster.post(key, place, content));
    },

    hideCard: (requestId, why) =>
      ledger.withKey(cardKey(requestId), async () => {
        await hide.leftBehind(requestId);
        const posted = await poster.find(cardKey(requestId));
        if (!posted) return false;
        // In a restricted channel that is out it stays as it is: nobody may have moved it, and it can't be updated.
        if (isChannelOutage(why) && (await isRestrictedOut(posted.channelId))) return false;
        return (await hide.withoutMove(requestId, posted)).isCardHidden;
      }),

    notice: (sentences) =>
      wordsOf(
        "For you",
        sentences.map((sentence) => [plain(sentence)]),
      ),

    refusal: (error, reason = null) =>
      wordsOf(isRefusal(error) ? "That was not done" : "Something went wrong", [
        ...refusalLines(error),
        ...givenBack({ "Your reason": reason }),
      ]),

    givenUp: (notice) => wordsOf("Something went wrong", givenUpLines(notice)),

    tell: (slackUserId, place, { text, blocks }) =>
      tellPerson(slackUserId, place, { text, blocks: blocks as unknown as KnownBlock[] }), // written here
  };

  /**
   * Shows the card by `show`, or if Slack refuses its content, as little of it as people need to act.
   * @throws {CardNotShownError} if Slack refuses it, for a reason that lasts
   */
  async function bring<T>(card: Message, show: (content: Message) => Promise<T>): Promise<T> {
    try {
      return await show(card).catch((error: unknown) => {
        if (!isContentRefused(error)) throw error;
        log("Slack refuses the content of a card.", error);
        return show(withoutDetails(card));
      });
    } catch (error) {
      throw isRefusedBySlack(error) ? new CardNotShownError(error) : error;
    }
  }

  /** Says it in the card's thread; resolves to the channel, or to `null` where nobody may be told. */
  async function announceInThread(view: RequestView, topic: string): Promise<string | null> {
    const { request } = view;
    const card = await ledger.find(cardKey(request.id));
    if (!card?.ts) return null;
    const thread: Place = { channelId: card.channelId, threadTs: card.threadTs ?? card.ts };
    const place = await placeOrNull(thread, request);
    if (!place) return null;
    // An outcome can overtake the approval, whose job a crash may have interrupted.
    for (const each of topic.startsWith("done:") ? [approvedTopic(request), topic] : [topic]) {
      const content = announcementOf(view, each);
      const key = announcementKey(request.id, each);
      if (content) await ledger.withKey(key, () => poster.post(key, place, content));
    }
    return place.channelId;
  }

  /** The warning that temporary roles end soon has buttons in the thread, which stay only while they can work. */
  async function refreshWarning(requestId: number, read: () => Promise<RequestView>): Promise<void> {
    const key = announcementKey(requestId, WARNING_TOPIC);
    if (!(await ledger.find(key))?.ts) return;
    await ledger.withKey(key, async () => {
      const posted = await ledger.find(key);
      if (!posted?.ts) return;
      const view = await read();
      const content = announcementOf(view, WARNING_TOPIC) ?? warningOver(view);
      if (content) await poster.update(key, { channelId: posted.channelId, ts: posted.ts }, content);
    });
  }

  async function placeOrNull(asked: Place, request: ChangeRequest): Promise<Place | null> {
    try {
      return (await findPlace(asked, request.targets)).place;
    } catch (error) {
      // A channel that is mended later shows the announcement then.
      if (error instanceof NowhereToPostError && !error.isMendable) return null;
      throw error;
    }
  }

  /** Whether this is a restricted channel, and out itself. With a single one it is: only its fault leaves no place. */
  async function isRestrictedOut(channelId: string): Promise<boolean> {
    const { restrictedChannelIds } = rules;
    if (!restrictedChannelIds.includes(channelId)) return false;
    if (restrictedChannelIds.length === 1) return true;
    return isChannelOutage(placementFault(await channels.facts(channelId), rules));
  }

  async function canSee({ slackUserId }: OperatorRef, channelId: string | null): Promise<boolean> {
    const channel = channelId === null ? null : await channels.facts(channelId);
    return channel !== null && (!channel.isPrivate || channel.memberIds.includes(slackUserId));
  }

  /**
   * To the requester alone, who hears of it nowhere else. Whoever may look nobody up any more is told that it is
   * over and nothing of the subject; whoever is the subject by now, nothing at all.
   */
  async function tellOutcome(view: RequestView, topic: string): Promise<void> {
    const { id, requester } = view.request;
    const isEntitled = await mayHearOfSubjects(people, requester.slackUserId);
    if (isExcluded(requester.slackUserId, await subjectIds(view.request))) return;
    const over = shortMessage(`${nameOf(id)} has changed`, [
      bold(nameOf(id)),
      plain(" has changed. Ask a lead about it: you are no longer in a group that may be told more."),
    ]);
    const content = isEntitled ? announcementOf(view, topic) : over;
    if (!content) return;
    const key = `outcome:${id}:${topic}`;
    await tellDirectly(key, requester.slackUserId, content);
  }

  function subjectIds({ targets }: ChangeRequest): Promise<string[]> {
    return excludedSlackIds(targets, people);
  }

  /** Tells the requester alone: where they asked, that it went elsewhere; directly, the one reason. */
  async function tellMoved(
    { id, place, requester, targets }: ChangeRequest,
    to: Place,
    why: NonNullable<Placement["moved"]>,
  ): Promise<void> {
    await api.posting.chat
      .postEphemeral({
        channel: place.channelId,
        user: requester.slackUserId,
        ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
        ...movedLine(id),
      })
      // The requester finds the request in the audit log; the card itself is posted.
      .catch(() => {});
    if (!(await mayHearOfSubjects(people, requester.slackUserId))) return;
    if (isExcluded(requester.slackUserId, await excludedSlackIds(targets, people))) return;
    await tellDirectly(`moved:${id}:${to.channelId}`, requester.slackUserId, movedReason(id, why));
  }
}

/** Slack's answers for a thread that isn't there, or a channel without threads. */
const NO_THREAD = ["thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel"];

/** Whether Slack answers, and refuses the call. */
function isRefusedBySlack(error: unknown): boolean {
  return error instanceof Error && isWebApiError(error) && slackFailure(error).kind === "refused";
}

/** The summary of a card and its buttons. */
function withoutDetails({ text, blocks }: Message): Message {
  const buttons = blocks.filter(({ type }) => type === "actions");
  const said = richText(
    lines([plain(unescapeMrkdwn(text))], [plain("The rest of this card could not be shown.")]),
  );
  return { text, blocks: [said, ...buttons] };
}

const STUCK = "stuck:";

function isStuck(topic: AlarmTopic): topic is `stuck:${string}` {
  return topic.startsWith(STUCK);
}

function announcementOf(view: RequestView, topic: string): Message | null {
  return isBulk(view.request) ? bulkAnnouncement(view, topic) : announcement(view, topic);
}

function wordsOf(summary: string, content: readonly Line[]): Words {
  const { text, blocks } = shortMessage(summary, ...content);
  return { text, blocks: asJson(blocks) };
}
