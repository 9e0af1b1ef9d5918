import type { WebClient } from "@slack/web-api";
import {
  AddressRefusedError,
  DirectoryUnavailableError,
  type Freshness,
  type GroupDirectory,
  GroupGoneError,
  type PeopleDirectory,
  type Person,
  RECENT,
  UnknownPersonError,
} from "../../authorization/index.ts";
import { type Clock, isFresh } from "../../kernel/clock.ts";
import { storableText } from "../../kernel/storable-text.ts";
import { type Cursor, pagesOf, slackErrorCode, UnexpectedAnswerError } from "../web-api/slack-api.ts";
import { directoryUnavailable } from "../web-api/slack-failure.ts";
import { isSlackOutage } from "../web-api/slack-outage.ts";

export interface SlackPeopleDirectory extends PeopleDirectory {
  /** Whether one of these people is a guest, belongs to another company, or is unknown to Slack. */
  hasOutsider(slackUserIds: readonly string[]): Promise<boolean>;
  /** Reads the groups again if the policies name this one. */
  groupChanged(group: { groupId: string; handle: string | null }): Promise<void>;
}

interface Read<T> {
  readonly value: T;
  readonly atMs: number;
}

type Account = Omit<Person, "groups" | "minutesInGroups">;

/**
 * How long the account of an address is reused. Otherwise, a click, its card, its thread and its audit messages would
 * read it ten times, and Slack allows 50 calls a minute.
 */
const ADDRESS_MAX_AGE_MS = 15_000;

/** The most people that are read one by one in a minute; beyond it, one call reads all people. */
const MOST_SINGLE_READS = 30;
const MINUTE_MS = 60_000;

/** The fields that are used of a user in Slack's answers. */
interface Member {
  readonly name?: string;
  readonly real_name?: string;
  readonly team_id?: string;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_bot?: boolean;
  readonly deleted?: boolean;
  /** `false` for an address that its owner has not confirmed. */
  readonly is_email_confirmed?: boolean;
  readonly profile?: { readonly display_name?: string; readonly email?: string };
}

