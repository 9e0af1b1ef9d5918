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
}

/** A token bucket: in any `t` seconds it lets at most `burst + t × requestsPerMinute / 60` requests through. */
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
  const counts = { allowed: 0, refused: 0 };

  function refill(perMs: number): void {
    const nowMs = options.now();
    available = Math.min(settings.burst, available + (nowMs - filledAtMs) * perMs);
    filledAtMs = nowMs;
  }

  function fill(): void {
    available = settings.burst;
    filledAtMs = options.now();
  }

  return {
    take: () => {
      if (settings.requestsPerMinute === null) {
        counts.allowed += 1;
        return null;
      }
      const perMs = settings.requestsPerMinute / 60_000;
      refill(perMs);
      if (available >= 1 - 1e-9) {
        available -= 1;
        counts.allowed += 1;
        return null;
      }
      counts.refused += 1;
      return (1 - available) / perMs;
    },
    get settings() {
      return settings;
    },
    counts,
    change: (change) => {
      const { retryAfterForm } = settings;
      settings = complete({
        ...(change.requestsPerMinute === undefined ? settings : {}),
        retryAfterForm,
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
  };
}
