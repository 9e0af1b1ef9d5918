/** Slack's limit of a method. Tiers count calls per method and minute; `channel` counts posts per channel. */
export type RateRule = "tier2" | "tier3" | "tier4" | "channel" | "none";

/** Calls per minute and method (Slack's published tiers). */
const CALLS_PER_MINUTE = { tier2: 20, tier3: 50, tier4: 100 } as const;
/** Posts per second and channel (Slack: 1). */
const POSTS_PER_SECOND = 1;
/** Posts per channel before that rate applies. Slack allows "short bursts" without a number. */
const POST_BURST = 10;

/** Counts calls and refuses those above the limit. */
export interface RateLimits {
  /** Whether calls above the limit are refused; `true` at the start. */
  enabled: boolean;
  /** Calls refused so far, by method. */
  readonly refused: ReadonlyMap<string, number>;
  /** Counts a call. If it exceeds the limit, returns the seconds to wait. */
  take(call: { method: string; rule: RateRule; channelId?: string | undefined }): number | undefined;
}

/** Creates limits without counted calls. `now` is in milliseconds. */
export function createRateLimits(options: { now: () => number; enabled?: boolean }): RateLimits {
  const { now } = options;
  const calls = new Map<string, number[]>();
  const posts = new Map<string, { tokens: number; at: number }>();
  const refused = new Map<string, number>();

  const overTier = (method: string, perMinute: number): number | undefined => {
    const recent = (calls.get(method) ?? []).filter((at) => now() - at < 60_000);
    const [oldest] = recent;
    if (recent.length >= perMinute && oldest !== undefined) {
      return Math.max(1, Math.ceil((oldest + 60_000 - now()) / 1000));
    }
    calls.set(method, [...recent, now()]);
    return undefined;
  };
  const overChannel = (channelId: string): number | undefined => {
    const bucket = posts.get(channelId) ?? { tokens: POST_BURST, at: now() };
    const refilled = bucket.tokens + ((now() - bucket.at) / 1000) * POSTS_PER_SECOND;
    const tokens = Math.min(POST_BURST, refilled);
    posts.set(channelId, { tokens: tokens < 1 ? tokens : tokens - 1, at: now() });
    return tokens < 1 ? Math.max(1, Math.ceil((1 - tokens) / POSTS_PER_SECOND)) : undefined;
  };
  const limits: RateLimits = {
    enabled: options.enabled ?? true,
    refused,
    take: ({ method, rule, channelId }) => {
      if (!limits.enabled || rule === "none") return undefined;
      const wait =
        rule === "channel" ? overChannel(channelId ?? method) : overTier(method, CALLS_PER_MINUTE[rule]);
      if (wait !== undefined) refused.set(method, (refused.get(method) ?? 0) + 1);
      return wait;
    },
  };
  return limits;
}
