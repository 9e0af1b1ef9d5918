import type { Clock } from "../../kernel/clock.ts";
import type { Observer, RequestEvent } from "../model/incydr-hooks.ts";
import { untilAborted } from "../model/until-aborted.ts";
import type { GrantedStart, Limiter } from "../rate-limit/limiter.ts";
import type { Call } from "./call-runner.ts";
import type { HttpAnswer, HttpExchange, HttpLoss } from "./http-exchange.ts";
import { decideRetry, type Effect } from "./retry-policy.ts";

export interface WireRequest {
  readonly method: string;
  /** Path template, for the hooks. */
  readonly path: string;
  /** Path and query, filled in. */
  readonly target: string;
  readonly body?: unknown;
  /** Reads again and makes the body, before each sending; null if nothing is left to send. */
  readonly prepare?: (() => Promise<object | null>) | undefined;
  readonly effect: Effect;
  /** Whether it goes before other requests of its priority: for a write that follows a reading. */
  readonly front?: boolean | undefined;
  /** The `Authorization` header, once `takeStart` has granted the start of the request. */
  authorize(takeStart: () => Promise<void>): Promise<string>;
}

/** The end of a sending and its repetitions. */
export interface Sending {
  /** The outcome of the last attempt; or the reason that stopped the next one before it started; or nothing to send. */
  readonly outcome:
    | HttpAnswer
    | HttpLoss
    | { readonly kind: "stopped"; readonly reason: unknown }
    | { readonly kind: "unneeded" };
  /** Whether an earlier attempt may have taken effect. */
  readonly inDoubt: boolean;
}

/** Sends a request once it may start, and again as the retry policy says. */
export type Sender = (call: Call, request: WireRequest) => Promise<Sending>;

/** `random` is in [0, 1). */
export interface SenderOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly http: HttpExchange;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly random: () => number;
  /** The value of the header `X-Request-Id`; `null` for none. */
  readonly requestId: () => string | null;
}

// An absurd Retry-After must not stop every call for days: after this time other calls are sent again. The call that
// got the 429 waits for the whole time.
const longestPauseMs = 3_600_000;

export function createSender(options: SenderOptions): Sender {
  const { limiter, clock, observer } = options;

  return async (call, request) => {
    let inDoubt = false;
    let front = request.front ?? false;
    const start = async (event: RequestEvent) => {
      const granted = await limiter.acquire({ lane: call.priority, front, signal: call.signal });
      // This request has waited once. Its next start comes before those of other requests of its priority.
      front = true;
      observer.onWait({ ...event, waitedMs: granted.waitedMs });
      return granted;
    };
    for (let attempt = 1; ; attempt += 1) {
      const event = { method: request.method, path: request.path, lane: call.priority, attempt };
      try {
        const ready = await getReady(options, call, request, start, event);
        if (!ready) return { outcome: { kind: "unneeded" }, inDoubt };
        observer.onRequest(event);
        const outcome = await exchange(options, call, request, ready, event);
        const nowMs = clock.now().getTime();
        const { effect } = request;
        const retry = decideRetry({ outcome, effect, attempt, nowMs, random: options.random() });
        if (retry?.appliesToAllCalls) limiter.pause(Math.min(retry.delayMs, longestPauseMs));
        if (!retry || retry.delayMs >= call.remainingMs()) return { outcome, inDoubt };
        inDoubt ||= effect !== "read" && mayHaveTakenEffect(outcome);
        observer.onRetry({ ...event, reason: retry.reason, delayMs: retry.delayMs });
        const isPaused = retry.appliesToAllCalls && retry.delayMs <= longestPauseMs;
        if (!isPaused) await clock.sleep(retry.delayMs, call.signal);
      } catch (reason) {
        return { outcome: { kind: "stopped", reason }, inDoubt };
      }
    }
  };
}

/** Whether a write with this outcome may have taken effect. */
export function mayHaveTakenEffect(outcome: HttpAnswer | HttpLoss): boolean {
  return outcome.kind === "answer" ? outcome.status >= 500 : outcome.sent === "unknown";
}

/** How old the last `beforeWrite` of a write may be at the start of its request, in milliseconds. */
const FRESH_MS = 2_000;

/**
 * Prepares one sending, waits for its start and calls `beforeWrite`; null if nothing is left to send. If the grant ends
 * while `beforeWrite` runs, the write takes another at the front, and calls `beforeWrite` again only if it became old.
 */
async function getReady(
  { clock }: SenderOptions,
  call: Call,
  request: WireRequest,
  start: (event: RequestEvent) => Promise<GrantedStart>,
  event: RequestEvent,
) {
  for (;;) {
    const body = request.prepare ? await request.prepare() : request.body;
    if (body === null) return null;
    const starts: GrantedStart[] = [];
    const takeStart = async () => void starts.push(await start(event));
    const authorization = await request.authorize(takeStart);
    // A body that was prepared before a pause or a token request is outdated.
    const isOutdated = starts.length > 1 || starts.some(({ heldBack }) => heldBack);
    if (request.prepare && isOutdated) continue;
    const ready = { body, authorization };
    if (request.effect !== "read") await untilAborted(Promise.resolve(call.beforeWrite?.()), call.signal);
    if (starts.at(-1)?.isOpen()) return ready;
    if (request.effect === "read") continue;
    const calledAtMs = clock.now().getTime();
    const again = await start(event);
    const isFresh = clock.now().getTime() - calledAtMs <= FRESH_MS && !again.heldBack;
    if (isFresh && again.isOpen()) return ready;
  }
}

async function exchange(
  { baseUrl, timeoutMs, http, clock, observer, requestId }: SenderOptions,
  call: Call,
  request: WireRequest,
  ready: { readonly body: unknown; readonly authorization: string },
  event: RequestEvent,
): Promise<HttpAnswer | HttpLoss> {
  const startedAtMs = clock.now().getTime();
  const body = ready.body === undefined ? undefined : JSON.stringify(ready.body);
  const id = requestId();
  const outcome = await http.send({
    method: request.method,
    url: baseUrl + request.target,
    headers: {
      Accept: "application/json",
      "User-Agent": "incydr-chatops",
      Authorization: ready.authorization,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(id === null ? {} : { "X-Request-Id": id }),
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
