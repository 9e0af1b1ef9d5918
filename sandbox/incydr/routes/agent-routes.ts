import type { EndpointRegistrar } from "../http/endpoint-registrar.ts";
import { listAnswer } from "../http/list-answer.ts";
import { readBoolean, readChoice, readPageQuery, sortedBy } from "../http/query-parameters.ts";
import type { AgentRecord } from "../tenant/tenant-records.ts";
import type { RouteContext } from "./route-context.ts";

const AGENT_SORT_KEYS = {
  NAME: (agent: AgentRecord) => agent.name,
  USER_ID: (agent: AgentRecord) => agent.userId,
  AGENT_TYPE: (agent: AgentRecord) => agent.agentType,
  OS_HOSTNAME: (agent: AgentRecord) => agent.osHostname,
  LAST_CONNECTED: (agent: AgentRecord) => agent.lastConnected,
};

/** Registers the agents. Their sort parameters are only in upper case, unlike the sort parameters of devices. */
export function registerAgentRoutes(register: EndpointRegistrar, context: RouteContext): void {
  register.read("GET", "/v1/agents", (request) => {
    const readings = context.readings();
    const query = readPageQuery(request, readings);
    const userId = request.query("userId");
    const active = readBoolean(request, "active", readings);
    const sortKey =
      readChoice(request, "srtKey", ["NAME", "USER_ID", "AGENT_TYPE", "OS_HOSTNAME", "LAST_CONNECTED"]) ??
      "NAME";
    const descending = readChoice(request, "srtDir", ["ASC", "DESC"]) === "DESC";
    const found = context.tenant.data.agents.filter(
      (agent) =>
        (userId === undefined || agent.userId === userId) &&
        (active === undefined || agent.active === active),
    );
    const sorted = sortedBy(found, AGENT_SORT_KEYS[sortKey], descending);
    const { records: agents, ...total } = listAnswer(sorted, query, { readings, idField: "agentId" });
    return { agents, ...total, pageSize: query.pageSize, page: query.page };
  });
}
