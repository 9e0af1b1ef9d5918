import type { Freshness, PeopleDirectory } from "../../src/authorization/index.ts";
import type { Transaction, UnitOfWork } from "../../src/change-requests/index.ts";
import type { IncydrReader } from "../../src/incydr/index.ts";
import type { Clock } from "../../src/kernel/clock.ts";

/** A unit of work whose transactions have only this part. The code under test may use nothing else. */
export function uowOf(tx: object): UnitOfWork {
  const part = tx as Transaction; // as the docstring says
  return { run: (work) => work(part), read: (work) => work(part) };
}

/** A clock that stands still. */
export function clockAt(now: Date): Clock {
  return { now: () => now, sleep: async () => {} };
}

/** Wraps a directory, and records the freshness with which each person was read. */
export function watchedDirectory(directory: PeopleDirectory) {
  const read: Freshness[] = [];
  const watched: PeopleDirectory = {
    ...directory,
    person: (slackUserId, freshness) => {
      read.push(freshness);
      return directory.person(slackUserId, freshness);
    },
  };
  return { directory: watched, read };
}

/** The lists of an Incydr tenant. `getOrg` answers for one organization; by default it fails. */
export function incydrListing(lists: {
  readonly roles?: readonly { readonly id: string; readonly name: string }[];
  readonly orgs?: readonly {
    readonly guid: string;
    readonly name: string;
    readonly active?: boolean | null;
  }[];
  readonly complete?: boolean;
  readonly getOrg?: (guid: string) => Promise<unknown>;
}): IncydrReader {
  const { roles = [], orgs = [], complete = true } = lists;
  const { getOrg = () => Promise.reject(new Error("An organization was asked for.")) } = lists;
  const listOf = (items: readonly object[]) => Object.assign([...items], { complete, skipped: [] });
  return {
    users: {
      listRoles: async () => listOf(roles.map(({ id, name }) => ({ roleId: id, roleName: name }))),
    },
    orgs: {
      list: async () => listOf(orgs.map(orgOf)),
      get: getOrg,
    },
  } as unknown as IncydrReader; // the code under test may read nothing else
}

/** An organization as Incydr shows it. */
export function orgOf({
  guid,
  name,
  active = true,
}: {
  guid: string;
  name: string;
  active?: boolean | null;
}) {
  return { orgGuid: guid, orgName: name, parentOrgGuid: null, active };
}
