import type { DeliveryRecord } from "./delivery/envelope.ts";
import type { Message } from "./driver/message-view.ts";
import { type EventSender, sendEvent } from "./driver/send-event.ts";
import { groupPayload } from "./payloads/group-payload.ts";
import { userPayload } from "./payloads/user-payload.ts";
import type { PostingRestriction, UserGroup } from "./state/workspace.ts";

/** The event after a change; `undefined` if the manifest doesn't subscribe to it. */
type Announced = Promise<DeliveryRecord | undefined>;

/** Changes to the workspace without the app. Each sends the event that Slack sends for it. */
export interface WorkspaceAdmin {
  addToChannel(channel: string, person: string): Announced;
  removeFromChannel(channel: string, person: string): Announced;
  addToGroup(group: string, person: string): Announced;
  removeFromGroup(group: string, person: string): Announced;
  /** Gives a user group another handle. */
  renameGroup(group: string, handle: string): Announced;
  /** Disables a user group, as "delete" in Slack does. */
  disableGroup(group: string): Announced;
  /** Makes a user group with a new id. */
  createGroup(handle: string, people: readonly string[]): Announced;
  changeEmail(person: string, email: string): Announced;
  /** Sets whether a person has confirmed their e-mail address. At the start all people have. */
  confirmEmail(person: string, isConfirmed: boolean): Announced;
  deactivate(person: string): Announced;
  archive(channel: string): Announced;
  /** Unarchives a channel; its members are the same. */
  unarchive(channel: string): Announced;
  /** Makes a private channel public, or private again. */
  setVisibility(channel: string, kind: "public" | "private"): void;
  /** Shares a channel with other companies; an empty list ends the sharing. */
  share(channel: string, teamIds: readonly string[]): void;
  deleteMessage(message: Message): void;
  /** Forbids edits of messages older than `minutes` (0: of any message); `null` allows them again. */
  closeEditWindow(minutes: number | null): void;
  /** Restricts posting in a channel, so that the app gets this error; `null` ends the restriction. */
  restrictPosting(channel: string, error: PostingRestriction | null): void;
  /** Makes Slack refuse every message with `message_limit_exceeded`, or accept messages again. */
  limitMessages(isReached: boolean): void;
  /** Hides a person from the app, or shows them again: `user_not_visible`. */
  hideFromApp(person: string, isHidden: boolean): void;
  /** Changes the workspace's plan. Only a paid one has user groups. */
  setPlan(plan: "paid" | "free"): void;
  /** Withdraws a scope from the app's token. */
  withdrawScope(scope: string): void;
  /** Grants a withdrawn scope again. */
  grantScope(scope: string): void;
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
  const groupEvent = (type: "subteam_updated" | "subteam_created", group: UserGroup) =>
    announce({ type, subteam: groupPayload(group, state, { includeUsers: true }) });
  return {
    addToChannel: (channel, person) => membership("member_joined_channel", channel, person),
    removeFromChannel: (channel, person) => membership("member_left_channel", channel, person),
    addToGroup: (group, person) => groupChange(group, person, true),
    removeFromGroup: (group, person) => groupChange(group, person, false),
    renameGroup: (name, handle) => {
      const group = workspace.group(name);
      group.handle = handle;
      return groupEvent("subteam_updated", group);
    },
    disableGroup: (name) => {
      const group = workspace.group(name);
      group.dateDelete = Math.floor(state.now() / 1000);
      return groupEvent("subteam_updated", group);
    },
    createGroup: (handle, people) => {
      const id = `S0NEW${workspace.groups.size}`;
      const userIds = new Set(people.map((name) => workspace.person(name).id));
      const group: UserGroup = { id, handle, name: handle, userIds, dateDelete: 0 };
      workspace.groups.set(id, group);
      return groupEvent("subteam_created", group);
    },
    changeEmail: (name, email) => {
      const person = workspace.person(name);
      person.email = email;
      return announce({ type: "user_change", user: userPayload(person, state) });
    },
    confirmEmail: (name, isConfirmed) => {
      const person = workspace.person(name);
      person.emailConfirmed = isConfirmed;
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
    unarchive: (name) => {
      const channel = workspace.channel(name);
      channel.archived = false;
      const type = channel.kind === "public" ? "channel_unarchive" : "group_unarchive";
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
    closeEditWindow: (minutes) => {
      workspace.settings.editWindowMinutes = minutes;
    },
    restrictPosting: (name, error) => {
      workspace.channel(name).restriction = error;
    },
    limitMessages: (isReached) => {
      workspace.settings.isMessageLimitReached = isReached;
    },
    hideFromApp: (name, isHidden) => {
      workspace.person(name).hidden = isHidden;
    },
    setPlan: (plan) => {
      workspace.settings.plan = plan;
    },
    withdrawScope: (scope) => {
      workspace.settings.withdrawnScopes.add(scope);
    },
    grantScope: (scope) => {
      workspace.settings.withdrawnScopes.delete(scope);
    },
  };
}
