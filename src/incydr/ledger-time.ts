/** The ledger's time, which is Redis', as far as it can be known from here: between two bounds. */
export interface LedgerTime {
  /** Learns that it was `nowMs` at some moment since `askedAtMs` of the monotonic clock. */
  heard(nowMs: number, askedAtMs: number): void;
  /** It is this or later, in milliseconds. */
  earliestMs(): number;
  /** It is this or earlier, in milliseconds. */
  latestMs(): number;
}

/** A time of which nothing is known until something was heard. */
export function createLedgerTime(monotonicMs: () => number): LedgerTime {
  let earliestAheadMs = Number.NEGATIVE_INFINITY;
  let latestAheadMs = Number.POSITIVE_INFINITY;
  return {
    heard: (nowMs, askedAtMs) => {
      earliestAheadMs = nowMs - monotonicMs();
      latestAheadMs = nowMs - askedAtMs;
    },
    earliestMs: () => monotonicMs() + earliestAheadMs,
    latestMs: () => monotonicMs() + latestAheadMs,
  };
}
