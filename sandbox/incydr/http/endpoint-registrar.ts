import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { EndpointHandler, EndpointRequest } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import type { WriteKind } from "./request-logs.ts";

/** Adds endpoints to the server, each behind the faults, the limit and the token check. */
export interface EndpointRegistrar {
  read(method: "GET", route: string, handler: EndpointHandler): void;
  /** Adds a write, which is logged with the user's state before and after it. Its route has `{userId}`. */
  write(method: "POST" | "PUT", route: string, kind: WriteKind, handler: EndpointHandler): void;
  /** Adds an endpoint that needs no token and does not count for the limit. */
  open(method: "POST", route: string, handler: EndpointHandler): void;
}

/** Creates a registrar; routes have `{name}` for variable segments. */
export function createEndpointRegistrar(options: {
  server: FastifyInstance;
  exchange: Exchange;
}): EndpointRegistrar {
  const { server, exchange } = options;

  function add(
    method: HTTPMethods,
    route: string,
    rest: { kind?: WriteKind; open?: true },
    handler: EndpointHandler,
  ) {
    server.route({
      method,
      url: route.replaceAll(/\{(\w+)\}/g, ":$1"),
      exposeHeadRoute: false,
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        exchange.serve(
          { ...rest, route, handler, endpointRequest: toEndpointRequest(request) },
          request,
          reply,
        ),
    });
  }

  return {
    read: (method, route, handler) => add(method, route, {}, handler),
    write: (method, route, kind, handler) => add(method, route, { kind }, handler),
    open: (method, route, handler) => add(method, route, { open: true }, handler),
  };
}

function toEndpointRequest(request: FastifyRequest): EndpointRequest {
  const params = new Map(Object.entries(request.params ?? {}));
  const query = new URLSearchParams(request.url.split("?").slice(1).join("?"));
  return {
    param: (name) => {
      const value: unknown = params.get(name);
      if (typeof value !== "string") {
        throw new Error(`The route has no {${name}}.`);
      }
      return value;
    },
    query: (name) => query.get(name) ?? undefined,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    text: typeof request.body === "string" ? request.body : "",
  };
}
