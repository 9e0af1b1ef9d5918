import { parseUserId } from "../model/ids.ts";
import { answers } from "./answers.ts";
import { type ApiContext, observePages } from "./api-context.ts";
import type { AgentsApi } from "./client-api.ts";
import { collectPages } from "./read-pages.ts";

// The reference SDK's page size for agents.
const pageSize = 500;

/** `client.agents` over `context`. */
export function createAgentsApi({ run, transport, observer }: ApiContext): AgentsApi {
  return {
    getAgents: async (userId, { active } = {}, options) => {
      const id = parseUserId(userId);
      return await run(options, (call) =>
        collectPages({
          pageSize,
          wholeBelow: 10,
          keyOf: (agent) => agent.agentId,
          ...observePages(observer, "/v1/agents"),
          fetchPage: (page) =>
            transport(call, {
              purpose: `list the agents of user ${id}`,
              method: "GET",
              path: "/v1/agents",
              isList: true,
              query: { userId: id, active, srtKey: "NAME", srtDir: "ASC", page, pageSize },
              effect: "read",
              read: answers.agents,
            }),
        }),
      );
    },
  };
}
