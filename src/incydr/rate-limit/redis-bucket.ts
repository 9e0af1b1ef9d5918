import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import { priorities } from "../model/priorities.ts";
import type { Answer, Claim, Rate } from "./token-bucket.ts";
import { GRANT_LIFETIME_MS, LEASE_MS, leavesReserve } from "./token-bucket.ts";

/** One connection to the bucket that all replicas share in Redis. */
export interface RedisBucket extends AsyncDisposable {
  /** Identifies the running Redis: another one knows nothing of the leases of the last. */
  readonly run: string;
  /** Aborted, with the reason, once the connection is lost. */
  readonly lost: AbortSignal;
  /** Renews the lease of this replica with its `share` of the limit, and takes a token unless `claim` is null. */
  take(claim: Claim | null, share: number): Promise<SharedAnswer>;
  pause(ms: number): Promise<void>;
}

interface SharedAnswer {
  readonly answer: Answer;
  /** The rest of the pause after a 429, in milliseconds; 0 without a pause. */
  readonly pausedForMs: number;
  /** The limit that the connected replicas keep together. */
  readonly requestsPerMinute: number;
  readonly replicas: number;
}

export interface RedisBucketOptions {
  readonly url: string;
  /** Replicas with an equal `limitOf` share one bucket; Redis gets only its digest. */
  readonly limitOf: readonly string[];
  readonly rate: Rate;
  readonly id: string;
  readonly clock: Clock;
  readonly closing: AbortSignal;
}

/** After this time without a connection or an answer, Redis counts as unreachable. In milliseconds. */
const RESPONSE_TIMEOUT_MS = 2_000;
/** Redis deletes the keys of a limit after a day without a replica. In milliseconds. */
const KEEP_MS = 86_400_000;
/** After so many answers in a row that take longer than a grant is valid, Redis counts as unreachable. */
const MOST_LATE_ANSWERS = 10;

/**
 * Keys: the bucket, the leases. Times are Redis' own, in milliseconds, so the clocks of the replicas don't matter.
 *
 * Fields of the bucket: `run`, the id of the running Redis; `tokens` at the time `at`; `paused`, the end of the last
 * pause; `rank` and `until`, the most urgent claim that waits and how long the next token is left to it. The leases are
 * members `<id> <share>`, scored by their end. If Redis was restarted, emptied or replaced, or its clock was set back,
 * all of it begins anew and empty.
 */
const COMMON = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function read(name) return tonumber(redis.call('HGET', KEYS[1], name)) or 0 end
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] or read('at') > now then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'run', ARGV[1], 'at', now)
end
redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})
`;

/**
 * Arguments: run; lease, its end; burst, refill per ms, reserve; rank of the claim or 0, and 1 if it leaves the reserve.
 * Returns the time and, unless the lease has ended: the wait or -1, the pause, the part of the limit, the replicas.
 */
const TAKE = `
${COMMON}
if now >= tonumber(ARGV[3]) then return {tostring(now)} end
local function part()
  local sum = 0
  for _, lease in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    sum = sum + tonumber(string.match(lease, ' (.*)'))
  end
  return math.min(1, sum)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local before = part()
-- A replica's clock may be wrong, and its first lease has the share 0.
redis.call('ZREM', KEYS[2], string.match(ARGV[2], '%S+') .. ' 0')
redis.call('ZADD', KEYS[2], math.min(tonumber(ARGV[3]), now + ${LEASE_MS}), ARGV[2])
redis.call('PEXPIRE', KEYS[2], ${KEEP_MS})
local after = part()

local function capacity(share) return share > 0 and math.max(1, ARGV[4] * share) or 0 end
local refill, reserve = ARGV[5] * after, ARGV[6] * after
local elapsed = math.max(0, now - math.max(read('at'), read('paused')))
local tokens = math.min(capacity(before), read('tokens') + elapsed * ARGV[5] * before)
local pause = math.max(0, read('paused') - now)
local rank, till = read('rank'), read('until')

local claim, need = tonumber(ARGV[7]), 1
if ARGV[8] == '1' then need = math.max(1, math.min(capacity(after), reserve + 1)) end
local yields = rank > 0 and claim > rank and till > now
local wait = 0
if claim > 0 and pause == 0 and tokens >= need and not yields then
  tokens, rank, wait = tokens - 1, 0, -1
