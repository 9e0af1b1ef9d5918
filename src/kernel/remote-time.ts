/** The time of another machine's clock, such as Redis' or the database's, as far as it is known here: between two bounds. */
export interface RemoteTime {
  /** Learns that the remote clock showed `nowMs` at some moment since `askedAtMs` of the monotonic clock. */
  heard(nowMs: number, askedAtMs: number): void;
  /** The remote time is this or later, in milliseconds. `-Infinity` before anything was heard. */
  earliestMs(): number;
  /** The remote time is this or earlier, in milliseconds. `Infinity` before anything was heard. */
  latestMs(): number;
}

/** How far two clocks may drift apart for each millisecond: NTP slews a clock by at most this rate. */
const driftPerMs = 0.0005;

/**
 * Creates a remote time of which nothing is known yet. Earlier answers narrow later ones, because answers differ in
 * how long they take. If an answer contradicts the bounds, the remote clock was set, and the answer alone counts.
 */
export function createRemoteTime(monotonicMs: () => number): RemoteTime {
  let heardAtMs = 0;
  // How far the remote time is ahead of the monotonic clock, at the moment of the last answer.
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
