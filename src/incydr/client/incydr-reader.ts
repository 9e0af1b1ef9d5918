import type { UsersReader } from "./client-api.ts";
import type { IncydrClient } from "./incydr-client.ts";

/** The reading half of a client, for all code that answers in Slack. */
export interface IncydrReader
  extends Pick<
    IncydrClient,
    "orgs" | "agents" | "legalHold" | "watchlists" | "actors" | "limiter" | "renewToken"
  > {
  readonly users: UsersReader;
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
    ...{ orgs, agents, legalHold, watchlists, actors, limiter, renewToken },
  });
}
