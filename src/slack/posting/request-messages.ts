import type { KnownBlock } from "@slack/types";
import {
  CardNotShownError,
  isBulk,
  type RequestDisplay,
  type RequestView,
  WARNING_TOPIC,
  type Words,
} from "../../change-requests/index.ts";
import { announcement, bulkAnnouncement } from "../messages/announcement.ts";
import { answerMessage } from "../messages/answer-message.ts";
import { bulkCard } from "../messages/bulk-card.ts";
import { warningOver } from "../messages/grant-announcement.ts";
import { requestCard } from "../messages/request-card.ts";
import { hasChanged, movedLine, movedReason, withoutDetails } from "../texts/card-texts.ts";
import { alarmMessage } from "../texts/emergency-texts.ts";
import { stuckAlarm } from "../texts/failed-job-texts.ts";
import type { Message } from "../texts/message.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import { isWebApiError, slackFailure } from "../web-api/slack-failure.ts";
import { isContentRefused } from "../web-api/slack-outage.ts";
import { cardKey } from "./card-address.ts";
import { announcementKey, createHidePosts } from "./hide-posts.ts";
import type { Poster } from "./post-once.ts";
import type { PostedMessages } from "./posted-messages.ts";
import { createSendEphemeral } from "./send-ephemeral.ts";
import type { TellDirectly } from "./tell-directly.ts";

export interface RequestDisplayOptions {
  readonly api: SlackApi;
  readonly poster: Poster;
  readonly postedMessages: PostedMessages;
  readonly tellDirectly: TellDirectly;
  readonly log: (what: string, error: unknown) => void;
}

/** Slack's refusals for a missing thread, or for a channel without threads. */
const NO_THREAD = ["thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel"];

/** Posts, updates and removes the messages about requests. The caller decides on their content and place. */
export function createRequestDisplay({
  api,
  poster,
  postedMessages,
  tellDirectly,
  log,
}: RequestDisplayOptions): RequestDisplay {
  const hide = createHidePosts({ api, postedMessages });
  const sendEphemeral = createSendEphemeral({ api, log });
  return {
    withCard: (requestId, work) =>
      postedMessages.withKey(cardKey(requestId), async () => {
        const key = cardKey(requestId);
        // If Slack can't tell where the card is, `takeAwayEarlier` still has to work.
        const found = await poster.find(key).then(
          (posted) => ({ posted }),
          (error: unknown) => ({ error }),
        );
        const postedCard = () => {
          if ("error" in found) throw found.error;
          return found.posted;
        };
        return work({
          channelId: ("posted" in found ? found.posted?.channelId : null) ?? null,

          async put(view, place) {
            const posted = postedCard();
            const card = isBulk(view.request) ? bulkCard(view) : requestCard(view);
            if (posted?.channelId === place.channelId) {
              if (await bring(card, (content) => poster.update(key, posted, content))) return "updated";
              await hide.beforeRepost(requestId, posted);
            } else if (posted) await hide.beforeMove(requestId, posted);
            if (posted) await postedMessages.begin(key, place);
            await bring(card, (content) => poster.post(key, place, content));
            return "posted";
          },

          async takeAway() {
            const posted = postedCard();
            return posted !== null && (await hide.withoutMove(requestId, posted)).isCardHidden;
          },
          takeAwayEarlier: () => hide.leftBehind(requestId),
        });
      }),

    async withWarning(requestId, work) {
      const key = announcementKey(requestId, WARNING_TOPIC);
      if (!(await postedMessages.find(key))?.ts) return;
      await postedMessages.withKey(key, async () => {
        const posted = await postedMessages.find(key);
        if (!posted?.ts) return;
        const at = { channelId: posted.channelId, ts: posted.ts };
        await work({
          async update(view) {
            const content = announcementOf(view, WARNING_TOPIC) ?? warningOver(view);
            if (content) await poster.update(key, at, content);
          },
        });
      });
    },

    async threadOf(requestId) {
      const card = await postedMessages.find(cardKey(requestId));
      return card?.ts ? { channelId: card.channelId, threadTs: card.threadTs ?? card.ts } : null;
    },

    async postThreadUpdate(view, topic, thread) {
      const content = announcementOf(view, topic);
      if (!content) return null;
      const key = announcementKey(view.request.id, topic);
      try {
        await postedMessages.withKey(key, () => poster.post(key, thread, content));
        return null;
      } catch (error) {
        if (!isRefusedBySlack(error)) throw error;
        return { error, hasNoThread: NO_THREAD.includes(slackErrorCode(error) ?? "") };
      }
    },

    async postAlert(view, topic, place) {
      const { request, failures } = view;
      const content =
        topic === "begun" || topic === "overdue" || topic === "disputed"
          ? alarmMessage(view, topic)
          : stuckAlarm(request.id, failures, topic.slice("stuck:".length));
      if (!content) return;
      const key = `alarm:${request.id}:${topic}`;
      await postedMessages.withKey(key, () => poster.post(key, place, content));
    },

    async tellOutcome(view, topic, { withSubject }) {
      const { id, requester } = view.request;
      const content = withSubject ? announcementOf(view, topic) : hasChanged(id);
      if (content) await tellDirectly(`outcome:${id}:${topic}`, requester.slackUserId, content);
    },

    async tellMoved({ id, place, requester }) {
      await api.posting.chat
        .postEphemeral({
          channel: place.channelId,
          user: requester.slackUserId,
          ...(place.threadTs ? { thread_ts: place.threadTs } : {}),
          ...movedLine(id),
        })
        // The card is posted, so a lost hint is not worth a retry.
        .catch(() => {});
    },

    tellWhyMoved: ({ id, requester }, to, why) =>
      tellDirectly(`moved:${id}:${to.channelId}`, requester.slackUserId, movedReason(id, why)),

    sendEphemeral: (slackUserId, place, said) =>
      sendEphemeral(slackUserId, place, "kind" in said ? answerMessage(said) : messageOf(said)),
  };

  /**
   * Calls `show` with the card; if Slack refuses the content, again with only the parts that people need to act.
   * @throws {CardNotShownError} if Slack refuses the card for a permanent reason
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
}

function isRefusedBySlack(error: unknown): boolean {
  return error instanceof Error && isWebApiError(error) && slackFailure(error).kind === "refused";
}

function announcementOf(view: RequestView, topic: string): Message | null {
  return isBulk(view.request) ? bulkAnnouncement(view, topic) : announcement(view, topic);
}

function messageOf({ text, blocks }: Words): Message {
  return { text, blocks: blocks as unknown as KnownBlock[] }; // written by a version of this bot
}
