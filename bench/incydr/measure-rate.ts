import { setTimeout as delay } from "node:timers/promises";
import { atLeast, atMost, type Metric } from "../metric.ts";
import { startRedisServer } from "./redis-server.ts";
import { startReplica } from "./replica.ts";
import { mostInAMinute, refillOf } from "./request-start-times.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const requestsPerMinute = 600;
const burst = 30;
const latencyMs = 500;
const busyMs = 40;

/** How much of the refill bulk calls reach, by one process or by several over Redis, with busy event loops. */
export async function measureRate(replicaCount: number, minutes: number): Promise<Metric[]> {
  await using simulator = await startSimulatorProcess({ requestsPerMinute, slidingWindow: true });
  await simulator.addFault({ kind: "latency", ms: latencyMs, on: "**" });
  await using redis = replicaCount > 1 ? await startRedisServer() : null;
  await using opened = new AsyncDisposableStack();
  const { url, clientId, clientSecret, userId } = simulator;
  const access = { url, clientId, clientSecret, requestsPerMinute, burst, busyMs };
  const settings = redis ? { ...access, redisUrl: redis.url, share: 1 / replicaCount } : access;
  const replicas = await Promise.all(Array.from({ length: replicaCount }, () => startReplica(settings)));
  for (const replica of replicas) opened.use(replica);
  if (redis) await Promise.all(replicas.map((replica) => replica.untilSharing("together")));

  // A client without a token can send no other request.
  await Promise.all(replicas.map((replica) => replica.fill("interactive", 1, userId)));
  for (const replica of replicas) {
    replica.fill("bulk", (minutes + 1) * requestsPerMinute, userId).catch(() => undefined);
  }
  // Bulk calls get tokens once the reserve is full. Then the emergency has one at once.
  await replicas[0]?.until((message) => message.kind === "start");
  await delay(minutes * 60_000 + 5000);
  const askedMs = performance.now();
  await replicas[0]?.fill("emergency", 1, userId);
  const tookMs = performance.now() - askedMs;
  const arrivals = await simulator.arrivals();
  const toMs = Math.max(...arrivals) - 2000;
  const fromMs = toMs - minutes * 60_000;
  const inWindow = arrivals.filter((atMs) => atMs > fromMs && atMs <= toMs);
  const refill = minutes * refillOf({ requestsPerMinute, burst });
  const who = replicaCount === 1 ? "1 process" : `${replicaCount} processes over Redis`;
  const busy = `event loops busy for ${busyMs} ms four times a second`;
  return [
    atLeast(
      0.97,
      `Bulk at ${requestsPerMinute} a minute, ${latencyMs} ms latency, ${minutes} min, ${who}, ${busy}: achieved / refill`,
      inWindow.length / refill,
      `arrivals in ${minutes} min / (0.99 × (limit − burst) × t) = ${inWindow.length} / ${refill.toFixed(1)}`,
    ),
    atMost(
      requestsPerMinute,
      "  arrivals in the worst 60 s",
      mostInAMinute(arrivals),
      `of ${arrivals.length}`,
    ),
    atMost(0, "  answers 429 of a server with a sliding window", await simulator.countRefused(), "its count"),
    atMost(
      latencyMs + 500,
      "  an emergency then, which the reserve serves at once, in ms",
      tookMs,
      `from call to answer, ${latencyMs} ms of latency included`,
    ),
  ];
}
