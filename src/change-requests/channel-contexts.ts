import type { ChannelContext } from "../authorization/index.ts";
import type { Place } from "./change-request.ts";
import { type ChannelFacts, type ChannelRules, placeFor, placementFault } from "./placement.ts";
import type { ChannelDirectory } from "./ports.ts";

/** What the policies are told of channels, as Slack shows them now; `null` where the bot can't see one. */
export interface ChannelContexts {
  /** Where something is asked for. @throws {DirectoryUnavailableError} */
  ofPlace(place: Place): Promise<ChannelContext | null>;
  /**
   * Where the card of a request stands, and so where it is decided on: nobody who clicks says where they are.
   * @throws {DirectoryUnavailableError}
   */
  ofCard(asked: Place, subjectSlackIds: readonly string[]): Promise<ChannelContext | null>;
}

export function createChannelContexts(options: {
  channels: ChannelDirectory;
  rules: ChannelRules;
}): ChannelContexts {
  const { channels, rules } = options;
  return {
    ofPlace: async ({ channelId }) => contextOf(await channels.facts(channelId)),

    async ofCard(asked, subjectSlackIds) {
      const channel = await channels.facts(asked.channelId);
      const { place, moved } = placeFor({ asked, channel, rules, subjectSlackIds });
      return contextOf(moved ? await channels.facts(place.channelId) : channel);
    },
  };

  function contextOf(channel: ChannelFacts | null): ChannelContext | null {
    if (!channel) return null;
    const { isPrivate, isShared } = channel;
    return { private: isPrivate, shared: isShared, allowed: placementFault(channel, rules) === null };
  }
}
