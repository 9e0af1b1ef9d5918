import { createHash, randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { openRedisLink } from "./redis-link.ts";
import { startRedisSlotSession } from "./redis-slot-session.ts";
import type { OpenSlotSession } from "./slot-session.ts";

/**
 * Opens sessions over the Redis at `redisUrl`, all of them as the same replica. The replicas of one limit are
 * those of the same `limitOf`: what the limit is for, of which Redis sees a digest.
 */
export function createSlotSessions({
  redisUrl,
  limitOf,
  requestsPerMinute,
  share,
  clock,
}: {
  readonly redisUrl: string;
  readonly limitOf: readonly string[];
  readonly requestsPerMinute: number;
  readonly share: number;
  readonly clock: Clock;
}): OpenSlotSession {
  const digest = createHash("sha256").update(JSON.stringify(limitOf)).digest("hex").slice(0, 16);
  const name = `incydr-limit:${digest}`;
  // The same after a reconnection, so that its share isn't counted twice while its old lease lasts.
  const self = { id: randomUUID(), requestsPerMinute, share };

  return async (listener) => {
    const link = await openRedisLink({ url: redisUrl, name, requestsPerMinute });
    try {
      return await startRedisSlotSession({ link, name, self, clock, listener });
    } catch (reason) {
      await link[Symbol.asyncDispose]();
      throw reason;
    }
  };
}
