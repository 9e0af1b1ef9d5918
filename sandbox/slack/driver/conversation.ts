import type { Channel } from "../state/workspace.ts";
import type { ClientContext } from "./client-context.ts";

/** The channel called `name`, or for `dm` the person's conversation with the bot. */
export function channelNamed(client: ClientContext, name: string): Channel {
  const { workspace } = client.state;
  return name === "dm" ? workspace.directMessage(client.person.id) : workspace.channel(name);
}

/** A channel in which this person can act. Throws if they aren't a member, or their account is deactivated. */
export function conversationOf(client: ClientContext, name: string): Channel {
  const { person } = client;
  const channel = channelNamed(client, name);
  if (person.deactivated) throw new Error(`The Slack account of ${person.displayName} is deactivated.`);
  if (!channel.memberIds.has(person.id)) {
    throw new Error(`${person.displayName} isn't in #${channel.name} and can't act there.`);
  }
  return channel;
}
