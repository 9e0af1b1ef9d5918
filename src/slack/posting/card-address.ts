import type { CardPlaces } from "../../change-requests/index.ts";
import { type SlackApi, slackErrorCode } from "../web-api/slack-api.ts";
import type { PostedMessages } from "./posted-messages.ts";

/** Under which a request's card is posted. */
export function cardKey(requestId: number): string {
  return `card:${requestId}`;
}

/** Where a card stands. */
export interface CardAddress {
  readonly channelId: string;
  /** `null` if Slack gives none: the card was deleted, or the bot removed from its channel. */
  readonly url: string | null;
}

/** Finds where the card of a request stands; `null` if it was never posted. */
export type FindCard = (requestId: number) => Promise<CardAddress | null>;

export function createFindCard({
  api,
  postedMessages,
}: {
  api: Pick<SlackApi, "reading">;
  postedMessages: Pick<PostedMessages, "find">;
}): FindCard {
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

/** Makes what knows in which channels cards stand. */
export function createCardPlaces(postedMessages: Pick<PostedMessages, "find">): CardPlaces {
  return {
    async channelOf(requestId) {
      const card = await postedMessages.find(cardKey(requestId));
      return card?.ts ? card.channelId : null;
    },
  };
}
