import { once } from "node:events";
import type { AddressInfo } from "node:net";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { answerResponseUrl } from "./delivery/answer-response-url.ts";
import { registerFileHost } from "./file-server.ts";
import type { SlackState } from "./state/slack-state.ts";
import type { Fault, Faults } from "./web-api/faults.ts";
import { type ApiAnswer, type ApiRecord, rateLimited, type WebApi } from "./web-api/web-api.ts";

const ERROR_PAGE = "<!doctype html><title>Error</title><h1>Something went wrong</h1>";

/** Creates the HTTP server of the simulated Slack: `/api/*` and the response URLs. */
export function createSlackServer(options: {
  state: SlackState;
  webApi: WebApi;
  faults: Faults;
  calls: ApiRecord[];
  botToken: string;
}): FastifyInstance {
  const { state, webApi, faults, calls, botToken } = options;
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 5_000_000 });
  server.register(formbody);
  registerFileHost(server, { state, faults, botToken });
  server.post<{ Params: { method: string } }>("/api/:method", async (request, reply) => {
    const { method } = request.params;
    const body = bodyOf(request);
    const record: ApiRecord = { method, at: state.now(), body };
    calls.push(record);
    const hit = faults.next(method);
    switch (hit?.fault.kind) {
      case "rate_limited":
        return send(reply, record, rateLimited(hit.fault.retryAfterSeconds ?? 1));
      case "http_error":
        return reply.code(hit.fault.status ?? 500).send("");
      case "refused":
        return send(reply, record, { status: 200, headers: {}, body: { ok: false, error: hit.fault.error } });
      case "drop":
        return hangUp(reply);
      case "html":
        return reply
          .code(hit.fault.status ?? 200)
          .type("text/html")
          .send(ERROR_PAGE);
      case "hang":
        await hit.released;
        if (request.raw.socket.destroyed) return hangUp(reply);
        break;
      default:
    }
    const answer = webApi.call(method, tokenOf(request, body), body);
    if (hit?.fault.kind === "answer_lost") return hangUp(reply);
    return send(reply, record, answer);
  });
  for (const family of ["commands", "actions", "app"]) {
    server.post(`/${family}/:team/:number/:secret`, async (request, reply) => {
      const hit = faults.next("response_url");
      if (hit)
        return answerWithFault(reply, hit, () => answerResponseUrl(state, request.url, bodyOf(request)));
      const answer = answerResponseUrl(state, request.url, bodyOf(request));
      return reply.code(answer.status).send(answer.body);
    });
  }
  return server;
}

/** Starts listening on a free loopback port and returns the base URL. */
export async function listenOnLoopback(server: FastifyInstance): Promise<string> {
  await server.listen({ host: "127.0.0.1", port: 0 });
  // The address of a TCP server is an AddressInfo; only the address of a pipe is a string.
  const { port } = server.server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/**
 * Stops listening and cuts every HTTP connection, so that the port refuses connections. The returned function listens
 * again.
 */
export async function stopListening({ server }: FastifyInstance): Promise<() => Promise<void>> {
  const { port, address } = server.address() as AddressInfo; // a listening TCP server has one
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  return async () => {
    server.listen(port, address);
    await once(server, "listening");
  };
}

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  const { body } = request;
  return typeof body === "object" && body !== null ? { ...body } : {};
}

function tokenOf(request: FastifyRequest, body: Record<string, unknown>): string | undefined {
  const header = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return header ?? (typeof body.token === "string" ? body.token : undefined);
}

function send(reply: FastifyReply, record: ApiRecord, answer: ApiAnswer): FastifyReply {
  record.result = answer.body.ok === true ? "ok" : String(answer.body.error);
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Answers a POST to a response URL with a fault. `carryOut` handles the POST. */
async function answerWithFault(
  reply: FastifyReply,
  { fault, released }: { fault: Fault; released: Promise<void> },
  carryOut: () => { status: number; body: string },
): Promise<FastifyReply> {
  switch (fault.kind) {
    case "rate_limited":
      return reply
        .code(429)
        .header("retry-after", String(fault.retryAfterSeconds ?? 1))
        .send("");
    case "http_error":
      return reply.code(fault.status ?? 500).send("");
    case "refused":
      return reply.code(404).send(JSON.stringify({ ok: false, error: fault.error }));
    case "html":
      return reply
        .code(fault.status ?? 200)
        .type("text/html")
        .send(ERROR_PAGE);
    case "drop":
      return hangUp(reply);
    case "hang":
      await released;
      if (reply.request.raw.socket.destroyed) return hangUp(reply);
      break;
    case "answer_lost":
      carryOut();
      return hangUp(reply);
  }
  const answer = carryOut();
  return reply.code(answer.status).send(answer.body);
}

function hangUp(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}
