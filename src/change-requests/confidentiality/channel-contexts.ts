import type { ChannelContext } from "../../authorization/index.ts";
import type { ChangeRequest, Place, SubjectIdentity } from "../model/change-request.ts";
import { type ChannelFacts, type ChannelRules, placementFault } from "../model/placement.ts";
import type { ChannelDirectory } from "../ports/channel-directory.ts";
import { type FindPlace, NowhereToPostError } from "./find-place.ts";

/** Knows where the cards of requests stand. */
export interface CardPlaces {
  /** The channel of the card; `null` if it was not posted yet. */
  channelOf(requestId: number): Promise<string | null>;
}

/** What the policies are told of channels, as Slack shows them now; `null` where the bot can't see one. */
export interface ChannelContexts {
  /** Where something is asked for. @throws {DirectoryUnavailableError} */
  ofPlace(place: Place): Promise<ChannelContext | null>;
  /**
   * Where a card belongs now: that of a request which is still to be made, or of one that is carried out.
   * @throws {DirectoryUnavailableError | IncydrError}
   */
  ofNextCard(asked: Place, subjects: readonly SubjectIdentity[]): Promise<ChannelContext | null>;
  /**
   * Where the card of a request stands, and so where it is decided on: nobody who clicks says where they are. A card
   * that may not stand there any more is moved by a job.
   * @throws {DirectoryUnavailableError | IncydrError}
   */
  ofCard(request: Pick<ChangeRequest, "id" | "place" | "targets">): Promise<ChannelContext | null>;
  /**
   * Whether a card stands in a channel that the bot can't see: nobody knows who reads it.
   * @throws {DirectoryUnavailableError}
   */
  isCardUnseen(requestId: number): Promise<boolean>;
}

export function createChannelContexts(options: {
  channels: ChannelDirectory;
  rules: ChannelRules;
  findPlace: FindPlace;
  cards: CardPlaces;
  /** Leaves a job that brings a card to where it belongs. */
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
        // Without a place there is no channel of which the policies could be told.
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
