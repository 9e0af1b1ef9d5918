/** A monotonic clock that all processes of a machine share, in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The most of these moments within 60 s. `momentsMs` in any order. */
export function mostInAMinute(momentsMs: readonly number[]): number {
  const sorted = momentsMs.toSorted((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, atMs, index) => {
    while ((sorted[from] ?? atMs) <= atMs - 60_000) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

/** The refill of a limit with a burst, in requests a minute. */
export function refillOf({ requestsPerMinute, burst }: { requestsPerMinute: number; burst: number }): number {
  return 0.99 * (requestsPerMinute - burst);
}

/**
 * By how many starts the busiest window of t exceeds `burst` + refill × t, over all windows that begin and end with a
 * start; at most 0 if the limit was kept. A request starts up to 200 ms after its grant. `startsMs` in any order.
 */
export function worstExcess(
  startsMs: readonly number[],
  rate: { readonly requestsPerMinute: number; readonly burst: number },
): number {
  const perMs = refillOf(rate) / 60_000;
  let worst = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  // From i to j, the starts exceed the allowed number by (j − perMs × t_j) − (i − perMs × t_i).
  for (const [index, atMs] of startsMs.toSorted((a, b) => a - b).entries()) {
    const height = index - perMs * atMs;
    lowest = Math.min(lowest, height);
    worst = Math.max(worst, height - lowest + 1 - rate.burst - perMs * 200);
  }
  return worst;
}
