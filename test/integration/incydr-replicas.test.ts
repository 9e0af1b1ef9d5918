import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RedisServer, startRedisServer } from "../../bench/incydr/redis-server.ts";
import { type Replica, type ReplicaSettings, startReplica } from "../../bench/incydr/replica.ts";
import { worstExcess } from "../../bench/incydr/request-start-times.ts";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { createIncydrClient, parseUserId } from "../../src/incydr/index.ts";
import { describeWithRedis } from "./incydr-with-redis.ts";

const requestsPerMinute = 1200;

describeWithRedis("replicas in processes of their own, over Redis", () => {
  let opened: AsyncDisposableStack;
  let redis: RedisServer;
  let simulator: IncydrSimulator;
  let userId: string;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    redis = opened.use(await startRedisServer());
    simulator = opened.use(await startIncydrSimulator({ requestsPerMinute: null }));
    ({ userId } = simulator.tenant.user("nadia.petrov@harborlight.example"));
  });
  afterEach(() => opened.disposeAsync());

  async function start(count: number, perMinute = requestsPerMinute): Promise<Replica[]> {
    const { url, clientId, clientSecret } = simulator;
    const settings: ReplicaSettings = {
      ...{ url, clientId, clientSecret, requestsPerMinute: perMinute },
      redisUrl: redis.url,
      share: 1 / count,
    };
    const replicas = await Promise.all(Array.from({ length: count }, () => startReplica(settings)));
    for (const replica of replicas) opened.use(replica);
    await Promise.all(replicas.map((replica) => replica.untilSharing("together")));
    return replicas;
  }
  const startsOf = (replicas: Replica[]) => replicas.flatMap(({ starts }) => starts.map(({ atMs }) => atMs));

  test("in any window of t at most 1 + rate × t requests of all three start", async () => {
    const replicas = await start(3);
    await Promise.all(replicas.map((replica) => replica.fill("bulk", 12, userId)));
    const starts = startsOf(replicas);
    expect(starts).toHaveLength(3 * 13);
    expect(worstExcess(starts, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test("nor more when something that takes its time goes before each write", async () => {
    const { url, clientId, clientSecret } = simulator;
    const starts: number[] = [];
    await using client = createIncydrClient({
      ...{ url, clientId, clientSecret, requestsPerMinute, redisUrl: redis.url },
      hooks: { onRequest: () => void starts.push(performance.now()) },
    });
    const id = parseUserId(userId);
    const beforeWrite = () => delay(60);
    const calls = Array.from({ length: 6 }, () => [
      client.users.activate(id, { beforeWrite }),
      client.users.getUser(id),
    ]);
    await Promise.all(calls.flat());
    expect(starts).toHaveLength(13);
    expect(worstExcess(starts, requestsPerMinute)).toBeLessThanOrEqual(0.05);
  });

  test("an emergency of one replica takes one of the next two slots while another has 2,000 bulk calls waiting", async () => {
    // Slots so far apart that a busy machine gives the emergency to its process long before the next.
    const [busy, other] = await start(2, 240);
    if (!busy || !other) throw new Error("two were started");
    await other.fill("interactive", 1, userId);
    void busy.fill("bulk", 2000, userId);
    for (let round = 0; round < 5; round += 1) {
      await busy.until((message) => message.kind === "start");
      const seen = busy.starts.length;
      await other.fill("emergency", 1, userId);
      const startedMs = other.starts.at(-1)?.atMs ?? 0;
      const before = busy.starts.slice(seen).filter(({ atMs }) => atMs < startedMs);
      expect(before.length).toBeLessThanOrEqual(1);
    }
  });
});
