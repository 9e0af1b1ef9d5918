import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Metric, median } from "../metric.ts";
import { startRedisServer } from "./redis-server.ts";
import { type Replica, startReplica } from "./replica.ts";
import { monotonicMs } from "./request-start-times.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const requestsPerMinute = 600;
const waitingCalls = 10_000;
const rounds = 15;

/** How many requests start before an emergency while bulk calls are queued in its own process, or in another one. */
export async function measureEmergency(): Promise<Metric[]> {
  await using simulator = await startSimulatorProcess({ requestsPerMinute: null });
  const { url, clientId, clientSecret, userId } = simulator;
  const access = { url, clientId, clientSecret, requestsPerMinute, reserve: 0 };

  const measure = async (
    where: string,
    replicas: number,
    busy: Replica,
    asking: Replica,
  ): Promise<Metric> => {
    await asking.fill("interactive", 1, userId);
    busy.fill("bulk", waitingCalls, userId).catch(() => undefined);
    await busy.until((message) => message.kind === "start");
    const waits: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // At another point between two tokens each time.
      await delay(300 + (round * 100) / rounds);
      const askedMs = monotonicMs();
      await asking.fill("emergency", 1, userId);
      const startedMs = asking.starts.findLast(({ lane }) => lane === "emergency")?.atMs ?? 0;
      const all = new Set([busy, asking].flatMap(({ starts }) => starts));
      waits.push([...all].filter(({ atMs }) => atMs > askedMs && atMs <= startedMs).length);
    }
    return atMost(
      1 + replicas,
      `Emergency with ${waitingCalls} bulk calls queued in ${where}, without a reserve: starts until its own`,
      Math.max(...waits),
      `most of ${rounds} rounds, its own start included; median ${median(waits)}`,
    );
  };

  const metrics: Metric[] = [];
  {
    await using single = await startReplica(access);
    metrics.push(await measure("the same process", 1, single, single));
  }
  await using redis = await startRedisServer();
  const shared = { ...access, redisUrl: redis.url, share: 1 / 2 };
  await using busy = await startReplica(shared);
  await using asking = await startReplica(shared);
  await Promise.all([busy, asking].map((replica) => replica.untilSharing("together")));
  metrics.push(await measure("another process", 2, busy, asking));
  return metrics;
}
