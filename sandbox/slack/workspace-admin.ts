import type { DeliveryRecord } from "./delivery/envelope.ts";
import type { Message } from "./driver/message-view.ts";
import { type EventSender, sendEvent } from "./driver/send-event.ts";
import { userPayload } from "./payloads/user-payload.ts";

/** An event that followed a change; undefined where the manifest doesn't subscribe to it. */
type Announced = Promise<DeliveryRecord | undefined>;

/** Changes to the workspace that happen behind the app's back; each sends the event Slack sends for it. */
export interface WorkspaceAdmin {
  addToChannel(channel: string, person: string): Announced;
  removeFromChannel(channel: string, person: string): Announced;
  addToGroup(group: string, person: string): Announced;
  removeFromGroup(group: string, person: string): Announced;
  changeEmail(person: string, email: string): Announced;
  deactivate(person: string): Announced;
  archive(channel: string): Announced;
  /** Turns a private channel public or back, as an owner can. */
  setVisibility(channel: string, kind: "public" | "private"): void;
  /** Shares a channel with other companies; an empty list ends it. */
  share(channel: string, teamIds: readonly string[]): void;
  deleteMessage(message: Message): void;
}

/** Creates the administrator of a workspace. */
export function createWorkspaceAdmin(sender: EventSender): WorkspaceAdmin {
  const { state } = sender;
  const { workspace, changes } = state;
  const announce = (event: Record<string, unknown> & { type: string }) => {
    changes.emit();
    return sendEvent(sender, event);
  };
  const membership = (type: string, channelName: string, personName: string) => {
    const channel = workspace.channel(channelName);
    const user = workspace.person(personName).id;
    if (type === "member_joined_channel") channel.memberIds.add(user);
    else channel.memberIds.delete(user);
    const channel_type = channel.kind === "public" ? "C" : "G";
    return announce({ type, user, channel: channel.id, channel_type, team: workspace.team.id });
  };
  const groupChange = (handle: string, personName: string, isAdded: boolean) => {
    const group = workspace.group(handle);
    const user = workspace.person(personName).id;
    if (isAdded) group.userIds.add(user);
    else group.userIds.delete(user);
    const seconds = Math.floor(state.now() / 1000);
    return announce({
      type: "subteam_members_changed",
      subteam_id: group.id,
      team_id: workspace.team.id,
      date_previous_update: seconds - 60,
      date_update: seconds,
      ...(isAdded ? { added_users: [user] } : { removed_users: [user] }),
      added_users_count: isAdded ? 1 : 0,
      removed_users_count: isAdded ? 0 : 1,
    });
  };
  return {
    addToChannel: (channel, person) => membership("member_joined_channel", channel, person),
    removeFromChannel: (channel, person) => membership("member_left_channel", channel, person),
    addToGroup: (group, person) => groupChange(group, person, true),
    removeFromGroup: (group, person) => groupChange(group, person, false),
    changeEmail: (name, email) => {
      const person = workspace.person(name);
      person.email = email;
      return announce({ type: "user_change", user: userPayload(person, state) });
    },
    deactivate: (name) => {
      const person = workspace.person(name);
      person.deactivated = true;
      for (const channel of workspace.channels.values()) channel.memberIds.delete(person.id);
      return announce({ type: "user_change", user: userPayload(person, state) });
    },
    archive: (name) => {
      const channel = workspace.channel(name);
      channel.archived = true;
      const type = channel.kind === "public" ? "channel_archive" : "group_archive";
      return announce({ type, channel: channel.id });
    },
    setVisibility: (name, kind) => {
      workspace.channel(name).kind = kind;
      changes.emit();
    },
    share: (name, teamIds) => {
      workspace.channel(name).sharedWith = teamIds;
      changes.emit();
    },
    deleteMessage: ({ channelId, ts }) => {
      const message = state.messages.find(channelId, ts);
      if (message) state.messages.delete(message);
    },
  };
}
