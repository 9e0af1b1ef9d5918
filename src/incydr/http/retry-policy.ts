import type { HttpAnswer, HttpLoss } from "./http-exchange.ts";

/** The effect of a request: none; the same if repeated; or, for `once`, a repetition may undo another change. */
export type Effect = "read" | "repeatable" | "once";

/** The repetition of a request. */
export interface Retry {
  readonly delayMs: number;
  /** Whether the delay holds for all calls or for this one. */
  readonly appliesToAllCalls: boolean;
  readonly reason: string;
}

const maxRepetitions = 4;
const firstBackoffMs = 250;
const maxBackoffMs = 10_000;
const firstRateBackoffMs = 1000;
const leastRateBackoffMs = 100;
// The longest timer. Calls reach their deadlines long before.
const maxRetryAfterMs = 2 ** 31 - 1;

/**
 * Decides whether a request is repeated, by the effect of the request and its outcome. A 429 is always repeated, after the delay that the server asks
 * for. A request that was provably not sent is repeated up to 4 times. After 502, 503, 504 or a lost answer, a request
 * whose effect allows it is repeated up to 4 times. `random` is in [0, 1) and only adds to a server's delay.
 */
export function decideRetry({
  outcome,
  effect,
  attempt,
  nowMs,
  random,
}: {
  readonly outcome: HttpAnswer | HttpLoss;
  readonly effect: Effect;
  /** 1 after the first sending. */
  readonly attempt: number;
  readonly nowMs: number;
  readonly random: number;
}): Retry | null {
  if (outcome.kind === "answer" && outcome.status === 429) {
    const delayMs = delayAfter(outcome, { firstMs: firstRateBackoffMs, attempt, nowMs, random });
    return { delayMs, appliesToAllCalls: true, reason: "429" };
  }
  if (attempt > maxRepetitions) return null;
  if (outcome.kind === "answer") {
    if (![502, 503, 504].includes(outcome.status) || effect === "once") return null;
    const delayMs = delayAfter(outcome, { firstMs: firstBackoffMs, attempt, nowMs, random });
    return { delayMs, appliesToAllCalls: false, reason: String(outcome.status) };
  }
  if (outcome.reason === "aborted" || outcome.reason === "too_large") return null;
  if (outcome.sent === "unknown" && effect === "once") return null;
  const delayMs = backoffMs(firstBackoffMs, attempt, random);
  return { delayMs, appliesToAllCalls: false, reason: outcome.detail };
}

/**
 * The delay that `Retry-After` asks for, in milliseconds, at most 24 days; null if there is none or it can't be read.
 * The header has seconds, also with a fraction, or an HTTP date. The date is compared with the `Date` of the answer,
 * because the server's clock may differ from this one.
 */
export function retryAfterMs(answer: HttpAnswer, nowMs: number): number | null {
  const value = answer.header("retry-after")?.trim();
  if (!value) return null;
  const answeredAtMs = httpDate(answer.header("date")?.trim() ?? "") ?? nowMs;
  const dateMs = httpDate(value);
  const isSeconds = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(value);
  const askedMs = isSeconds ? Number(value) * 1000 : dateMs && dateMs - answeredAtMs;
  return askedMs === null ? null : Math.min(Math.max(askedMs, 0), maxRetryAfterMs);
}

// `Date.parse` alone reads "soon 5" and "-5" as dates of the year 2001, and a date without a zone as local time.
function httpDate(text: string): number | null {
  const isDate = /^[A-Z][a-z]{2,8},? .{0,40}\d{2}:\d{2}:\d{2}.{0,20}$/.test(text);
  const hasZone = /(GMT|UTC|[+-]\d{4})$/.test(text);
  const parsed = isDate ? Date.parse(hasZone ? text : `${text} GMT`) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

/** The server's delay plus jitter, or without one the backoff. */
function delayAfter(
  answer: HttpAnswer,
  {
    firstMs,
    attempt,
    nowMs,
    random,
  }: { readonly firstMs: number; readonly attempt: number; readonly nowMs: number; readonly random: number },
): number {
  const askedMs = retryAfterMs(answer, nowMs);
  if (askedMs === null) return backoffMs(firstMs, attempt, random);
  // A server that asks for no delay would get repetitions without end.
  const leastMs = backoffMs(leastRateBackoffMs, attempt, random);
  return Math.max(leastMs, askedMs + random * Math.min(askedMs * 0.1, 1000));
}

function backoffMs(firstMs: number, attempt: number, random: number): number {
  return Math.min(firstMs * 2 ** (attempt - 1), maxBackoffMs) * (0.5 + random / 2);
}
