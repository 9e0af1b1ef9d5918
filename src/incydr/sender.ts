import type { Clock } from "../kernel/clock.ts";
import type { Call } from "./call-runner.ts";
import type { HttpAnswer, HttpExchange, HttpLoss } from "./http-exchange.ts";
import type { RequestEvent } from "./incydr-hooks.ts";
import type { Limiter } from "./limiter.ts";
import type { Observer } from "./observer.ts";
import { decideRetry, type Effect } from "./retry-policy.ts";

/** A request as it goes on the wire, but for its authorization. */
export interface WireRequest {
  readonly method: string;
  /** Path template, for observation. */
  readonly path: string;
  /** Path and query with everything filled in. */
  readonly target: string;
  readonly body?: unknown;
  readonly effect: Effect;
  /** Before the others of its lane, for a request that closes a read-then-write. */
  readonly front?: boolean | undefined;
  /** The `Authorization` header, once `takeSlot` has granted the start of the request. */
  authorize(takeSlot: () => Promise<void>): Promise<string>;
}

/** How a sending, with its repetitions, ended. */
export interface Sending {
  /** What came of the last attempt, or what stopped the next one before it started. */
  readonly outcome: HttpAnswer | HttpLoss | { readonly kind: "stopped"; readonly reason: unknown };
  /** Whether an attempt before that may have taken effect. */
  readonly inDoubt: boolean;
}

/** Sends a request when its turn comes, and again as the retry policy says. */
export type Sender = (call: Call, request: WireRequest) => Promise<Sending>;

/** What a sender needs; `random` is in [0, 1). */
export interface SenderOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly http: HttpExchange;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly random: () => number;
}

/** A sender for one host. */
export function createSender(options: SenderOptions): Sender {
  const { limiter, clock, observer } = options;

  return async (call, request) => {
    let inDoubt = false;
    let front = request.front ?? false;
    for (let attempt = 1; ; attempt += 1) {
      const event = { method: request.method, path: request.path, lane: call.lane, attempt };
      let started = () => {};
      const takeSlot = async () => {
        const { lane, signal, onQueued } = call;
        const start = await limiter.acquire({ lane, front, signal, onQueued });
        started = start.started;
        // It has waited its turn; what it needs beyond that comes before those who haven't.
        front = true;
        observer.onWait({ ...event, waitedMs: start.waitedMs });
      };
      try {
        const authorization = await request.authorize(takeSlot);
        if (request.effect !== "read") await call.beforeWrite?.();
        observer.onRequest(event);
        started();
        const outcome = await exchange(options, call, request, authorization, event);
        const nowMs = clock.now().getTime();
        const { effect } = request;
        const decision = decideRetry({ outcome, effect, attempt, nowMs, random: options.random() });
        if (decision.retry && decision.everyoneWaits) limiter.pause(decision.delayMs);
        if (!decision.retry || decision.delayMs >= call.remainingMs()) return { outcome, inDoubt };
        inDoubt ||= effect !== "read" && leavesDoubt(outcome);
        observer.onRetry({ ...event, reason: decision.reason, delayMs: decision.delayMs });
        if (!decision.everyoneWaits) await clock.sleep(decision.delayMs, call.signal);
      } catch (reason) {
        return { outcome: { kind: "stopped", reason }, inDoubt };
      }
    }
  };
}

/** Whether a write that ended so may have taken effect. */
export function leavesDoubt(outcome: HttpAnswer | HttpLoss): boolean {
  return outcome.kind === "answer" ? outcome.status >= 500 : outcome.sent === "unknown";
}

async function exchange(
  { baseUrl, timeoutMs, http, clock, observer }: SenderOptions,
  call: Call,
  request: WireRequest,
  authorization: string,
  event: RequestEvent,
): Promise<HttpAnswer | HttpLoss> {
  const startedAtMs = clock.now().getTime();
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const outcome = await http.send({
    method: request.method,
    url: baseUrl + request.target,
    headers: {
      Accept: "application/json",
      "User-Agent": "incydr-chatops",
      Authorization: authorization,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body,
    freshConnection: request.effect !== "read",
    timeoutMs,
    signal: call.signal,
  });
  const status = outcome.kind === "answer" ? outcome.status : null;
  observer.onResponse({ ...event, status, durationMs: clock.now().getTime() - startedAtMs });
  return outcome;
}
