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
  /** The `Authorization` header, once `takeSlot` has granted the start of the request. */
  authorize(takeSlot: () => Promise<void>): Promise<string>;
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

/** Sends a request in its slot, and again as the retry policy says. */
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
    const slots = createSlotTaker(options, call, request.front ?? false);
    for (let attempt = 1; ; attempt += 1) {
      const event = { method: request.method, path: request.path, lane: call.priority, attempt };
      try {
        const ready = await getReady(call, request, slots, event);
        if (!ready) return { outcome: { kind: "unneeded" }, inDoubt };
        observer.onRequest(event);
        slots.started();
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
        slots.release();
        return { outcome: { kind: "stopped", reason }, inDoubt };
      }
    }
  };
}

/** Whether a write with this outcome may have taken effect. */
export function mayHaveTakenEffect(outcome: HttpAnswer | HttpLoss): boolean {
  return outcome.kind === "answer" ? outcome.status >= 500 : outcome.sent === "unknown";
}

/** Prepares one sending, waits for its slot and calls `beforeWrite`; null if nothing is left to send. */
async function getReady(call: Call, request: WireRequest, slots: SlotTaker, event: RequestEvent) {
  for (;;) {
    const body = request.prepare ? await request.prepare() : request.body;
    if (body === null) return null;
    let taken = 0;
    let heldBack = false;
    const authorization = await request.authorize(async () => {
      heldBack = await slots.take(event);
      taken += 1;
    });
    // A body that was prepared before a pause or a token request is outdated.
    const outdated = request.prepare !== undefined && (heldBack || taken > 1);
    if (!outdated && request.effect !== "read") {
      await untilAborted(Promise.resolve(call.beforeWrite?.()), call.signal);
    }
    if (!outdated && slots.isOpen()) return { body, authorization };
    slots.release();
  }
}

type SlotTaker = ReturnType<typeof createSlotTaker>;

/** Takes the slots for the sendings of one request. */
function createSlotTaker({ limiter, observer }: SenderOptions, call: Call, atFront: boolean) {
  let front = atFront;
  let slot: GrantedStart | undefined;
  const release = () => {
    slot?.release();
    slot = undefined;
  };
  return {
    release,
    isOpen: () => slot?.isOpen() ?? false,
    started: () => {
      slot?.started();
      slot = undefined;
    },
    /** Releases its slot, if any, and takes the next; `true` if the wait included a pause. */
    take: async (event: RequestEvent): Promise<boolean> => {
      release();
      slot = await limiter.acquire({ lane: call.priority, front, signal: call.signal });
      // This request has waited once. At its next wait it goes before other requests of the same priority.
      front = true;
      observer.onWait({ ...event, waitedMs: slot.waitedMs });
      return slot.heldBack;
    },
  };
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
