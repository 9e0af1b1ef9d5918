import { setTimeout as delay } from "node:timers/promises";
import { test } from "vitest";
import { startRedisServer } from "../../bench/incydr/redis-server.ts";
import { type ReplicaSettings, startReplica } from "../../bench/incydr/replica.ts";
import { monotonicMs, worstExcess } from "../../bench/incydr/request-start-times.ts";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { createIncydrClient, parseUserId } from "../../src/incydr/index.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

const rate = { requestsPerMinute: 1200, burst: 6, reserve: 2 };

/** A Redis and an Incydr of one test, and the first of `count` replicas, which is in this process. */
async function startWorld(count: number, limit = rate) {
  const opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedisServer());
  const simulator = opened.use(await startIncydrSimulator({ requestsPerMinute: null }));
  const { url, clientId, clientSecret } = simulator;
  const settings: ReplicaSettings = {
    ...{ url, clientId, clientSecret, redisUrl: redis.url, share: 1 / count },
    ...limit,
  };
  const starts: number[] = [];
  const hooks = { onRequest: () => void starts.push(monotonicMs()) };
  const client = opened.use(createIncydrClient({ ...settings, hooks }));
  return {
    ...{ client, starts },
    /** Starts another replica, in its own process. */
    openAnother: async () => opened.use(await startReplica(settings)),
    userId: parseUserId(simulator.tenant.user("nadia.petrov@harborlight.example").userId),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

// The tests mostly wait for tokens, so they run at the same time.
describeWithRedis("replicas in processes of their own, over Redis", () => {
  test.concurrent("in any window of t at most burst + refill × t requests of all three start", async ({
    expect,
  }) => {
    await using world = await startWorld(3);
    const { client, starts, userId } = world;
    const others = await Promise.all([world.openAnother(), world.openAnother()]);
    await expect.poll(() => client.limiter.read().replicas).toBe(3);
    const calls = Array.from({ length: 8 }, () => client.users.getUser(userId, { lane: "bulk" }));
    await Promise.all([...calls, ...others.map((other) => other.fill("bulk", 8, userId))]);
    const all = [...starts, ...others.flatMap((other) => other.starts.map(({ atMs }) => atMs))];
    expect(all).toHaveLength(3 * 9);
    expect(worstExcess(all, rate)).toBeLessThanOrEqual(0);
  });

  test.concurrent("in any window of t no more start if each write waits for slow work before it", async ({
    expect,
  }) => {
    await using world = await startWorld(1);
    const { client, starts, userId } = world;
    const beforeWrite = () => delay(60);
    const calls = Array.from({ length: 6 }, () => [
      client.users.activate(userId, { beforeWrite }),
      client.users.getUser(userId),
    ]);
    await Promise.all(calls.flat());
    expect(starts).toHaveLength(13);
    expect(worstExcess(starts, rate)).toBeLessThanOrEqual(0);
  });

  test.concurrent("an emergency of one replica starts after at most one request of each, while another has 2,000 bulk calls waiting", async ({
    expect,
  }) => {
    // Without a reserve, and with tokens so far apart that a busy machine asks for the emergency long before the next.
    const limit = { requestsPerMinute: 240, burst: 2, reserve: 0 };
    await using world = await startWorld(2, limit);
    const { client, starts, userId } = world;
    const busy = await world.openAnother();
    await expect.poll(() => client.limiter.read().replicas).toBe(2);
    await client.users.getUser(userId);
    void busy.fill("bulk", 2000, userId);
    for (let round = 0; round < 3; round += 1) {
      await busy.until((message) => message.kind === "start");
      const seen = busy.starts.length;
      await client.users.getUser(userId, { lane: "emergency" });
      const startedMs = starts.at(-1) ?? 0;
      const before = busy.starts.slice(seen).filter(({ atMs }) => atMs < startedMs);
      expect(before.length).toBeLessThanOrEqual(1);
    }
  });

  test.concurrent("an emergency finds a token of the reserve at once, while other replicas have bulk calls waiting", async ({
    expect,
  }) => {
    const limit = { requestsPerMinute: 240, burst: 60, reserve: 6 };
    await using world = await startWorld(2, limit);
    const { client, starts, userId } = world;
    const busy = await world.openAnother();
    await expect.poll(() => client.limiter.read().replicas).toBe(2);
    await client.users.getUser(userId);
    void busy.fill("bulk", 2000, userId);
    // As soon as bulk calls get tokens, the reserve is full.
    await busy.until((message) => message.kind === "start");
    const [seen, seenHere] = [busy.starts.length, starts.length];
    const lane = "emergency";
    await Promise.all(Array.from({ length: 5 }, () => client.users.getUser(userId, { lane })));
    const lastMs = starts.at(-1) ?? 0;
    expect(starts).toHaveLength(seenHere + 5);
    expect(busy.starts.slice(seen).filter(({ atMs }) => atMs < lastMs).length).toBeLessThanOrEqual(1);
  });

  test.concurrent("a killed replica loses its share after its lease, and its successor adds no requests", async ({
    expect,
  }) => {
    await using world = await startWorld(2);
    const { client, starts, userId } = world;
    const killed = await world.openAnother();
    await killed.untilSharing("together");
    await expect.poll(() => client.limiter.read().replicas).toBe(2);
    const stop = new AbortController();
    const callOn = async () => {
      while (!stop.signal.aborted) await client.users.getUser(userId, { lane: "bulk" });
    };
    const calling = Promise.all([callOn(), callOn(), callOn()]);
    killed.fill("bulk", 500, userId).catch(() => undefined);
    await killed.until((message) => message.kind === "start");
    await killed.kill9();
    const successor = await world.openAnother();
    successor.fill("bulk", 20, userId).catch(() => undefined);
    await successor.until((message) => message.kind === "start");
    await expect.poll(() => client.limiter.read()).toMatchObject({ replicas: 2, requestsPerMinute: 1200 });
    stop.abort();
    await calling;
    const all = [...starts, ...[killed, successor].flatMap((one) => one.starts.map(({ atMs }) => atMs))];
    expect(worstExcess(all, rate)).toBeLessThanOrEqual(0);
  });
});
