import { SIMULATED_LIMIT_PER_MINUTE } from "./http/rate-limiter.ts";
import type { ReadingsChange } from "./readings.ts";

/** The options of a simulator. */
export interface IncydrSimulatorOptions {
  /** The port on 127.0.0.1; default 0, any free one. */
  port?: number;
  /** Default `key-harborlight-chatops`. */
  clientId?: string;
  /** Default `incydr-secret-for-the-sandbox`. */
  clientSecret?: string;
  /** How long a token lives, in seconds; default 900, as documented. */
  tokenLifetimeSeconds?: number;
  /** Default 300; `null` switches the limit off. */
  requestsPerMinute?: number | null;
  /** The number of requests at once after a pause; default a tenth of `requestsPerMinute`, at least 10. */
  burst?: number;
  /** How `Retry-After` is written; default `seconds`. */
  retryAfterForm?: "seconds" | "date";
  /** Whether at most `requestsPerMinute` requests pass in any 60 s, instead of `burst` and a refill; default false. */
  slidingWindow?: boolean;
  /** How many users the tenant has, the people of the scenario included; default 320. */
  userCount?: number;
  /** Another seed makes another tenant around the same people; default 4711. */
  seed?: number;
  /** The readings that differ from their defaults. */
  readings?: ReadingsChange;
  /** The source of time for tokens, limit, logs and dates, in milliseconds since 1970; default the machine's. */
  clock?: { now(): number };
}

/** The options with all defaults. */
export type CompleteOptions = Required<Omit<IncydrSimulatorOptions, "burst">> & { burst: number | undefined };

export function completeOptions(options: IncydrSimulatorOptions): CompleteOptions {
  return {
    port: 0,
    clientId: "key-harborlight-chatops",
    clientSecret: "incydr-secret-for-the-sandbox",
    tokenLifetimeSeconds: 900,
    requestsPerMinute: SIMULATED_LIMIT_PER_MINUTE,
    burst: undefined,
    retryAfterForm: "seconds",
    slidingWindow: false,
    userCount: 320,
    seed: 4711,
    readings: {},
    clock: { now: () => Date.now() },
    ...options,
  };
}
