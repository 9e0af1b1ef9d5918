import type { ChannelFacts } from "../model/placement.ts";

export interface ChannelDirectory {
  /** The channel as it was a few seconds ago at most; `null` if the bot can't see it. */
  facts(channelId: string): Promise<ChannelFacts | null>;
}
