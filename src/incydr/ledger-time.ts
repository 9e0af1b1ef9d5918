/** The ledger's time, which is Redis', as far as it can be known from here: between two bounds. */
export interface LedgerTime {
  /** Learns that it was `nowMs` at some moment since `askedAtMs` of the monotonic clock. */
  heard(nowMs: number, askedAtMs: number): void;
  /** It is this or later, in milliseconds. */
  earliestMs(): number;
  /** It is this or earlier, in milliseconds. */
  latestMs(): number;
}

/** By how much two clocks may drift apart: what NTP lets a clock be slewed by at most. */
const driftPerMs = 0.0005;

/**
 * A time of which nothing is known until something was heard. What was heard before narrows what is heard
 * later, for answers differ in how long they take; a clock that was set is noticed by contradicting it.
 */
export function createLedgerTime(monotonicMs: () => number): LedgerTime {
  let heardAtMs = 0;
  // How far Redis' time is ahead of the monotonic clock, at the moment of the last answer.
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  const driftSince = (atMs: number) => (atMs - heardAtMs) * driftPerMs;

  return {
    heard: (nowMs, askedAtMs) => {
      const answeredAtMs = monotonicMs();
      const drift = driftSince(answeredAtMs);
      const leastNow = Math.max(nowMs - answeredAtMs, least - drift);
      const mostNow = Math.min(nowMs - askedAtMs, most + drift);
      const wasSet = leastNow > mostNow;
      least = wasSet ? nowMs - answeredAtMs : leastNow;
      most = wasSet ? nowMs - askedAtMs : mostNow;
      heardAtMs = answeredAtMs;
    },
    earliestMs: () => monotonicMs() + least - driftSince(monotonicMs()),
    latestMs: () => monotonicMs() + most + driftSince(monotonicMs()),
  };
}
