/** Two bounds of the time on another machine, such as the machine of Redis or the database. */
export interface RemoteTime {
  /** Records that the remote clock showed `nowMs` at some moment since `askedAtMs` of the monotonic clock. */
  heard(nowMs: number, askedAtMs: number): void;
  /** The lower bound. `-Infinity` before the first answer. */
  earliestMs(): number;
  /** The upper bound. `Infinity` before the first answer. */
  latestMs(): number;
}

/** The largest drift of two clocks in a millisecond: NTP slews a clock by at most this rate. */
const driftPerMs = 0.0005;

/**
 * Creates the bounds of a remote time. A fast answer narrows them more than a slow one. If an answer contradicts the
 * bounds, the remote clock was set, and only this answer counts.
 */
export function createRemoteTime(monotonicMs: () => number): RemoteTime {
  let heardAtMs = 0;
  // The bounds of remote time minus monotonic time, at the moment of the last answer.
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
