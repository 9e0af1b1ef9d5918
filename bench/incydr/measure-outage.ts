import { setTimeout as delay } from "node:timers/promises";
import { startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import { atMost, type Metric } from "../metric.ts";
import { faults } from "./faults.ts";
import { summaryOf } from "./measure-faults.ts";
import { startRedisServer } from "./redis-server.ts";
import { startReplica } from "./replica.ts";
import { mostInAMinute, worstExcess } from "./request-start-times.ts";
import { stateOf, subjectsOf } from "./subjects.ts";
import { faultOf } from "./workload.ts";

const callCount = 1000;
const replicaCount = 3;
const requestsPerMinute = 1200;
const burst = 30;
const outageMs = 30_000;
const deadlineMs = 600_000;

/**
 * Makes a thousand mixed calls with three replicas under all faults. Redis is down for 30 s meanwhile, and returns
 * empty.
 */
export async function measureOutage(): Promise<Metric[]> {
  await using redis = await startRedisServer();
  await using simulator = await startIncydrSimulator({
    requestsPerMinute,
    slidingWindow: true,
    userCount: callCount + 50,
  });
  const { url, clientId, clientSecret } = simulator;
  await using opened = new AsyncDisposableStack();
  const settings = {
    ...{ url, clientId, clientSecret, requestsPerMinute, burst },
    ...{ redisUrl: redis.url, share: 1 / replicaCount, timeoutMs: 1000 },
  };
  const replicas = await Promise.all(Array.from({ length: replicaCount }, () => startReplica(settings)));
  for (const replica of replicas) opened.use(replica);
  const all = async (sharing: "together" | "cut_off") => {
    await Promise.all(replicas.map((replica) => replica.untilSharing(sharing)));
  };
  await all("together");
  const subjects = subjectsOf(simulator, callCount);
  for (const fault of faults) {
    // Each 429 pauses all replicas for a second.
    simulator.control.addFault(fault.kind === "too_many_requests" ? { ...fault, every: 100 } : fault);
  }

  const calling = replicas.map((replica, index) => {
    const calls = subjects.flatMap((subject, n) => (n % replicaCount === index ? [{ n, subject }] : []));
    return replica.makeCalls(calls, deadlineMs);
  });
  await delay(10_000);
  await redis.stop();
  await all("cut_off");
  await delay(outageMs);
  await redis.start();
  await all("together");
  await delay(5000);
  await redis.stop();
  await redis.start();
  await Promise.all(calling);

  const reports = replicas.flatMap((replica) => replica.reports);
  const problems = reports.flatMap((report) => {
    const subject = subjects[report.n];
    return (subject && faultOf(report, subject, stateOf(simulator, subject))) ?? [];
  });
  const starts = replicas.flatMap((replica) => replica.starts.map(({ atMs }) => atMs));
  const { refused } = simulator.control.rateLimit;
  return [
    atMost(
      0,
      `Calls lost or ended wrongly, Redis away for ${outageMs / 1000} s and restarted empty, all faults on`,
      problems.length + callCount - reports.length,
      [summaryOf(reports), ...problems.slice(0, 3)].join("; "),
    ),
    atMost(
      0,
      "  requests that a server with the same limit refused",
      refused,
      `of ${starts.length} requests`,
    ),
    atMost(
      0,
      "  starts beyond burst + refill × t in the worst window",
      Math.max(0, worstExcess(starts, { requestsPerMinute, burst })),
      `largest starts − burst − refill × (t + 200 ms) over all windows of ${starts.length} starts, burst ${burst}`,
    ),
    atMost(
      requestsPerMinute,
      "  starts in the worst 60 s",
      mostInAMinute(starts),
      `of all windows of 60 s of ${starts.length} starts`,
    ),
  ];
}
