import type { Clock } from "../../kernel/clock.ts";
import {
  DEFAULT_REQUESTS_PER_MINUTE,
  defaultBurst,
  defaultReserve,
  LOWEST_LIMIT_WITH_BURST,
} from "../../kernel/default-rate.ts";
import { messageOf } from "../../kernel/errors.ts";
import { invalidInput } from "../model/errors.ts";
import type { Observer } from "../model/incydr-hooks.ts";
import { createRedactor } from "../model/redactor.ts";
import { createSharedBucket } from "./shared-bucket.ts";
import { createLocalBucket, type Rate, type TokenBucket } from "./token-bucket.ts";

/** The rate limit of a client, and how replicas share it. */
export interface RateOptions {
  /**
   * The most requests that start in any 60 s, requests for tokens included. Default 300; `Infinity` for no limit. Below
   * 4 the requests are evenly spaced.
   */
  readonly requestsPerMinute?: number;
  /** The most requests that start at once after idle time. Default: half of `requestsPerMinute`, at most 30. */
  readonly burst?: number | undefined;
  /** The part of `burst` that bulk and background calls leave to the others. Default: a third of `burst`, at most 10. */
  readonly reserve?: number | undefined;
  /** The Redis over which all replicas share `requestsPerMinute`, `redis://` or `rediss://`. */
  readonly redisUrl?: string | undefined;
  /**
   * The part of `requestsPerMinute` that this replica uses without Redis, or while Redis can't be reached: 1 divided by
   * the number of replicas. Default 1. This part of `burst` is at least 1.
   */
  readonly share?: number;
}

/** The part of the refill that is used, because requests reach Incydr up to `GRANT_LIFETIME_MS` after their grants. */
const JITTER = 0.99;

/** The limit of `options`, with the defaults. */
function readRate(options: RateOptions): Rate {
  const requestsPerMinute = Math.floor(options.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE);
  if (!(requestsPerMinute >= 1)) throw invalidInput("requestsPerMinute must be at least 1");
  if (requestsPerMinute === Number.POSITIVE_INFINITY) {
    return { requestsPerMinute, burst: requestsPerMinute, reserve: 0, refillPerMinute: requestsPerMinute };
  }
  const burst = options.burst ?? defaultBurst(requestsPerMinute);
  const reserve = options.reserve ?? defaultReserve(burst);
  if (!(burst >= 1 && (burst < requestsPerMinute || options.burst === undefined))) {
    throw invalidInput("burst must be at least 1 and less than requestsPerMinute");
  }
  if (!(reserve >= 0 && reserve < burst)) throw invalidInput("reserve must be from 0 to less than burst");
  // One token and the refill of less than the limit: rounded down, never more than the limit.
  if (requestsPerMinute < LOWEST_LIMIT_WITH_BURST) {
    return { requestsPerMinute, burst: 1, reserve: 0, refillPerMinute: JITTER * requestsPerMinute };
  }
  return { requestsPerMinute, burst, reserve, refillPerMinute: JITTER * (requestsPerMinute - burst) };
}

/**
 * The bucket of a client: its own, or one that it shares with the other replicas of the same `limitOf`.
 * @throws IncydrError `invalid` for options that can't be used.
 */
export function createBucket(
  { redisUrl, share = 1, ...options }: RateOptions,
  parts: { readonly limitOf: readonly string[]; readonly clock: Clock; readonly observer: Observer },
): TokenBucket {
  const { limitOf, clock, observer } = parts;
  const rate = readRate(options);
  if (!(share > 0 && share <= 1)) throw invalidInput("share must be more than 0 and at most 1");
  if (rate.burst * share < 1 - 1e-9) throw invalidInput("burst multiplied by share must be at least 1");
  if (redisUrl === undefined) return createLocalBucket({ rate, share, clock });
  if (rate.requestsPerMinute === Number.POSITIVE_INFINITY) {
    throw invalidInput("without a limit there is nothing to share over Redis");
  }
  const redactor = createRedactor(passwordIn(redisUrl));
  const describe = (reason: unknown) => (reason === null ? null : redactor.redact(messageOf(reason)));
  return createSharedBucket({
    ...{ rate, share, clock },
    open: async (id, closing) => {
      // Imported only here: most installations have no Redis, and the start would take a tenth longer.
      const { openRedisBucket } = await import("./redis-bucket.ts");
      return await openRedisBucket({ url: redisUrl, limitOf, rate, id, clock, closing });
    },
    onChange: (status, reason) => observer.onSharing({ ...status, reason: describe(reason) }),
  });
}

/** The password of a Redis URL, if any: as it is spelled in the URL, and decoded. */
function passwordIn(redisUrl: string): string[] {
  const url = URL.parse(redisUrl);
  try {
    if (!url || !/^rediss?:$/.test(url.protocol)) throw new TypeError("not the URL of a Redis");
    return url.password === "" ? [] : [url.password, decodeURIComponent(url.password)];
  } catch (cause) {
    const rule = "must begin with redis:// or rediss://, and must have %25 in place of a % in its password";
    throw invalidInput(`the URL of Redis ${rule} (${messageOf(cause)})`);
  }
}
