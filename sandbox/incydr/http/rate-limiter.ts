/** The default limit of a simulator, in requests per minute. */
export const SIMULATED_LIMIT_PER_MINUTE = 300;

/** The limit on API requests. Requests to the token endpoint and the control do not count. */
export interface RateLimitSettings {
  /** `null` switches the limit off. Default 300. */
  requestsPerMinute: number | null;
  /** The number of requests at once after a pause; default a tenth of `requestsPerMinute`, at least 10. */
  burst: number;
  /** How `Retry-After` is written: seconds (rounded up) or an HTTP date. */
  retryAfterForm: "seconds" | "date";
  /** Whether at most `requestsPerMinute` requests pass in any 60 s, instead of the token bucket. Default false. */
  slidingWindow: boolean;
}

/**
 * A token bucket: in any `t` seconds it lets at most `burst + t × requestsPerMinute / 60` requests through. Or a sliding
 * window, which counts the requests let through in the last 60 s.
 */
export interface RateLimiter {
  /** Counts one request. Returns `null` if it may pass, or else the milliseconds until one may pass. */
  take(): number | null;
  readonly settings: RateLimitSettings;
  /** Allowed and refused requests since the start or the last reset. */
  readonly counts: { allowed: number; refused: number };
  /** Changes the limit and fills the bucket. */
  change(change: Partial<RateLimitSettings>): void;
  /** Sets the counts to zero and fills the bucket. */
  reset(): void;
}

/** Creates a limiter on a clock in milliseconds. A change of only the rate resets the burst to its default. */
export function createRateLimiter(options: {
  settings: Partial<RateLimitSettings>;
  now: () => number;
}): RateLimiter {
  let settings = complete(options.settings);
  let available = settings.burst;
  let filledAtMs = options.now();
  let passedAtMs: number[] = [];
  const counts = { allowed: 0, refused: 0 };

  function refill(perMs: number): void {
    const nowMs = options.now();
    available = Math.min(settings.burst, available + (nowMs - filledAtMs) * perMs);
    filledAtMs = nowMs;
  }

  function fill(): void {
    available = settings.burst;
    filledAtMs = options.now();
    passedAtMs = [];
  }

  function takeFromBucket(requestsPerMinute: number): number | null {
    const perMs = requestsPerMinute / 60_000;
    refill(perMs);
    if (available < 1 - 1e-9) return (1 - available) / perMs;
    available -= 1;
    return null;
  }

  function takeFromWindow(requestsPerMinute: number): number | null {
    const nowMs = options.now();
    passedAtMs = passedAtMs.filter((atMs) => atMs > nowMs - 60_000);
    const oldestMs = passedAtMs.at(-Math.max(1, Math.floor(requestsPerMinute)));
    if (oldestMs !== undefined) return oldestMs + 60_000 - nowMs;
    passedAtMs.push(nowMs);
    return null;
  }

  return {
    take: () => {
      const { requestsPerMinute, slidingWindow } = settings;
      const take = slidingWindow ? takeFromWindow : takeFromBucket;
      const refusedForMs = requestsPerMinute === null ? null : take(requestsPerMinute);
      if (refusedForMs === null) counts.allowed += 1;
      else counts.refused += 1;
      return refusedForMs;
    },
    get settings() {
      return settings;
    },
    counts,
    change: (change) => {
      const { retryAfterForm, slidingWindow } = settings;
      settings = complete({
        ...(change.requestsPerMinute === undefined ? settings : {}),
        retryAfterForm,
        slidingWindow,
        ...change,
      });
      fill();
    },
    reset: () => {
      counts.allowed = 0;
      counts.refused = 0;
      fill();
    },
  };
}

function complete(settings: Partial<RateLimitSettings>): RateLimitSettings {
  const requestsPerMinute =
    settings.requestsPerMinute === undefined ? SIMULATED_LIMIT_PER_MINUTE : settings.requestsPerMinute;
  return {
    requestsPerMinute,
    burst: settings.burst ?? Math.max(10, Math.ceil((requestsPerMinute ?? 0) / 10)),
    retryAfterForm: settings.retryAfterForm ?? "seconds",
    slidingWindow: settings.slidingWindow ?? false,
  };
}
