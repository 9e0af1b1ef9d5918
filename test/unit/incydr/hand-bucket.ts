import type { TokenBucket } from "../../../src/incydr/index.ts";
import { createLocalBucket } from "../../../src/incydr/rate-limit/token-bucket.ts";
import type { Clock } from "../../../src/kernel/clock.ts";

/** A bucket without a limit. */
export function createUnlimitedBucket(clock: Clock): TokenBucket {
  const most = Number.POSITIVE_INFINITY;
  const rate = { requestsPerMinute: most, burst: most, reserve: 0, refillPerMinute: most };
  return createLocalBucket({ rate, share: 1, clock });
}

/** A bucket that holds only the tokens that the test puts in, and notes who claims them. */
export function createHandBucket(clock: Clock) {
  const claims: Parameters<TokenBucket["take"]>[0][] = [];
  let tokens = 0;
  const bucket: TokenBucket = {
    ...createUnlimitedBucket(clock),
    take: async (claim) => {
      claims.push(claim);
      const isPaused = bucket.pausedUntilMs() > clock.now().getTime();
      if (isPaused || tokens === 0) return { granted: false, waitMs: 10 };
      tokens -= 1;
      return { granted: true };
    },
  };
  return {
    bucket,
    claims,
    put: (count: number) => {
      tokens += count;
    },
    held: () => tokens,
  };
}
