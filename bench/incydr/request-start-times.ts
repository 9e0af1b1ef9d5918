/** A clock that all processes of a machine share and that never goes back, in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * By how many starts the busiest window exceeds 1 + rate × t, over all windows that begin and end with a
 * start; at most 0 if the limit was kept. `startsMs` in any order.
 */
export function worstExcess(startsMs: readonly number[], requestsPerMinute: number): number {
  const perMs = requestsPerMinute / 60_000;
  let worst = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  // The number of starts from i to j exceeds what is allowed by (j − perMs × t_j) − (i − perMs × t_i).
  for (const [index, atMs] of startsMs.toSorted((a, b) => a - b).entries()) {
    const height = index - perMs * atMs;
    if (index > 0) worst = Math.max(worst, height - lowest);
    lowest = Math.min(lowest, height);
  }
  return worst;
}
