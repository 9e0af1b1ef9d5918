import { setTimeout as delay } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Faults } from "../control/faults.ts";
import type { RequestGates } from "../control/request-gates.ts";
import type { UserState } from "../tenant/readable-tenant.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Answer, destroyConnection, jsonAnswer, sendAnswer, sendHalfAnswer } from "./answer.ts";
import { ApiError } from "./api-error.ts";
import { type EndpointHandler, type EndpointRequest, parseJsonOrText } from "./endpoint.ts";
import type { ErrorAnswers } from "./error-answers.ts";
import { giveUpUnlessReleased, Interruption, injectFault, injectsAfter } from "./interruption.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { type RequestLogEntry, type RequestLogs, requestIdIn, type WriteKind } from "./request-logs.ts";
import type { TokenStore } from "./token-store.ts";

/** An endpoint and a request for it. */
export interface ExchangeCall {
  route: string;
  handler: EndpointHandler;
  endpointRequest: EndpointRequest;
  /** Set for a write. */
  kind?: WriteKind;
  /** Set for an endpoint that needs no token and does not count for the limit. */
  open?: true;
}

/** The way of a request through the simulator. */
export interface Exchange {
  serve(call: ExchangeCall, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Answers a request without an endpoint. */
  refuse(error: ApiError, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/**
 * Creates the steps of every request, in this order: log and count; latency; faults and gates "before"; limit; token;
 * effect; write log; faults and gates "after"; answer.
 */
export function createExchange(options: {
  tenant: Tenant;
  errorAnswers: ErrorAnswers;
  faults: Faults;
  gates: RequestGates;
  limiter: RateLimiter;
  tokens: TokenStore;
  logs: RequestLogs;
}): Exchange {
  const { tenant, errorAnswers, faults, gates, limiter, tokens, logs } = options;

  function handle(call: ExchangeCall, refusedForMs: number | null): { answer: Answer; applied: boolean } {
    if (refusedForMs !== null) {
      return {
        answer: errorAnswers.tooManyRequests(refusedForMs, limiter.settings.retryAfterForm),
        applied: false,
      };
    }
    if (!call.open && !tokens.accepts(call.endpointRequest.header("authorization"))) {
      const error = new ApiError(401, "UNAUTHORIZED", "The token is missing, unknown or expired.");
      return { answer: errorAnswers.of(error), applied: false };
    }
    try {
      return { answer: jsonAnswer(call.handler(call.endpointRequest)), applied: true };
    } catch (thrown) {
      if (thrown instanceof ApiError) {
        return { answer: errorAnswers.of(thrown), applied: false };
      }
      throw thrown;
    }
  }

  function stateOfSubject(call: ExchangeCall): UserState | null {
    const userId = call.kind ? call.endpointRequest.param("userId") : "";
    return tenant.userById(userId) ? tenant.stateOf(userId) : null;
  }

  /** Logs the call if it is a write. Returns the log entries that wait for a status. */
  function settle(
    call: ExchangeCall,
    entry: RequestLogEntry,
    outcome: { before: UserState | null; applied: boolean },
  ): { status: number | null }[] {
    if (!call.kind) {
      return [entry];
    }
    const write = logs.addWrite({
      method: entry.method,
      path: entry.path,
      userId: call.endpointRequest.param("userId"),
      kind: call.kind,
      body: parseJsonOrText(call.endpointRequest.text),
      applied: outcome.applied,
      status: null,
      before: outcome.before,
      after: stateOfSubject(call),
    });
    return [entry, write];
  }

  function logArrival(request: FastifyRequest, route: string | null): RequestLogEntry {
    const [path = "", ...query] = request.url.split("?");
    return logs.addRequest({
      method: request.method,
      path,
      query: query.join("?"),
      route,
      status: null,
      requestId: requestIdIn(request.headers),
      fault: null,
    });
  }

  return {
    serve: async (call, request, reply) => {
      const entry = logArrival(request, call.route);
      const refusedForMs = call.open ? null : limiter.take();
      const { latencyMs, fault } = faults.planFor(entry);
      entry.fault = fault?.kind ?? (latencyMs > 0 ? "latency" : null);
      const surroundings = { errorAnswers, gates, hungUp: hangUpSignal(reply) };
      let logged: { status: number | null }[] | undefined;
      try {
        if (latencyMs > 0) {
          await delay(latencyMs, undefined, { ref: false });
        }
        await injectFault(injectsAfter(fault) ? undefined : fault, surroundings);
        giveUpUnlessReleased(await gates.pass("before", entry));

        const before = stateOfSubject(call);
        const { answer, applied } = handle(call, refusedForMs);
        logged = settle(call, entry, { before, applied });

        giveUpUnlessReleased(await gates.pass("after", entry));
        await injectFault(injectsAfter(fault) ? fault : undefined, surroundings);
        return fault?.kind === "cut_short"
          ? sendHalfAnswer(answer, reply)
          : sendAnswer(answer, logged, reply);
      } catch (thrown) {
        if (!(thrown instanceof Interruption)) {
          throw thrown;
        }
        logged ??= settle(call, entry, { before: stateOfSubject(call), applied: false });
        return thrown.answer ? sendAnswer(thrown.answer, logged, reply) : destroyConnection(reply);
      } finally {
        logs.endRequest(entry);
      }
    },
    refuse: (error, request, reply) => sendAnswer(errorAnswers.of(error), [logArrival(request, null)], reply),
  };
}

function hangUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort());
  return controller.signal;
}
