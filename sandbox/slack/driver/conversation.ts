import type { Channel } from "../state/workspace.ts";
import type { Desk } from "./desk.ts";

/** The channel called `name`, or for `dm` the person's conversation with the bot. */
export function channelNamed(desk: Desk, name: string): Channel {
  const { workspace } = desk.state;
  return name === "dm" ? workspace.directMessage(desk.person.id) : workspace.channel(name);
}

/** A channel this person can act in: throws where they aren't a member, or their account is deactivated. */
export function conversationOf(desk: Desk, name: string): Channel {
  const { person } = desk;
  const channel = channelNamed(desk, name);
  if (person.deactivated) throw new Error(`The Slack account of ${person.displayName} is deactivated.`);
  if (!channel.memberIds.has(person.id)) {
    throw new Error(`${person.displayName} isn't in #${channel.name} and can't act there.`);
  }
  return channel;
}
