import type { ChannelContext } from "../../authorization/index.ts";
import type { ChangeRequest, Place, SubjectIdentity } from "../model/change-request.ts";
import { type ChannelFacts, type ChannelRules, placementFault } from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import { type FindPlace, NowhereToPostError } from "./find-place.ts";

export interface CardPlaces {
  /** The channel of a request's card; `null` if the card was not posted yet. */
  channelOf(requestId: number): Promise<string | null>;
}

/** The present facts of channels for the policies; `null` if the bot can't see the channel. */
export interface ChannelContexts {
  /** @throws {DirectoryUnavailableError} */
  ofPlace(place: Place): Promise<ChannelContext | null>;
  /** The channel to which the card would go now. @throws {DirectoryUnavailableError | IncydrError} in an outage */
  ofNextCard(asked: Place, subjects: readonly SubjectIdentity[]): Promise<ChannelContext | null>;
  /**
   * The channel of a request's card, in which people decide. If the card may not stay there, enqueues its move.
   * @throws {DirectoryUnavailableError | IncydrError} in an outage
   */
  ofCard(request: Pick<ChangeRequest, "id" | "place" | "targets">): Promise<ChannelContext | null>;
  /** Whether the bot can't see the card's channel. @throws {DirectoryUnavailableError} if Slack can't be read */
  isCardUnseen(requestId: number): Promise<boolean>;
}

export function createChannelContexts(options: {
  channels: ChannelDirectory;
  rules: ChannelRules;
  findPlace: FindPlace;
  cards: CardPlaces;
  /** Enqueues the job that moves a card. */
  moveCard: (requestId: number) => Promise<void>;
}): ChannelContexts {
  const { channels, rules, findPlace, cards, moveCard } = options;

  const contexts: ChannelContexts = {
    ofPlace: async ({ channelId }) => contextOf(await channels.facts(channelId)),

    async ofNextCard(asked, subjects) {
      try {
        const { place } = await findPlace(asked, subjects);
        return await contexts.ofPlace(place);
      } catch (error) {
        if (error instanceof NowhereToPostError) return null;
        throw error;
      }
    },

    async ofCard({ id, place, targets }) {
      const channelId = await cards.channelOf(id);
      if (channelId === null) return contexts.ofNextCard(place, targets);
      const channel = await channels.facts(channelId);
      if (placementFault(channel, rules)) await moveCard(id);
      return contextOf(channel);
    },

    async isCardUnseen(requestId) {
      const channelId = await cards.channelOf(requestId);
      return channelId !== null && (await channels.facts(channelId)) === null;
    },
  };
  return contexts;

  function contextOf(channel: ChannelFacts | null): ChannelContext | null {
    if (!channel) return null;
    const { isPrivate, isShared } = channel;
    return { private: isPrivate, shared: isShared, allowed: placementFault(channel, rules) === null };
  }
}
