import { randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import type { SharingStatus } from "../model/sharing.ts";
import type { RedisBucket } from "./redis-bucket.ts";
import { type Claim, createLocalBucket, LEASE_MS, type Rate, type TokenBucket } from "./token-bucket.ts";

const RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A connection that ends sooner counts as failed, and the next attempt waits longer. In milliseconds. */
const LASTING_MS = 10_000;
/** A third of the lease. */
const HEARTBEAT_MS = 1_000;
/** The answer while this replica belongs to no bucket: it joins, or its lease in the shared bucket lasts. */
const ASK_SOON = { granted: false, waitMs: 50 } as const;

/**
 * The bucket that all replicas share over Redis. While Redis can't be reached, this replica has a bucket of its own, for
 * its share of the limit.
 *
 * In any 60 s the replicas, whose shares add up to 1, start at most `burst` + `refillPerMinute` requests:
 * - A share is in one bucket at a time: in the shared one during the replica's lease, in its own after the lease's end.
 * - So at each moment the buckets together hold at most `burst` tokens, and are refilled at `refillPerMinute`.
 * - A share that joins a bucket brings no tokens. A bucket that loses a share loses the tokens above its new capacity.
 */
export function createSharedBucket(options: {
  readonly rate: Rate;
  /** The part of the limit that this replica keeps without Redis: above 0, at most 1. */
  readonly share: number;
  readonly clock: Clock;
  /** Connects to Redis as the replica `id`, until `closing`; rejects if Redis can't be reached. */
  readonly open: (id: string, closing: AbortSignal) => Promise<RedisBucket>;
  /** Called for each change of `sharing`, and for the first failure; `reason` says why Redis can't be used. */
  readonly onChange: (status: SharingStatus, reason: unknown) => void;
}): TokenBucket {
  const { rate, share, clock, open, onChange } = options;
  // The id stays the same after a reconnection, or the share would count twice while the old lease lasts.
  const id = randomUUID();
  const nowMs = () => clock.now().getTime();
  const closing = new AbortController();
  const requestsPerMinute = rate.requestsPerMinute * share;
  const cutOff: SharingStatus = { sharing: "cut_off", requestsPerMinute, replicas: 1 };
  let status: SharingStatus | undefined;
  let redis: RedisBucket | undefined;
  let run: string | undefined;
  let own: TokenBucket | undefined;
  // A process that this one replaces may have had a lease until just now. Until its end the share must not count twice.
  const countsFromMs = nowMs() + LEASE_MS;
  const countedShare = () => (nowMs() < countsFromMs ? 0 : share);
  let leasedUntilMs = countsFromMs;
  const leaseLeftMs = () => Math.max(0, leasedUntilMs - nowMs());
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  function report(now: SharingStatus, reason: unknown): void {
    const changed = status?.sharing !== now.sharing;
    status = now;
    if (changed) onChange(now, reason);
  }

  async function takeShared(bucket: RedisBucket, claim: Claim | null) {
    // Set before the question: if its answer is lost, the lease may have been renewed.
    leasedUntilMs = nowMs() + LEASE_MS;
    const { answer, pausedForMs, requestsPerMinute, replicas } = await bucket.take(claim, countedShare());
    if (pausedForMs > 0) pausedUntilMs = Math.max(pausedUntilMs, nowMs() + pausedForMs);
    // Redis has lost the pause.
    const pauseLeftMs = pausedUntilMs - nowMs();
    if (pauseLeftMs > pausedForMs + 1_000) await bucket.pause(pauseLeftMs);
    if (!bucket.lost.aborted) report({ sharing: "together", requestsPerMinute, replicas }, null);
    return answer;
  }

  async function keepConnected(): Promise<void> {
    let failures = 0;
    for (;;) {
      const beganMs = nowMs();
      const reason = await useRedis().catch((thrown: unknown) => thrown);
      failures = redis && nowMs() - beganMs < LASTING_MS ? failures + 1 : 0;
      redis = undefined;
      if (closing.signal.aborted) return;
      report(cutOff, reason);
      await clock.sleep(Math.min(RETRY_MS * 2 ** failures, LONGEST_RETRY_MS), closing.signal);
    }
  }

  /** Uses one connection until it is lost; rejects with the reason. */
  async function useRedis(): Promise<never> {
    await using bucket = await open(id, closing.signal);
    // Another Redis doesn't know of the lease in the last one, which other replicas may still use.
    if (run !== undefined && run !== bucket.run) await clock.sleep(leaseLeftMs(), bucket.lost);
    run = bucket.run;
    redis = bucket;
    own = undefined;
    if (pausedUntilMs > nowMs()) await bucket.pause(pausedUntilMs - nowMs());
    for (;;) {
      await takeShared(bucket, null);
      await clock.sleep(HEARTBEAT_MS, bucket.lost);
    }
  }

  const connected = keepConnected().catch(() => undefined);

  return {
    requestsPerMinute: rate.requestsPerMinute,
    take: async (claim) => {
      const pauseLeftMs = pausedUntilMs - nowMs();
      if (pauseLeftMs > 0) return { granted: false, waitMs: pauseLeftMs };
      if (redis) return await takeShared(redis, claim).catch(() => ASK_SOON);
      if (leaseLeftMs() > 0) return ASK_SOON;
      own ??= createLocalBucket({ rate, share, clock });
      return await own.take(claim);
    },
    pause: (ms) => {
      pausedUntilMs = Math.max(pausedUntilMs, nowMs() + ms);
      own?.pause(ms);
      redis?.pause(ms).catch(() => undefined);
    },
    pausedUntilMs: () => pausedUntilMs,
    status: () => status ?? cutOff,
    [Symbol.asyncDispose]: async () => {
      closing.abort(new Error("the Incydr client is closed"));
      await connected;
    },
  };
}
