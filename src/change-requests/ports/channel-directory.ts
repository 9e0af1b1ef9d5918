import type { ChannelFacts } from "../model/placement.ts";

/** Reads what a channel is. */
export interface ChannelDirectory {
  /** The channel, as it was at most some seconds ago; `null` if the bot can't see it. */
  facts(channelId: string): Promise<ChannelFacts | null>;
}
