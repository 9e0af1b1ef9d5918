import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import { monotonicMs, worstExcess } from "../../bench/incydr/starts.ts";
import { createIncydrClient, type IncydrClient, parseUserId, type Sharing } from "../../src/incydr/index.ts";
import { type RecordingServer, startRecordingServer, testSecret } from "../unit/incydr/recording-server.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

const requestsPerMinute = 1200;
const userId = parseUserId("900000000000000001");
const secret = "hush-redis";

/** A replica in this process, and what became of it. */
interface Replica {
  readonly client: IncydrClient;
  readonly starts: number[];
  readonly changes: { readonly sharing: Sharing; readonly reason: string | null }[];
  readonly retries: string[];
  /** Resolves when this is so; looked at whenever something happens. */
  until(isSo: () => boolean): Promise<void>;
  untilSharing(sharing: Sharing): Promise<void>;
  /** Resolves after so many more starts. */
  untilStarted(count: number): Promise<void>;
  /** Calls one after another until stopped; resolves with their number and those that failed. */
  callOn(stop: AbortSignal): Promise<{ made: number; failed: unknown[] }>;
}

describeWithRedis("a limit kept over Redis", () => {
  let opened: AsyncDisposableStack;
  let redis: RedisServer;
  let server: RecordingServer;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    redis = opened.use(await startRedisServer({ password: secret }));
    server = opened.use(await startRecordingServer(() => ({ json: { userId } })));
  });
  afterEach(() => opened.disposeAsync());

  function open(redisUrl = redis.url): Replica {
    const starts: number[] = [];
    const changes: Replica["changes"] = [];
    const retries: string[] = [];
    const checks = new Set<() => void>();
    const noting =
      <Event>(note: (event: Event) => void) =>
      (event: Event) => {
        note(event);
        for (const check of checks) check();
      };
    const client = opened.use(
      createIncydrClient({
        url: server.url,
        clientId: "key-test",
        clientSecret: testSecret,
        requestsPerMinute,
        redisUrl,
        share: 0.5,
        hooks: {
          onRequest: noting(() => void starts.push(monotonicMs())),
          onSharing: noting(({ sharing, reason }) => void changes.push({ sharing, reason })),
          onRetry: noting(({ reason }) => void retries.push(reason)),
        },
      }),
    );
    const until: Replica["until"] = (isSo) =>
      new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
      });
    return {
      client,
      starts,
      changes,
      retries,
      until,
      untilSharing: (sharing) => until(() => client.limiter.read().sharing === sharing),
      untilStarted: (count) => {
        const wanted = starts.length + count;
        return until(() => starts.length >= wanted);
      },
      callOn: async (stop) => {
        let made = 0;
        const failed: unknown[] = [];
        const callAgain = async () => {
          while (!stop.aborted) {
            made += 1;
            await client.users.getUser(userId).catch((thrown: unknown) => failed.push(thrown));
          }
        };
        await Promise.all([callAgain(), callAgain()]);
        return { made, failed };
      },
    };
  }

  async function openTwo(): Promise<[Replica, Replica]> {
    const two: [Replica, Replica] = [open(), open()];
    await Promise.all(two.map((replica) => replica.untilSharing("together")));
    return two;
  }
  const all = (two: readonly Replica[]) => two.flatMap(({ starts }) => starts);

  test("calls go on at each replica's share while Redis is away, and together again when it is back, empty; none is lost", async () => {
    const two = await openTwo();
    const stop = new AbortController();
    const calling = Promise.all(two.map((replica) => replica.callOn(stop.signal)));
    await two[0].untilStarted(10);
    await redis.stop();
    await Promise.all(two.map((replica) => replica.untilSharing("cut_off")));
    expect(two[0].client.limiter.read()).toMatchObject({
      sharing: "cut_off",
      replicas: 1,
      requestsPerMinute: requestsPerMinute / 2,
    });
    const cutOffAt = two.map(({ starts }) => starts.length);
    await two[0].untilStarted(15);
    await redis.start();
    await Promise.all(two.map((replica) => replica.untilSharing("together")));
    await two[0].untilStarted(10);
    stop.abort();
    for (const { made, failed } of await calling) {
      expect(failed).toEqual([]);
      expect(made).toBeGreaterThan(30);
    }
    for (const [index, replica] of two.entries()) {
      const alone = replica.starts.slice(cutOffAt[index]);
      expect(worstExcess(alone, requestsPerMinute)).toBeLessThanOrEqual(0.1);
      expect(replica.changes.map(({ sharing }) => sharing)).toEqual(["together", "cut_off", "together"]);
      expect(replica.changes[1]?.reason).toMatch(/closed|ECONNREFUSED|ECONNRESET|EPIPE/);
    }
    // Each may have started one request just when the other did, for they know nothing of each other then.
    expect(worstExcess(all(two), requestsPerMinute)).toBeLessThanOrEqual(1.1);
  });

  test("a Redis that lost everything, without anybody's connection breaking, goes on at once", async () => {
    const two = await openTwo();
    const stop = new AbortController();
    const calling = Promise.all(two.map((replica) => replica.callOn(stop.signal)));
    const admin = new Redis(redis.url);
    for (let round = 0; round < 3; round += 1) {
      await two[0].untilStarted(8);
      await admin.flushall();
    }
    await two[1].untilStarted(8);
    admin.disconnect();
    stop.abort();
    for (const { failed } of await calling) expect(failed).toEqual([]);
    expect(worstExcess(all(two), requestsPerMinute)).toBeLessThanOrEqual(0.1);
    expect(two[0].changes.map(({ sharing }) => sharing)).toEqual(["together"]);
  });

  test("a Redis that hangs counts as away", async () => {
    const replica = open();
    await replica.untilSharing("together");
    const stop = new AbortController();
    const calling = replica.callOn(stop.signal);
    await replica.untilStarted(3);
    redis.suspend();
    await replica.untilSharing("cut_off");
    await replica.untilStarted(3);
    redis.resume();
    await replica.untilSharing("together");
    stop.abort();
    expect((await calling).failed).toEqual([]);
    expect(worstExcess(replica.starts, requestsPerMinute)).toBeLessThanOrEqual(0.1);
  });

  test("a 429 of one replica holds all back, for as long as it says", async () => {
    const two = await openTwo();
    await Promise.all(two.map(({ client }) => client.users.getUser(userId)));
    server.respond((_request, nth) =>
      nth === 3 ? { status: 429, headers: { "Retry-After": "1" } } : { json: { userId } },
    );
    const refused = two[0].client.users.getUser(userId);
    await two[0].until(() => two[0].retries.includes("429"));
    const refusedMs = monotonicMs();
    await Promise.all([refused, two[1].client.users.getUser(userId, { lane: "emergency" })]);
    const later = all(two).filter((atMs) => atMs > refusedMs);
    expect(later).toHaveLength(2);
    expect(Math.min(...later) - refusedMs).toBeGreaterThanOrEqual(950);
  });

  test("a Redis that can't be reached from the start is said once, without its password, and used once it is there", async () => {
    await redis.stop();
    const replica = open();
    await replica.untilSharing("cut_off");
    await redis.start();
    await replica.untilSharing("together");
    await replica.client.users.getUser(userId);
    expect(replica.changes.map(({ sharing }) => sharing)).toEqual(["cut_off", "together"]);

    const stranger = open(redis.url.replace(secret, "wrong-secret"));
    await stranger.until(() => stranger.changes.length > 0);
    expect(stranger.changes[0]?.reason).toMatch(/WRONGPASS/);
    expect(JSON.stringify(stranger.changes)).not.toContain("wrong-secret");
  });
});
