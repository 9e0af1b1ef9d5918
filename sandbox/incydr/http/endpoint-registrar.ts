import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { Exchange } from "./exchange.ts";
import type { WriteKind } from "./request-logs.ts";

/** A request as an endpoint sees it. */
export interface EndpointRequest {
  /** What stood in the path, decoded; throws for a name that the route has not. */
  param(name: string): string;
  /** The first value of a query parameter. */
  query(name: string): string | undefined;
  header(name: string): string | undefined;
  /** The body as text; empty when there was none. */
  text: string;
}

/** An endpoint's answer: a JSON value, or undefined for an empty body with 200. */
export type EndpointHandler = (request: EndpointRequest) => unknown;

/** Puts endpoints onto the server, each behind the faults, the limit and the token check. */
export interface EndpointRegistrar {
  read(method: "GET", route: string, handler: EndpointHandler): void;
  /** A write is logged with the user's state before and after; its route has `{userId}`. */
  write(method: "POST" | "PUT", route: string, kind: WriteKind, handler: EndpointHandler): void;
  /** An endpoint that needs no token and is not counted by the limit. */
  open(method: "POST", route: string, handler: EndpointHandler): void;
}

/** Creates a registrar; routes are written with `{name}` for what varies. */
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

/** The value of a text body as JSON, or the text itself when it is not JSON; null for an empty body. */
export function parseJsonOrText(text: string): unknown {
  if (text === "") {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
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
