import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { startRedisServer } from "../../bench/incydr/redis-server.ts";
import { type ReplicaSettings, startReplica } from "../../bench/incydr/replica.ts";
import { monotonicMs, worstExcess } from "../../bench/incydr/request-start-times.ts";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { createIncydrClient, parseUserId } from "../../src/incydr/index.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

const requestsPerMinute = 1200;

/**
 * `count` replicas with a separate Redis and Incydr. One replica is in this process, and each other replica in another
 * process.
 */
async function startWorld({ count = 1, perMinute = requestsPerMinute } = {}) {
  const opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedisServer());
  const simulator = opened.use(await startIncydrSimulator({ requestsPerMinute: null }));
  const { url, clientId, clientSecret } = simulator;
  const settings: ReplicaSettings = {
    ...{ url, clientId, clientSecret, redisUrl: redis.url },
    ...{ requestsPerMinute: perMinute, share: 1 / count },
  };
  const others = await Promise.all(Array.from({ length: count - 1 }, () => startReplica(settings)));
  for (const other of others) opened.use(other);
  const starts: number[] = [];
  const hooks = { onRequest: () => void starts.push(monotonicMs()) };
  const client = opened.use(createIncydrClient({ ...settings, hooks }));
  await expect.poll(() => client.limiter.read()).toMatchObject({ sharing: "together", replicas: count });
  return {
    ...{ client, starts, others },
    userId: parseUserId(simulator.tenant.user("nadia.petrov@harborlight.example").userId),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

describeWithRedis("replicas in processes of their own, over Redis", () => {
  test.concurrent("in any window of t at most 1 + rate × t requests of all three start", async () => {
    await using world = await startWorld({ count: 3 });
    const { client, starts, others, userId } = world;
    const calls = Array.from({ length: 8 }, () => client.users.getUser(userId, { lane: "bulk" }));
    await Promise.all([...calls, ...others.map((other) => other.fill("bulk", 8, userId))]);
    const all = [...starts, ...others.flatMap((other) => other.starts.map(({ atMs }) => atMs))];
    expect(all).toHaveLength(3 * 9);
    expect(worstExcess(all, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test.concurrent("in any window of t no more start if each write waits for slow work before it", async () => {
    await using world = await startWorld();
    const { client, starts, userId } = world;
    const beforeWrite = () => delay(60);
    const calls = Array.from({ length: 6 }, () => [
      client.users.activate(userId, { beforeWrite }),
      client.users.getUser(userId),
    ]);
    await Promise.all(calls.flat());
    expect(starts).toHaveLength(13);
    expect(worstExcess(starts, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test.concurrent("an emergency of one replica takes one of the next two slots while another has 2,000 bulk calls waiting", async () => {
    // The slots are so far apart that, also on a busy machine, the emergency reaches its process long before the next
    // slot.
    await using world = await startWorld({ count: 2, perMinute: 240 });
    const { client, starts, others, userId } = world;
    const [busy] = others;
    if (!busy) throw new Error("one was started");
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
});
