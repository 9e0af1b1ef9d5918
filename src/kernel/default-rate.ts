/** The default limit of requests to Incydr, of the configuration and of the published client. */
export const DEFAULT_REQUESTS_PER_MINUTE = 300;

/** The requests that may start at once, unless it is set. */
export function defaultBurst(requestsPerMinute: number): number {
  return Math.max(1, Math.min(30, Math.floor(requestsPerMinute / 2)));
}

/** The part of `burst` that bulk and background calls leave to the others, unless it is set. */
export function defaultReserve(burst: number): number {
  return Math.min(10, Math.floor(burst / 3));
}

/** A lower limit is spaced evenly, without a burst. */
export const LOWEST_LIMIT_WITH_BURST = 4;
