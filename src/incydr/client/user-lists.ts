import { parseActorId, parseUserId } from "../model/ids.ts";
import { type ApiContext, collectList } from "./api-context.ts";
import type { AgentsApi, LegalHoldApi, WatchlistsApi } from "./client-api.ts";
import { agent, matter, watchlist } from "./records.ts";

export function createAgentsApi(context: ApiContext): AgentsApi {
  return {
    getAgents: async (userId, { active } = {}, options) => {
      const id = parseUserId(userId);
      return await context.run(options, (call) =>
        collectList(context, call, {
          purpose: `list the agents of user ${id}`,
          path: "/v1/agents",
          isList: true,
          query: { userId: id, active, srtKey: "NAME", srtDir: "ASC" },
          // The reference SDK's page size for agents.
          pageSize: 500,
          wholeBelow: 10,
          keyOf: ({ agentId }) => agentId,
          field: "agents",
          item: agent,
        }),
      );
    },
  };
}

export function createLegalHoldApi(context: ApiContext): LegalHoldApi {
  return {
    mattersOf: async (userId, options) => {
      const id = parseUserId(userId);
      return await context.run(options, (call) =>
        collectList(context, call, {
          purpose: `list the legal-hold matters of user ${id}`,
          path: "/v1/legal-hold/custodians/{userId}",
          params: { userId: id },
          pageSize: 100,
          wholeBelow: 2,
          // One matter may have two memberships of the user, of which one has ended.
          keyOf: ({ matterId, membershipActive, membershipCreationDate }) =>
            `${matterId} ${membershipActive} ${membershipCreationDate?.getTime()}`,
          field: "matters",
          item: matter,
        }),
      );
    },
  };
}

export function createWatchlistsApi(context: ApiContext): WatchlistsApi {
  return {
    of: async (actorId, options) => {
      const id = parseActorId(actorId);
      return await context.run(options, (call) =>
        collectList(context, call, {
          purpose: `list the watchlists of actor ${id}`,
          path: "/v2/watchlists",
          isList: true,
          query: { actorId: id },
          pageSize: 100,
          wholeBelow: 2,
          keyOf: ({ watchlistId }) => watchlistId,
          field: "watchlists",
          item: watchlist,
        }),
      );
    },
  };
}
