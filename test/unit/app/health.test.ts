import { expect, it } from "vitest";
import {
  createHealthHandler,
  HEALTH_PATH,
  type HealthCheck,
  startHealthServer,
} from "../../../src/app/health.ts";
import { createIncydrHooks } from "../../../src/app/incydr-hooks.ts";
import { createLogger, createMetrics } from "../../../src/observability/index.ts";

async function ask(isHealthy: HealthCheck, path = HEALTH_PATH): Promise<[number, string]> {
  const handler = createHealthHandler(isHealthy);
  const server = await startHealthServer({ host: "127.0.0.1", port: 0, handler });
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { connection: "close" },
    });
    return [answer.status, await answer.text()];
  } finally {
    await server.stop();
  }
}

it("says ok while the service can work", async () => {
  expect(await ask(async () => true)).toEqual([200, "ok\n"]);
});

it("says unavailable when it can't, and tells nobody why", async () => {
  expect(await ask(async () => false)).toEqual([503, "unavailable\n"]);
  const away: HealthCheck = () => Promise.reject(new Error("password=hunter2"));
  expect(await ask(away)).toEqual([503, "unavailable\n"]);
});

it("answers nothing else", async () => {
  expect(await ask(async () => true, "/slack/events")).toEqual([404, ""]);
});

it("can't start on a port that is taken", async () => {
  const handler = createHealthHandler(async () => true);
  const first = await startHealthServer({ host: "127.0.0.1", port: 0, handler });
  const second = startHealthServer({ host: "127.0.0.1", port: first.port, handler });
  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  await first.stop();
});

it("shows the metrics: what was asked of Incydr, who waits, and how the limit is kept", async () => {
  const metrics = createMetrics();
  const { onResponse, onRetry, onWait } = createIncydrHooks(
    createLogger({ level: "silent", secrets: [] }),
    metrics,
  );
  const event = { method: "GET", path: "/v1/users/{userId}", lane: "bulk", attempt: 1 } as const;
  onWait?.({ ...event, waitedMs: 1500 });
  onResponse?.({ ...event, status: 503, durationMs: 7 });
  onRetry?.({ ...event, reason: "503", delayMs: 100 });
  onResponse?.({ ...event, status: null, durationMs: 7 });
  metrics.watchQueue(() => ({
    ...{ waiting: { emergency: 1, bulk: 12 }, longestWaitMs: 2500, pausedForMs: 0 },
    ...{ sharing: "cut_off", requestsPerMinute: 100, replicas: 1 },
  }));
  const handler = createHealthHandler(async () => true);
  const server = await startHealthServer({ host: "127.0.0.1", port: 0, handler, metrics });
  const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers: { connection: "close" } });
  const lines = (await answer.text()).split("\n");
  await server.stop();
  expect(lines).toEqual(
    expect.arrayContaining([
      'incydr_requests_total{method="GET",path="/v1/users/{userId}",status="503"} 1',
      'incydr_requests_total{method="GET",path="/v1/users/{userId}",status="none"} 1',
      'incydr_retries_total{method="GET",path="/v1/users/{userId}"} 1',
      'incydr_waits_total{lane="bulk"} 1',
      'incydr_waited_seconds_total{lane="bulk"} 1.5',
      'incydr_waiting_calls{lane="emergency"} 1',
      'incydr_waiting_calls{lane="bulk"} 12',
      "incydr_longest_wait_seconds 2.5",
      'incydr_sharing{sharing="cut_off"} 1',
      'incydr_sharing{sharing="together"} 0',
      "incydr_requests_per_minute 100",
    ]),
  );
});
