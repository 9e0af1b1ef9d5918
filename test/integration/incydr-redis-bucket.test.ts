import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import { openRedisBucket, type RedisBucket } from "../../src/incydr/rate-limit/redis-bucket.ts";
import type { Claim, Rate } from "../../src/incydr/rate-limit/token-bucket.ts";
import { steadyClock } from "../../src/kernel/clock.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

// So slow that no token comes during a test by itself.
const rate: Rate = { requestsPerMinute: 20, burst: 12, reserve: 3, refillPerMinute: 0.001 };
const claimOf = (priority: Claim["priority"], overdue = false): Claim => ({ priority, overdue });

describeWithRedis("the bucket in Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  let opened: AsyncDisposableStack;
  const closing = new AbortController();
  beforeAll(async () => {
    server = await startRedisServer();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await redis.flushall();
    opened = new AsyncDisposableStack();
    return () => opened.disposeAsync();
  });

  const open = async (id: string, { clock = steadyClock, url = server.url, limit = rate } = {}) => {
    const options = { url, limitOf: ["https://incydr.example", "key"], id, rate: limit, clock };
    return opened.use(await openRedisBucket({ ...options, closing: closing.signal }));
  };
  const bucketKey = async () =>
    (await redis.keys("incydr-limit:*")).find((key) => !key.endsWith("leases")) ?? "";
  const put = async (tokens: number) => void (await redis.hset(await bucketKey(), { tokens }));
  const takeAll = async (bucket: RedisBucket, claim: Claim, share = 1) => {
    let taken = 0;
    while ((await bucket.take(claim, share)).answer.granted) taken += 1;
    return taken;
  };

  test("begins empty, and has limit and burst in its name, but neither address nor id of the API client", async () => {
    const bucket = await open("a");
    expect(await takeAll(bucket, claimOf("emergency"))).toBe(0);
    expect(await bucketKey()).toMatch(/^incydr-limit:\{[0-9a-f]{16}\}:20:12$/);
    await (await open("b", { limit: { ...rate, burst: 10 } })).take(null, 1);
    expect(await redis.keys("*:10")).toHaveLength(1);
  });

  test("holds the shares of the replicas with a lease, and a share that joins brings no tokens", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await a.take(null, 1 / 3);
    await put(1000);
    expect(await b.take(null, 1 / 3)).toMatchObject({
      replicas: 2,
      requestsPerMinute: expect.closeTo(40 / 3),
    });
    expect(await takeAll(b, claimOf("emergency"), 1 / 3)).toBe(4);
    await put(1000);
    expect(await takeAll(a, claimOf("emergency"), 1 / 3)).toBe(8);
    await put(1000);
    const leases = await redis.keys("*:leases");
    await redis.zrem(leases[0] ?? "", "b 0.3333333333333333");
    expect(await takeAll(a, claimOf("emergency"), 1 / 3)).toBe(4);
  });

  test("is refilled with time, by the shares that were there all the time", async () => {
    const limit = { ...rate, refillPerMinute: 60 };
    const [a, b] = [await open("a", { limit }), await open("b", { limit })];
    await a.take(null, 0.5);
    await redis.hincrbyfloat(await bucketKey(), "at", -8500);
    expect(await takeAll(b, claimOf("emergency"), 0.5)).toBe(4);
    await redis.hincrbyfloat(await bucketKey(), "at", -4000);
    expect(await takeAll(b, claimOf("emergency"), 0.5)).toBe(4);
  });

  test("keeps the reserve from bulk and background calls, unless they are overdue", async () => {
    const bucket = await open("a");
    await bucket.take(null, 1);
    await put(12);
    expect(await takeAll(bucket, claimOf("bulk"))).toBe(9);
    expect((await bucket.take(claimOf("background", true), 1)).answer).toEqual({ granted: true });
    expect(await takeAll(bucket, claimOf("change"))).toBe(2);
  });

  test("leaves the next token to the most urgent call that waits, on another replica too", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await a.take(claimOf("emergency"), 1);
    await put(1);
    for (const claim of [claimOf("interactive"), claimOf("change"), claimOf("bulk")]) {
      expect((await b.take(claim, 1)).answer.granted).toBe(false);
    }
    expect((await a.take(claimOf("emergency"), 1)).answer.granted).toBe(true);
    await put(1);
    expect((await b.take(claimOf("interactive"), 1)).answer.granted).toBe(true);
  });

  test("leaves no token to an urgent call that doesn't come back", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await a.take(claimOf("emergency"), 1);
    await put(1);
    await redis.hset(await bucketKey(), { until: 1 });
    expect((await b.take(claimOf("change"), 1)).answer.granted).toBe(true);
  });

  test("gives a bulk call no token from an empty bucket before a share counts", async () => {
    expect((await (await open("a")).take(claimOf("bulk"), 0)).answer.granted).toBe(false);
  });

  test("counts a replica once, also when its share begins to count", async () => {
    const bucket = await open("a");
    await bucket.take(null, 0);
    expect(await bucket.take(null, 1)).toMatchObject({ replicas: 1, requestsPerMinute: 20 });
  });

  test("ends each lease after 3 s by its own clock, whatever time a replica has", async () => {
    let offsetMs = 0;
    const now = () => new Date(steadyClock.now().getTime() + offsetMs);
    const bucket = await open("a", { clock: { ...steadyClock, now } });
    await bucket.take(null, 1);
    // As if Redis' clock had been set back by an hour.
    offsetMs = 3_600_000;
    await bucket.take(null, 1);
    const [seconds] = await redis.time();
    const [key = ""] = await redis.keys("*:leases");
    expect(Number(await redis.zscore(key, "a 1"))).toBeLessThan(1000 * (Number(seconds) + 5));
  });

  test("names a wait of at most a second without a share, so that its replica asks again", async () => {
    const { answer } = await (await open("a")).take(claimOf("emergency"), 0);
    expect(answer).toEqual({ granted: false, waitMs: 1000 });
  });

  test("is emptied by a pause, grants nothing during it, and a shorter pause doesn't end a longer one", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await a.take(null, 1);
    await put(12);
    await a.pause(60_000);
    await b.pause(10);
    await put(12);
    const { answer, pausedForMs } = await b.take(claimOf("emergency"), 1);
    expect(answer.granted).toBe(false);
    expect(pausedForMs).toBeGreaterThan(50_000);
    await redis.hset(await bucketKey(), { paused: 1 });
    expect((await b.take(claimOf("emergency"), 1)).answer.granted).toBe(true);
    await a.pause(1);
    expect(await takeAll(b, claimOf("emergency"))).toBe(0);
  });

  test("begins anew if Redis was emptied, or its clock was set back", async () => {
    const bucket = await open("a");
    await bucket.take(null, 1);
    await put(12);
    await redis.flushall();
    expect(await takeAll(bucket, claimOf("emergency"))).toBe(0);
    await put(12);
    await redis.hincrbyfloat(await bucketKey(), "at", 3_600_000);
    expect(await takeAll(bucket, claimOf("emergency"))).toBe(0);
    await put(12);
    expect(await takeAll(bucket, claimOf("emergency"))).toBe(12);
  });

  test("begins anew, without its leases, if another Redis has its keys, as after a restart with a backup", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await Promise.all([a.take(null, 0.5), b.take(null, 0.5)]);
    await redis.hset(await bucketKey(), { run: "of the last Redis", tokens: 12 });
    expect(await a.take(claimOf("emergency"), 0.5)).toMatchObject({
      answer: { granted: false },
      replicas: 1,
    });
  });

  test("refuses a command that runs after the lease that it renews, and counts the connection as lost", async () => {
    let offsetMs = 0;
    const now = () => new Date(steadyClock.now().getTime() + offsetMs);
    const bucket = await open("a", { clock: { ...steadyClock, now } });
    await bucket.take(null, 1);
    // As if Redis ran the command 4 s after it was sent.
    offsetMs = -4000;
    await expect(bucket.take(claimOf("emergency"), 1)).rejects.toThrow("too late");
    expect(bucket.lost.aborted).toBe(true);
  });

  test("is given up after ten late answers in a row, but not after one delay that makes many answers late", async () => {
    let offsetMs = 0;
    const now = () => new Date(steadyClock.now().getTime() + offsetMs);
    const bucket = await open("a", { clock: { ...steadyClock, now } });
    const lateAnswers = async (count: number) => {
      const answers = Array.from({ length: count }, () => bucket.take(null, 1));
      offsetMs += 300;
      await Promise.all(answers);
    };
    await lateAnswers(20);
    expect(bucket.lost.aborted).toBe(false);
    for (let count = 0; count < 8; count += 1) await lateAnswers(1);
    expect(bucket.lost.aborted).toBe(false);
    await expect(lateAnswers(1)).rejects.toThrow("too slowly");
  });

  test("can't be opened without a Redis", async () => {
    await expect(open("a", { url: "redis://127.0.0.1:1" })).rejects.toThrow("ECONNREFUSED");
  });
});
