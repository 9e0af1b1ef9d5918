import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import { type ReplicaSettings, startReplica } from "../../bench/incydr/replica.ts";
import { monotonicMs, worstExcess } from "../../bench/incydr/request-start-times.ts";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { createIncydrClient, parseUserId, type UserId } from "../../src/incydr/index.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

const requestsPerMinute = 1200;

describeWithRedis("replicas in processes of their own, over Redis", () => {
  let opened: AsyncDisposableStack;
  let redis: RedisServer;
  let simulator: IncydrSimulator;
  let userId: UserId;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    redis = opened.use(await startRedisServer());
    simulator = opened.use(await startIncydrSimulator({ requestsPerMinute: null }));
    userId = parseUserId(simulator.tenant.user("nadia.petrov@harborlight.example").userId);
  });
  afterEach(() => opened.disposeAsync());

  const settingsOf = (count: number, perMinute: number): ReplicaSettings => ({
    ...{ url: simulator.url, clientId: simulator.clientId, clientSecret: simulator.clientSecret },
    ...{ requestsPerMinute: perMinute, redisUrl: redis.url, share: 1 / count },
  });

  /** One of `count` replicas, in the process of the test, and when its requests started. */
  function openHere(count: number, perMinute: number) {
    const starts: number[] = [];
    const hooks = { onRequest: () => void starts.push(monotonicMs()) };
    const client = opened.use(createIncydrClient({ ...settingsOf(count, perMinute), hooks }));
    return { client, starts };
  }

  test("in any window of t at most 1 + rate × t requests of all three start", async () => {
    const others = await Promise.all([1, 2].map(() => startReplica(settingsOf(3, requestsPerMinute))));
    for (const other of others) opened.use(other);
    const { client, starts } = openHere(3, requestsPerMinute);
    await expect.poll(() => client.limiter.read().replicas).toBe(3);
    const calls = Array.from({ length: 8 }, () => client.users.getUser(userId, { lane: "bulk" }));
    await Promise.all([...calls, ...others.map((other) => other.fill("bulk", 8, userId))]);
    const all = [...starts, ...others.flatMap((other) => other.starts.map(({ atMs }) => atMs))];
    expect(all).toHaveLength(3 * 9);
    expect(worstExcess(all, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test("in any window of t no more start if each write waits for slow work before it", async () => {
    const { client, starts } = openHere(1, requestsPerMinute);
    const beforeWrite = () => delay(60);
    const calls = Array.from({ length: 6 }, () => [
      client.users.activate(userId, { beforeWrite }),
      client.users.getUser(userId),
    ]);
    await Promise.all(calls.flat());
    expect(starts).toHaveLength(13);
    expect(worstExcess(starts, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test("an emergency of one replica takes one of the next two slots while another has 2,000 bulk calls waiting", async () => {
    // Slots so far apart that a busy machine gives the emergency to its process long before the next.
    const { client, starts } = openHere(2, 240);
    const busy = opened.use(await startReplica(settingsOf(2, 240)));
    await client.users.getUser(userId);
    await expect.poll(() => client.limiter.read().replicas).toBe(2);
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
});
