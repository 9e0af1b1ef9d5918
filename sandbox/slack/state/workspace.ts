import type { WorkspaceSeed } from "../harborlight.ts";

/** A person or the bot, in their current state. */
export interface Person {
  /** The short name in tests and in the tour: `maya`. */
  key: string;
  id: string;
  /** The name before the `@` of the e-mail: `maya.lindqvist`. */
  username: string;
  displayName: string;
  email: string;
  /** Whether the person has confirmed their e-mail address. */
  emailConfirmed: boolean;
  teamId: string;
  guest: "no" | "single_channel" | "multi_channel";
  deactivated: boolean;
  isBot: boolean;
  /** Whether the person is hidden from the app. */
  hidden: boolean;
}

/** Slack's refusals of a message where an administrator limits posting. */
export type PostingRestriction =
  | "restricted_action"
  | "restricted_action_read_only_channel"
  | "restricted_action_thread_only_channel"
  | "restricted_action_non_threadable_channel";

/** The settings of the whole workspace. */
export interface WorkspaceSettings {
  /** User groups need a paid plan. */
  plan: "paid" | "free";
  /** The minutes after which a message can't be edited; `null` without a limit. */
  editWindowMinutes: number | null;
  /** Whether Slack refuses all messages for now. */
  isMessageLimitReached: boolean;
  /** Scopes of the manifest that the app's token lacks. */
  withdrawnScopes: Set<string>;
}

/** A channel or a direct conversation with the bot. */
export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  memberIds: Set<string>;
  archived: boolean;
  /** The other teams that share this channel. */
  sharedWith: readonly string[];
  /** The reason why the app can't post or edit here; `null` if it can. */
  restriction: PostingRestriction | null;
}

/** A user group; deactivated people stay listed. */
export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  userIds: Set<string>;
  /** Seconds since 1970 when it was disabled; 0 while it is in use. */
  dateDelete: number;
}

/** People, channels and groups, with look-ups by any of their names. */
export interface Workspace {
  readonly team: WorkspaceSeed["team"];
  readonly app: WorkspaceSeed["app"];
  readonly people: ReadonlyMap<string, Person>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly groups: Map<string, UserGroup>;
  readonly settings: WorkspaceSettings;
  /** The person with this key, id, username or display name. Throws without a match. */
  person(nameOrId: string): Person;
  /** The channel with this name (with or without `#`) or id. Throws without a match. */
  channel(nameOrId: string): Channel;
  /** The group with this handle or id. Throws without a match. */
  group(handleOrId: string): UserGroup;
  /** The direct conversation of a person with the bot, made on first use. */
  directMessage(personId: string): Channel;
  /** Whether a person may read a channel: as a member, or as a full member of the team if it is public. */
  canRead(personId: string, channelId: string): boolean;
  isBotIn(channelId: string): boolean;
}

/** Builds a workspace from a seed. */
export function createWorkspace(seed: WorkspaceSeed): Workspace {
  const { app, team } = seed;
  const bot: Person = {
    key: "bot",
    id: app.botUserId,
    username: app.botName,
    displayName: app.botName,
    email: "",
    emailConfirmed: false,
    teamId: team.id,
    guest: "no",
    deactivated: false,
    isBot: true,
    hidden: false,
  };
  const people = new Map<string, Person>([[bot.id, bot]]);
  for (const { key, id, displayName, email, teamId, guest, deactivated } of seed.people) {
    people.set(id, {
      key,
      id,
      username: email.split("@")[0] ?? key,
      displayName,
      email,
      emailConfirmed: true,
      teamId,
      guest: guest ?? "no",
      deactivated: deactivated ?? false,
      isBot: false,
      hidden: false,
    });
  }
  const byKey = (key: string) => findPerson(people, key).id;
  const channels = new Map<string, Channel>();
  for (const { id, name, kind, members, sharedWith } of seed.channels) {
    const memberIds = new Set(members.map(byKey));
    const shared = sharedWith ?? [];
    channels.set(id, { id, name, kind, memberIds, archived: false, sharedWith: shared, restriction: null });
  }
  const groups = new Map<string, UserGroup>();
  for (const { id, handle, name } of seed.groups) {
    const members = seed.people.filter((person) => person.groups?.includes(handle));
    groups.set(id, { id, handle, name, userIds: new Set(members.map((person) => person.id)), dateDelete: 0 });
  }
  const channel = (nameOrId: string) => findChannel(channels, nameOrId);
  return {
    team,
    app,
    people,
    channels,
    groups,
    settings: {
      plan: "paid",
      editWindowMinutes: null,
      isMessageLimitReached: false,
      withdrawnScopes: new Set(),
    },
    channel,
    person: (nameOrId) => findPerson(people, nameOrId),
    group: (handleOrId) => findGroup(groups, handleOrId),
    directMessage: (personId) => {
      const { key } = findPerson(people, personId);
      const id = `D0${key.toUpperCase()}`;
      const existing = channels.get(id);
      if (existing) return existing;
      const memberIds = new Set([personId, bot.id]);
      const made: Channel = {
        ...{ id, name: `dm-${key}`, kind: "im", memberIds },
        ...{ archived: false, sharedWith: [], restriction: null },
      };
      channels.set(id, made);
      return made;
    },
    canRead: (personId, channelId) => {
      const reader = findPerson(people, personId);
      const { kind, memberIds } = channel(channelId);
      if (reader.deactivated) return false;
      if (memberIds.has(personId)) return true;
      return kind === "public" && reader.guest === "no" && reader.teamId === team.id;
    },
    isBotIn: (channelId) => channel(channelId).memberIds.has(bot.id),
  };
}

function findPerson(people: ReadonlyMap<string, Person>, nameOrId: string): Person {
  const found =
    people.get(nameOrId) ??
    [...people.values()].find(({ key, username, displayName }) =>
      [key, username, displayName].includes(nameOrId),
    );
  if (!found) throw new Error(`The simulated workspace has no person "${nameOrId}".`);
  return found;
}

function findChannel(channels: ReadonlyMap<string, Channel>, nameOrId: string): Channel {
  const name = nameOrId.replace(/^#/, "");
  const found = channels.get(nameOrId) ?? [...channels.values()].find((channel) => channel.name === name);
  if (!found) throw new Error(`The simulated workspace has no channel "${nameOrId}".`);
  return found;
}

function findGroup(groups: ReadonlyMap<string, UserGroup>, handleOrId: string): UserGroup {
  const found = groups.get(handleOrId) ?? [...groups.values()].find((group) => group.handle === handleOrId);
  if (!found) throw new Error(`The simulated workspace has no user group "${handleOrId}".`);
  return found;
}