/** Reads people, and uses a reading again as long as the caller's `Freshness` allows. Concurrent callers share a call. */
export function createPeopleDirectory(options: {
  client: WebClient;
  /** The database's clock, from which the times in `groups` come. */
  clock: Clock;
  /** Measures the age of a cached answer of Slack. It is monotonic. Default `clock`. */
  ages?: Clock;
  teamId: string;
  groups: GroupDirectory;
  /** Slack id → Incydr username, for people whose e-mails differ. Default: empty. */
  operatorMap?: ReadonlyMap<string, string>;
}): SlackPeopleDirectory {
  const { client, clock, ages = clock, teamId, groups, operatorMap = new Map<string, string>() } = options;
  const idsByAddress = new Map<string, Read<Promise<readonly string[]>>>();
  /** The times of the single look-ups of addresses in the last minute. */
  let lookUps: number[] = [];
  let everybody: Read<Promise<ReadonlyMap<string, readonly string[]>>> | null = null;
  const accounts = new Map<string, Read<Promise<Account>>>();

  return {
    async person(slackUserId, freshness) {
      const [account, known] = await Promise.all([
        accountOf(slackUserId, freshness),
        groups.groups(freshness),
      ]);
      const named = groups.named();
      const gone = known.flatMap(({ handle, isGone }) => (isGone && named.includes(handle) ? [handle] : []));
      if (freshness.everyGroup && gone.length > 0) throw new GroupGoneError(gone);
      const theirs = known.filter(({ members }) => members.has(slackUserId));
      return {
        ...account,
        groups: theirs.map(({ handle }) => handle),
        minutesInGroups: Object.fromEntries(
          theirs.map(({ handle, members }) => [handle, minutesSince(members.get(slackUserId) ?? null)]),
        ),
      };
    },

    async idsByEmail(email) {
      const mapped = [...operatorMap].flatMap(([id, username]) =>
        username.toLowerCase() === email.toLowerCase() ? [id] : [],
      );
      return [...new Set([...mapped, ...(await idsOf(email.toLowerCase()))])];
    },

    async hasOutsider(slackUserIds) {
      const unread = slackUserIds.filter((id) => {
        const known = accounts.get(id);
        return !known || !isFresh(known, nowMs(), RECENT.maxAgeMs);
      });
      if (unread.length > MOST_SINGLE_READS) await readEverybody();
      const outsiders = await Promise.all(slackUserIds.map(isOutsider));
      return outsiders.includes(true);
    },

    async groupChanged(group) {
      if (groups.isNamed(group)) await groups.refresh();
    },
  };

  /** Reads a thousand people with each call, and returns the accounts of each address. */
  async function readEverybody(): Promise<ReadonlyMap<string, readonly string[]>> {
    const addresses = new Map<string, string[]>();
    const readPage = (cursor: Cursor) => client.users.list({ limit: 1_000, ...cursor });
    try {
      for await (const { members } of pagesOf(readPage)) {
        const atMs = nowMs();
        if (!members) throw new UnexpectedAnswerError("users.list", "members");
        for (const user of members) {
          if (!user.id) continue;
          const account = toAccount(user, user.id, teamId);
          accounts.set(user.id, { value: Promise.resolve(account), atMs });
          const email = addressOf(user);
          if (email && !account.isDeactivated)
            addresses.set(email, [...(addresses.get(email) ?? []), user.id]);
        }
      }
    } catch (error) {
      throw directoryUnavailable(error);
    }
    return addresses;
  }

  async function isOutsider(slackUserId: string): Promise<boolean> {
    try {
      const { isGuest, isOtherCompany } = await accountOf(slackUserId, RECENT);
      return isGuest || isOtherCompany;
    } catch (error) {
      if (error instanceof UnknownPersonError) return true;
      throw error;
    }
  }

  function accountOf(slackUserId: string, freshness: Freshness): Promise<Account> {
    const known = accounts.get(slackUserId);
    if (known && isFresh(known, nowMs(), freshness.maxAgeMs)) return known.value;
    const read = { value: readAccount(slackUserId), atMs: nowMs() };
    accounts.set(slackUserId, read);
    read.value.catch(async (error: unknown) => {
      // If Slack didn't answer, callers for whom the earlier reading is fresh enough still use it.
      const isUsable = error instanceof DirectoryUnavailableError && (await hasSucceeded(known?.value));
      if (accounts.get(slackUserId) !== read) return;
      if (known && isUsable) accounts.set(slackUserId, known);
      else accounts.delete(slackUserId);
    });
    return read.value;
  }

  async function idsOf(email: string): Promise<readonly string[]> {
    const known = idsByAddress.get(email);
    if (known && isFresh(known, nowMs(), ADDRESS_MAX_AGE_MS)) return known.value;
    lookUps = lookUps.filter((atMs) => isFresh({ atMs }, nowMs(), MINUTE_MS));
    if (lookUps.length >= MOST_SINGLE_READS) return (await listedAddresses()).get(email) ?? [];
    lookUps.push(nowMs());
    const read = { value: readIds(email), atMs: nowMs() };
    idsByAddress.set(email, read);
    read.value.catch((error: unknown) => {
      // A refused address stays in the map: Slack would refuse it again.
      if (error instanceof AddressRefusedError) return;
      if (idsByAddress.get(email) === read) idsByAddress.delete(email);
    });
    return read.value;
  }

  /** The accounts of all addresses, for the many subjects of a bulk. */
  function listedAddresses(): Promise<ReadonlyMap<string, readonly string[]>> {
    if (everybody && isFresh(everybody, nowMs(), RECENT.maxAgeMs)) return everybody.value;
    const read = { value: readEverybody(), atMs: nowMs() };
    everybody = read;
    read.value.catch(() => {
      if (everybody === read) everybody = null;
    });
    return read.value;
  }

  async function readIds(email: string): Promise<readonly string[]> {
    try {
      const atMs = nowMs();
      const { user } = await client.users.lookupByEmail({ email });
      if (!user?.id) throw new UnexpectedAnswerError("users.lookupByEmail", "user");
      accounts.set(user.id, { value: Promise.resolve(toAccount(user, user.id, teamId)), atMs });
      return [user.id];
    } catch (error) {
      if (slackErrorCode(error) === "users_not_found") return [];
      if (slackErrorCode(error) !== null && !isSlackOutage(error)) throw new AddressRefusedError(error);
      throw directoryUnavailable(error);
    }
  }

  async function readAccount(slackUserId: string): Promise<Account> {
    try {
      const { user } = await client.users.info({ user: slackUserId });
      if (!user?.id) throw new UnexpectedAnswerError("users.info", "user");
      return toAccount(user, user.id, teamId);
    } catch (error) {
      if (slackErrorCode(error) === "user_not_found") throw new UnknownPersonError(slackUserId);
      throw directoryUnavailable(error);
    }
  }

  function minutesSince(joinedAt: Date | null): number | null {
    return joinedAt && (clock.now().getTime() - joinedAt.getTime()) / 60_000;
  }

  function nowMs(): number {
    return ages.now().getTime();
  }
}

function hasSucceeded(reading: Promise<unknown> | undefined): Promise<boolean> {
  return Promise.resolve(reading).then(
    () => true,
    () => false,
  );
}

/** The address of an account, confirmed or not: its owner may be a subject, and must not read about them. */
function addressOf(user: Member): string | null {
  return user.profile?.email?.toLowerCase() ?? null;
}

function toAccount(user: Member, slackUserId: string, teamId: string): Account {
  return {
    slackUserId,
    displayName: storableText(user.profile?.display_name || user.real_name || user.name || slackUserId),
    // An unconfirmed address may belong to another person.
    email: user.is_email_confirmed === false ? null : addressOf(user),
    isGuest: Boolean(user.is_restricted || user.is_ultra_restricted),
    isBot: Boolean(user.is_bot),
    isDeactivated: Boolean(user.deleted),
    isOtherCompany: Boolean(user.is_stranger) || user.team_id !== teamId,
  };
}
