/** A monotonic clock that all processes of a machine share, in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * The number of starts by which the busiest window exceeds 1 + rate × t; at most 0 if the limit was kept. Each window
 * begins and ends with a start. `startsMs` can have any order.
 */
export function worstExcess(startsMs: readonly number[], requestsPerMinute: number): number {
  const perMs = requestsPerMinute / 60_000;
  let worst = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  // From i to j, the starts exceed the allowed number by (j − perMs × t_j) − (i − perMs × t_i).
  for (const [index, atMs] of startsMs.toSorted((a, b) => a - b).entries()) {
    const height = index - perMs * atMs;
    if (index > 0) worst = Math.max(worst, height - lowest);
    lowest = Math.min(lowest, height);
  }
  return worst;
}
