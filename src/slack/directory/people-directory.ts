import type { WebClient } from "@slack/web-api";
import {
  DirectoryUnavailableError,
  type Freshness,
  type PeopleDirectory,
  type Person,
  UnknownPersonError,
} from "../../authorization/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { slackErrorCode } from "../slack-api.ts";

/** A directory whose knowledge of groups can be thrown away when Slack says that one changed. */
export interface SlackPeopleDirectory extends PeopleDirectory {
  forgetGroups(): void;
}

interface Read<T> {
  readonly value: T;
  readonly atMs: number;
}

type Account = Omit<Person, "groups">;

/**
 * Reads people (`users.info`) and groups (`usergroups.list` with its users, one call for all groups), and
 * remembers them as long as whoever asks allows. What is under way is shared, not asked again.
 */
export function createPeopleDirectory(options: {
  client: WebClient;
  clock: Clock;
  teamId: string;
}): SlackPeopleDirectory {
  const { client, clock, teamId } = options;
  const accounts = new Map<string, Read<Promise<Account>>>();
  let groups: Read<Promise<ReadonlyMap<string, ReadonlySet<string>>>> | null = null;

  return {
    async person(slackUserId, freshness) {
      const [account, members] = await Promise.all([
        accountOf(slackUserId, freshness),
        membersByGroup(freshness),
      ]);
      const handles = [...members].flatMap(([handle, ids]) => (ids.has(slackUserId) ? [handle] : []));
      return { ...account, groups: handles };
    },

    async idsByEmail(email) {
      try {
        const { user } = await client.users.lookupByEmail({ email });
        return user?.id ? [user.id] : [];
      } catch (error) {
        if (slackErrorCode(error) === "users_not_found") return [];
        throw new DirectoryUnavailableError(error);
      }
    },

    forgetGroups() {
      groups = null;
    },
  };

  function accountOf(slackUserId: string, freshness: Freshness): Promise<Account> {
    const known = accounts.get(slackUserId);
    if (known && isFresh(known, freshness)) return known.value;
    const read = { value: readAccount(slackUserId), atMs: nowMs() };
    accounts.set(slackUserId, read);
    read.value.catch(async (error: unknown) => {
      const earlier = await stillServing(known, error);
      if (accounts.get(slackUserId) !== read) return;
      if (earlier) accounts.set(slackUserId, earlier);
      else accounts.delete(slackUserId);
    });
    return read.value;
  }

  async function readAccount(slackUserId: string): Promise<Account> {
    try {
      const { user } = await client.users.info({ user: slackUserId });
      if (!user?.id) throw new UnknownPersonError(slackUserId);
      return {
        slackUserId: user.id,
        displayName: user.profile?.display_name || user.real_name || user.name || user.id,
        email: user.profile?.email?.toLowerCase() ?? null,
        isGuest: Boolean(user.is_restricted || user.is_ultra_restricted),
        isBot: Boolean(user.is_bot),
        isDeactivated: Boolean(user.deleted),
        isOtherCompany: Boolean(user.is_stranger) || user.team_id !== teamId,
      };
    } catch (error) {
      if (error instanceof UnknownPersonError) throw error;
      if (slackErrorCode(error) === "user_not_found") throw new UnknownPersonError(slackUserId);
      throw new DirectoryUnavailableError(error);
    }
  }

  function membersByGroup(freshness: Freshness): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    if (groups && isFresh(groups, freshness)) return groups.value;
    const known = groups;
    const read = { value: readGroups(), atMs: nowMs() };
    groups = read;
    read.value.catch(async (error: unknown) => {
      const earlier = await stillServing(known, error);
      if (groups === read) groups = earlier;
    });
    return read.value;
  }

  async function readGroups(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    try {
      const { usergroups = [] } = await client.usergroups.list({ include_users: true });
      return new Map(usergroups.map(({ handle, users }) => [handle ?? "", new Set(users ?? [])]));
    } catch (error) {
      throw new DirectoryUnavailableError(error);
    }
  }

  function isFresh({ atMs }: Read<unknown>, { maxAgeMs }: Freshness): boolean {
    return nowMs() - atMs <= maxAgeMs;
  }

  function nowMs(): number {
    return clock.now().getTime();
  }
}

/** What was known before a reading that failed: where Slack didn't answer, those whom it is fresh enough keep it. */
async function stillServing<T>(
  known: Read<Promise<T>> | null | undefined,
  error: unknown,
): Promise<Read<Promise<T>> | null> {
  if (!known || !(error instanceof DirectoryUnavailableError)) return null;
  return known.value.then(
    () => known,
    () => null,
  );
}
