import type { CardPlaces, ChannelDirectory } from "../../change-requests/index.ts";
import { slackErrorCode } from "../web-api/slack-api.ts";
import { isSlackOutage } from "../web-api/slack-outage.ts";
import type { PostedMessages, PostingDeps } from "./posted-messages.ts";

/** The key of a request's card in `PostedMessages`. */
export function cardKey(requestId: number): string {
  return `card:${requestId}`;
}

/**
 * Finds the card of a request; `null` if it was never posted. `url` is `null` if Slack gives none: the card was deleted,
 * or the bot is no member of its channel.
 */
export type FindCard = (
  requestId: number,
) => Promise<{ readonly channelId: string; readonly url: string | null } | null>;

export function createFindCard({ api, postedMessages }: PostingDeps): FindCard {
  return async (requestId) => {
    const card = await postedMessages.find(cardKey(requestId));
    if (!card?.ts) return null;
    const { channelId, ts } = card;
    try {
      const { permalink } = await api.reading.chat.getPermalink({ channel: channelId, message_ts: ts });
      return { channelId, url: permalink ?? null };
    } catch (error) {
      if (!slackErrorCode(error)) throw error;
      return { channelId, url: null };
    }
  };
}

/**
 * Makes the function that gives a person the link to a card. It returns `null` unless they are a member of its channel,
 * and while Slack is out of service: a list without links is better than none.
 */
export function createCardLink({ findCard, channels }: { findCard: FindCard; channels: ChannelDirectory }) {
  return async function cardLink(requestId: number, slackUserId: string): Promise<string | null> {
    try {
      const card = await findCard(requestId);
      if (!card?.url) return null;
      const channel = await channels.facts(card.channelId);
      return channel?.memberIds.includes(slackUserId) ? card.url : null;
    } catch (error) {
      if (isSlackOutage(error)) return null;
      throw error;
    }
  };
}

export function createCardPlaces(postedMessages: Pick<PostedMessages, "find">): CardPlaces {
  return {
    async channelOf(requestId) {
      const card = await postedMessages.find(cardKey(requestId));
      return card?.ts ? card.channelId : null;
    },
  };
}