elseif claim > 0 then
  -- Without a counted share there is no refill.
  wait = pause + math.min(1000, math.max(1, (need + (yields and 1 or 0) - tokens) / refill))
  if not yields then rank, till = claim, now + wait + ${GRANT_LIFETIME_MS} end
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now, 'rank', rank, 'until', till)
return {string.format('%.3f', now), math.ceil(wait), math.ceil(pause), string.format('%.17g', after), redis.call('ZCARD', KEYS[2])}
`;

/** Arguments: run, ms. */
const PAUSE = `
${COMMON}
redis.call('HSET', KEYS[1], 'tokens', 0, 'at', now, 'rank', 0, 'paused', math.max(read('paused'), now + ARGV[2]))
`;

const takenSchema = z.tuple([z.coerce.number(), z.number(), z.number(), z.coerce.number(), z.int()]);

/** Connects the replica `id` to the shared bucket of `rate` until `closing`. Never reconnects: the caller opens another. */
export async function openRedisBucket(options: RedisBucketOptions): Promise<RedisBucket> {
  const { url, limitOf, rate, id, clock, closing } = options;
  const digest = createHash("sha256").update(JSON.stringify(limitOf)).digest("hex").slice(0, 16);
  // The braces keep both keys in one slot of a cluster.
  const bucketKey = `incydr-limit:{${digest}}:${rate.requestsPerMinute}:${rate.burst}`;
  const leasesKey = `${bucketKey}:leases`;
  const losing = new AbortController();
  const nowMs = () => clock.now().getTime();
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: RESPONSE_TIMEOUT_MS,
    commandTimeout: RESPONSE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    reconnectOnError: () => false,
  });
  redis.on("error", (error) => losing.abort(error));
  redis.on("end", () => losing.abort(new Error("The connection to Redis closed.")));
  const close = () => losing.abort(closing.reason);
  closing.addEventListener("abort", close, { once: true });

  let run = "";
  let lease = "";
  // Redis' time minus ours. Answers arrive after their time was read, so the estimate is never too high.
  let offsetMs = 0;
  let late = { count: 0, atMs: Number.NEGATIVE_INFINITY };
  async function call(script: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const askedAtMs = nowMs();
    try {
      losing.signal.throwIfAborted();
      const reply = await redis.eval(script, 2, bucketKey, leasesKey, run, ...args);
      // One delay of this process makes many answers late. They count once.
      const isLate = nowMs() - askedAtMs > GRANT_LIFETIME_MS;
      if (!isLate || askedAtMs >= late.atMs) late = { count: isLate ? late.count + 1 : 0, atMs: nowMs() };
      if (late.count === MOST_LATE_ANSWERS) throw new Error("Redis answers too slowly.");
      return reply;
    } catch (reason) {
      losing.abort(reason);
      throw losing.signal.reason;
    }
  }

  const take: RedisBucket["take"] = async (claim, share) => {
    lease = `${id} ${share}`;
    const rank = claim === null ? 0 : claim.overdue ? 1 : 1 + priorities.indexOf(claim.priority);
    const keepsBack = claim && leavesReserve(claim) ? 1 : 0;
    // A command that a stalled Redis runs later must not renew the lease: by then this replica is on its own.
    const leaseEndMs = nowMs() + offsetMs + LEASE_MS;
    const limit = [rate.burst, rate.refillPerMinute / 60_000, rate.reserve];
    const taken = takenSchema.safeParse(await call(TAKE, lease, leaseEndMs, ...limit, rank, keepsBack));
    if (!taken.success) {
      losing.abort(new Error("Redis' answer came too late, or its clock was set forward."));
      throw losing.signal.reason;
    }
    const [redisMs, waitMs, pausedForMs, part, replicas] = taken.data;
    offsetMs = redisMs - nowMs();
    const answer: Answer = waitMs < 0 ? { granted: true } : { granted: false, waitMs };
    return { answer, pausedForMs, replicas, requestsPerMinute: rate.requestsPerMinute * part };
  };

  async function dispose(): Promise<void> {
    closing.removeEventListener("abort", close);
    if (closing.aborted && lease !== "") await redis.zrem(leasesKey, lease).catch(() => undefined);
    redis.disconnect();
  }

  try {
    if (closing.aborted) close();
    losing.signal.throwIfAborted();
    losing.signal.addEventListener("abort", () => redis.status === "connecting" && redis.disconnect());
    await redis.connect();
    run = /^run_id:(\S+)/m.exec(await redis.info("server"))?.[1] ?? "";
    const [seconds, microseconds] = await redis.time();
    offsetMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - nowMs();
  } catch (reason) {
    await dispose();
    throw losing.signal.reason ?? reason;
  }
  return {
    run,
    lost: losing.signal,
    take,
    pause: async (ms) => void (await call(PAUSE, ms)),
    [Symbol.asyncDispose]: dispose,
  };
}
