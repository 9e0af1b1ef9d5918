import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { atMost, type Metric, median } from "../metric.ts";
import { startRedisServer } from "./redis-server.ts";
import { type Replica, startReplica } from "./replica.ts";
import { mostInAMinute } from "./request-start-times.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const requestsPerMinute = 300;
const latencyMs = 150;

/** Mixed load of replicas that are killed and replaced, while Redis is emptied and stopped for 30 s. */
export async function measureMixed(replicaCount: number, minutes: number): Promise<Metric[]> {
  await using simulator = await startSimulatorProcess({ requestsPerMinute, slidingWindow: true });
  await simulator.addFault({ kind: "latency", ms: latencyMs, on: "**" });
  await using redis = await startRedisServer();
  const { url, clientId, clientSecret, userId } = simulator;
  const settings = {
    url,
    clientId,
    clientSecret,
    requestsPerMinute,
    redisUrl: redis.url,
    share: 1 / replicaCount,
  };
  await using opened = new AsyncDisposableStack();
  const open = async () => {
    const replica = opened.use(await startReplica(settings));
    replica.fill("bulk", 2 * minutes * requestsPerMinute, userId).catch(() => undefined);
    return replica;
  };
  const replicas: (Replica | undefined)[] = await Promise.all(Array.from({ length: replicaCount }, open));
  const replace = async (index: number, end: (replica: Replica) => PromiseLike<void>) => {
    const [replica] = replicas.splice(index, 1, undefined);
    if (replica) await end(replica);
    replicas[index] = await open();
  };

  const over = new AbortController();
  const emergenciesMs: number[] = [];
  const ask = async (lane: "interactive" | "emergency", everyMs: number) => {
    for (let n = 0; !over.signal.aborted; n += 1) {
      const askedMs = performance.now();
      const asked = replicas[n % replicaCount]?.fill(lane, 1, userId);
      // A call of a replica that ends meanwhile is lost with it.
      await asked?.then(
        () => lane === "emergency" && emergenciesMs.push(performance.now() - askedMs),
        () => undefined,
      );
      await delay(everyMs);
    }
  };
  const asking = Promise.all([ask("interactive", 1000), ask("emergency", 5000)]);

  const partMs = (minutes * 60_000 - 40_000) / 5;
  await delay(partMs);
  await replace(0, (replica) => replica.kill9());
  await delay(partMs);
  for (const index of replicas.keys()) await replace(index, (replica) => replica[Symbol.asyncDispose]());
  await delay(partMs);
  const admin = new Redis(redis.url);
  await admin.flushall();
  admin.disconnect();
  await delay(partMs);
  await redis.stop();
  await delay(30_000);
  await redis.start();
  await delay(partMs);
  over.abort();
  await asking;

  const arrivals = await simulator.arrivals();
  const worst = Math.max(...emergenciesMs);
  const what = `${replicaCount} replicas, ${minutes} min of mixed load, kill -9, rolling restart, Redis emptied and away`;
  return [
    atMost(
      requestsPerMinute,
      `Arrivals in the worst 60 s: ${what}`,
      mostInAMinute(arrivals),
      `of ${arrivals.length} arrivals, token requests included`,
    ),
    atMost(0, "  answers 429 of a server with a sliding window", await simulator.countRefused(), "its count"),
    atMost(
      10_000,
      "  slowest emergency, in ms",
      worst,
      `of ${emergenciesMs.length}, median ${median(emergenciesMs).toFixed()} ms; nothing starts for 3 s without Redis, nor after a rolling restart`,
    ),
  ];
}
