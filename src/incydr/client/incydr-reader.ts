import type { LimiterStatus } from "../rate-limit/limiter.ts";
import type {
  ActorsApi,
  AgentsApi,
  LegalHoldApi,
  OrgsApi,
  UsersReader,
  WatchlistsApi,
} from "./client-api.ts";
import type { IncydrClient } from "./incydr-client.ts";

/** The reading half of a client, for all code that answers in Slack. */
export interface IncydrReader {
  readonly users: UsersReader;
  readonly orgs: OrgsApi;
  readonly agents: AgentsApi;
  readonly legalHold: LegalHoldApi;
  readonly watchlists: WatchlistsApi;
  readonly actors: ActorsApi;
  readonly limiter: LimiterStatus;
  readonly renewToken: IncydrClient["renewToken"];
}

/** The reader of `client`; it has no writing method, neither in its type nor at run time. */
export function createReader(client: IncydrClient): IncydrReader {
  const { users, orgs, agents, legalHold, watchlists, actors, limiter, renewToken } = client;
  return Object.freeze({
    users: Object.freeze({
      getDevices: users.getDevices,
      getPage: users.getPage,
      getRole: users.getRole,
      getUser: users.getUser,
      iterAll: users.iterAll,
      listRoles: users.listRoles,
      listUserRoles: users.listUserRoles,
    }),
    orgs: Object.freeze({ list: orgs.list, get: orgs.get }),
    agents: Object.freeze({ getAgents: agents.getAgents }),
    legalHold: Object.freeze({ mattersOf: legalHold.mattersOf }),
    watchlists: Object.freeze({ of: watchlists.of }),
    actors: Object.freeze({ byName: actors.byName }),
    limiter,
    renewToken,
  });
}
