import fastify, { type FastifyInstance } from "fastify";
import { registerControlRoutes } from "../control/control-routes.ts";
import type { IncydrControl } from "../control/incydr-control.ts";
import { registerActorRoutes } from "../routes/actor-routes.ts";
import { registerAgentRoutes } from "../routes/agent-routes.ts";
import { registerOrgRoutes } from "../routes/org-routes.ts";
import { registerPreflightRoutes } from "../routes/preflight-routes.ts";
import { registerRoleRoutes } from "../routes/role-routes.ts";
import type { RouteContext } from "../routes/route-context.ts";
import { registerTokenRoute } from "../routes/token-route.ts";
import { registerUserReadRoutes } from "../routes/user-read-routes.ts";
import { registerUserWriteRoutes } from "../routes/user-write-routes.ts";
import { ApiError } from "./api-error.ts";
import { createEndpointRegistrar } from "./endpoint-registrar.ts";
import type { Exchange } from "./exchange.ts";
import { type RequestLogs, requestIdIn } from "./request-logs.ts";
import type { TokenStore } from "./token-store.ts";

const CONTROL_PREFIX = "/_control";

/** A registered route, with `{name}` for variable segments. */
export interface RegisteredRoute {
  method: string;
  route: string;
}

/** Creates the server with every endpoint and the control. The caller makes it listen. */
export function createIncydrServer(options: {
  context: RouteContext;
  exchange: Exchange;
  tokens: TokenStore;
  control: IncydrControl;
  logs: RequestLogs;
}): { server: FastifyInstance; routes: readonly RegisteredRoute[] } {
  const { context, exchange, tokens, control, logs } = options;
  const server = fastify({
    // Otherwise, closing would wait for hanging requests.
    forceCloseConnections: true,
    // Ids of any length reach their endpoint, as at Incydr.
    routerOptions: {
      maxParamLength: 8192,
      onBadUrl: (url, request, response) => {
        const [path = "", ...query] = url.split("?");
        logs.addRequest({
          method: request.method ?? "",
          path,
          query: query.join("?"),
          route: null,
          status: 400,
          requestId: requestIdIn(request.headers),
          fault: null,
        });
        response.writeHead(400).end();
      },
    },
  });
  const routes: RegisteredRoute[] = [];
  server.addHook("onRoute", ({ method, url }) => {
    if (!url.startsWith(CONTROL_PREFIX)) {
      routes.push({ method: String(method), route: url.replaceAll(/:(\w+)/g, "{$1}") });
    }
  });

  // Bodies are kept as text: an empty body of any content type is accepted, and a body that isn't JSON is logged.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  server.setNotFoundHandler((request, reply) =>
    exchange.refuse(new ApiError(404, "NOT_FOUND", "There is no such endpoint."), request, reply),
  );

  const register = createEndpointRegistrar({ server, exchange });
  registerTokenRoute(register, { tokens, readings: context.readings });
  registerRoleRoutes(register, context);
  registerUserReadRoutes(register, context);
  registerUserWriteRoutes(register, context);
  registerOrgRoutes(register, context);
  registerAgentRoutes(register, context);
  registerPreflightRoutes(register, context);
  registerActorRoutes(register, context);
  server.register(
    (child, _options, done) => {
      registerControlRoutes(child, { control, tenant: context.tenant, logs });
      done();
    },
    { prefix: CONTROL_PREFIX },
  );
  return { server, routes };
}
