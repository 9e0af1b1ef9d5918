import type { Clock } from "../../kernel/clock.ts";
import type { Priority } from "../model/priorities.ts";
import type { SharingStatus } from "../model/sharing.ts";

/** A limit of requests, as a bucket of tokens: each request takes one token before it starts. */
export interface Rate {
  /** The most requests that start in any 60 s; `Infinity` for no limit. */
  readonly requestsPerMinute: number;
  /** The most tokens in the bucket, so the most requests that start at once. */
  readonly burst: number;
  /** The tokens that bulk and background calls leave in the bucket. */
  readonly reserve: number;
  readonly refillPerMinute: number;
}

/** The wish of waiting calls for a token. */
export interface Claim {
  readonly priority: Priority;
  /** Whether a call of this priority has waited so long that it may take a token of the reserve. */
  readonly overdue: boolean;
}

/** Whether a claim got a token; otherwise when it is worth asking again. */
export type Answer = { readonly granted: true } | { readonly granted: false; readonly waitMs: number };

/** A bucket of tokens. Every new bucket is empty. */
export interface TokenBucket extends AsyncDisposable {
  /** The configured limit; `Infinity` for none. */
  readonly requestsPerMinute: number;
  take(claim: Claim): Promise<Answer>;
  /** Empties the bucket. No token is granted or refilled for `ms` milliseconds; a shorter pause ends no longer one. */
  pause(ms: number): void;
  /** The end of the last pause; `-Infinity` before the first. */
  pausedUntilMs(): number;
  status(): SharingStatus;
}

/** How long a granted request may take until it starts, in milliseconds. Then the grant is void and its token spent. */
export const GRANT_LIFETIME_MS = 200;

/** How long the others count a silent replica as connected, in milliseconds. Then they leave its share to it. */
export const LEASE_MS = 3_000;

/** Whether a claim leaves the reserve to calls of people. */
export function leavesReserve({ priority, overdue }: Claim): boolean {
  return !overdue && (priority === "bulk" || priority === "background");
}

/** An empty bucket of this process alone, for the part `share` of `rate`. */
export function createLocalBucket({
  rate,
  share,
  clock,
}: {
  readonly rate: Rate;
  readonly share: number;
  readonly clock: Clock;
}): TokenBucket {
  const capacity = Math.max(1, rate.burst * share);
  const refillPerMs = (rate.refillPerMinute * share) / 60_000;
  const nowMs = () => clock.now().getTime();
  let tokens = 0;
  let filledAtMs = nowMs();
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  return {
    requestsPerMinute: rate.requestsPerMinute * share,
    take: async (claim) => {
      const elapsedMs = nowMs() - Math.max(filledAtMs, pausedUntilMs);
      if (elapsedMs > 0) tokens = Math.min(capacity, tokens + elapsedMs * refillPerMs);
      filledAtMs = nowMs();
      const needed = leavesReserve(claim) ? Math.min(capacity, rate.reserve * share + 1) : 1;
      const pauseLeftMs = Math.max(0, pausedUntilMs - nowMs());
      const waitMs = pauseLeftMs + Math.max(0, needed - tokens) / refillPerMs;
      if (waitMs > 0) return { granted: false, waitMs };
      tokens -= 1;
      return { granted: true };
    },
    pause: (ms) => {
      tokens = 0;
      filledAtMs = nowMs();
      pausedUntilMs = Math.max(pausedUntilMs, nowMs() + ms);
    },
    pausedUntilMs: () => pausedUntilMs,
    status: () => ({ sharing: "alone", requestsPerMinute: rate.requestsPerMinute * share, replicas: 1 }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
