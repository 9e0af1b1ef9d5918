import type { GroupDirectory, PeopleDirectory } from "../authorization/index.ts";
import {
  type ChannelDirectory,
  type ChannelRules,
  createFindPlace,
  createMayBeTold,
  createMemberIdentities,
} from "../change-requests/index.ts";
import { type Config, isChannelNamed } from "../config/index.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  type BotIdentity,
  createChannelDirectory,
  createPeopleDirectory,
  type SlackApi,
} from "../slack/index.ts";
import type { Identify } from "../subjects/index.ts";

export type Audience = Omit<ReturnType<typeof createAudience>, "people" | "channels"> & {
  readonly people: PeopleDirectory;
  readonly channels: ChannelDirectory;
};

/** Makes the directories of people and channels, and the rules for the readers of each channel. */
export function createAudience(options: {
  readonly config: Config;
  readonly client: SlackApi["reading"];
  readonly identity: Pick<BotIdentity, "botUserId" | "teamId">;
  readonly groups: GroupDirectory;
  readonly identify: Identify;
  readonly clock: Clock;
  /** Measures the age of a cached answer of Slack. It is monotonic. */
  readonly ages: Clock;
}) {
  const { config, client, identity, groups, identify, clock, ages } = options;
  const { botUserId, teamId } = identity;
  const { operatorMap } = config;
  const rules = channelRulesOf(config);
  const people = createPeopleDirectory({ client, clock, ages, teamId, groups, operatorMap });
  const channels = createChannelDirectory({ client, people, botUserId, clock: ages });
  const members = createMemberIdentities({ people, identify, clock: ages });
  return {
    ...{ people, channels, rules },
    findPlace: createFindPlace({ channels, rules, people, members }),
    mayBeTold: createMayBeTold({ rules, people, members }),
  };
}

/** The configuration's rules about channels, as the domain reads them. */
export function channelRulesOf({ channels }: Config): ChannelRules {
  return {
    approvalsChannelId: channels.approvals,
    auditChannelId: channels.audit,
    restrictedChannelIds: channels.restricted,
    acceptsUnmappedSubjects: channels.acceptsUnmappedSubjects,
    isCardChannel: ({ channelId, name }) => isChannelNamed(channels.cards, { id: channelId, name }),
    isAllowedPublic: ({ channelId, name }) => isChannelNamed(channels.allowedPublic, { id: channelId, name }),
  };
}
