import { setTimeout as delay } from "node:timers/promises";
import { atLeast, atMost, type Metric } from "../metric.ts";
import { startRedisServer } from "./redis-server.ts";
import { startReplica } from "./replica.ts";
import { monotonicMs, worstExcess } from "./request-start-times.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

const requestsPerMinute = 600;
const latencyMs = 500;
const windowMs = 60_000;

/** Measures how much of the rate limit one process, or several over Redis, use while calls always wait. */
export async function measureRate(replicaCount: number): Promise<Metric[]> {
  // Two at once, because the latency of requests varies a little.
  await using simulator = await startSimulatorProcess({ requestsPerMinute, burst: 2 });
  await simulator.addFault({ kind: "latency", ms: latencyMs, on: "**" });
  await using redis = replicaCount > 1 ? await startRedisServer() : null;
  await using opened = new AsyncDisposableStack();
  const { url, clientId, clientSecret, userId } = simulator;
  const access = { url, clientId, clientSecret, requestsPerMinute };
  const settings = redis ? { ...access, redisUrl: redis.url, share: 1 / replicaCount } : access;
  const replicas = await Promise.all(Array.from({ length: replicaCount }, () => startReplica(settings)));
  for (const replica of replicas) opened.use(replica);
  if (redis) await Promise.all(replicas.map((replica) => replica.untilSharing("together")));

  // A client without a token can send no other request.
  await Promise.all(replicas.map((replica) => replica.fill("interactive", 1, userId)));
  const filledMs = monotonicMs();
  for (const replica of replicas) replica.fill("bulk", 2 * requestsPerMinute, userId).catch(() => undefined);
  await delay(windowMs + 2000);
  const starts = replicas.flatMap((replica) => replica.starts.map(({ atMs }) => atMs));
  const fromMs = Math.min(...starts.filter((atMs) => atMs > filledMs));
  const inWindow = starts.filter((atMs) => atMs >= fromMs && atMs <= fromMs + windowMs);
  const allowed = 1 + (requestsPerMinute * windowMs) / 60_000;
  const refused = await simulator.countRefused();
  const who = replicaCount === 1 ? "1 process" : `${replicaCount} processes over Redis`;
  const what = `${requestsPerMinute} a minute, ${latencyMs} ms latency, ${windowMs / 1000} s, ${who}`;
  return [
    atLeast(
      0.97,
      `Rate at ${what}: achieved / allowed`,
      inWindow.length / allowed,
      `requests started in ${windowMs / 1000} s / (1 + rate × t) = ${inWindow.length} / ${allowed}`,
    ),
    atMost(0, "  answers 429 of a server with the same limit", refused, `its limiter refused ${refused}`),
    atMost(
      0.05,
      "  starts beyond 1 + rate × t in the worst window",
      worstExcess(starts, requestsPerMinute),
      `largest (starts − 1) − rate × t over all windows of ${starts.length} starts`,
    ),
  ];
}
