import { expect, it } from "vitest";
import { createIncydrHooks } from "../../../src/app/observers.ts";
import { startHttpServer, startOpsServer } from "../../../src/app/probe-server.ts";
import { type Readiness, readinessOf } from "../../../src/app/readiness.ts";
import { createHealth, createLogger, createMetrics } from "../../../src/observability/index.ts";

const ANY_PORT = { host: "127.0.0.1", port: 0 };
const SLACK_PATH = "/slack/events";

const logger = createLogger({ level: "silent", secrets: [] });
const health = createHealth({ logger, now: () => new Date(0) });
const unready: Readiness = readinessOf({ health, phase: "starting", mode: "socket", scope: "all" });
const ready: Readiness = { ...unready, ready: true, phase: "running" };

async function get(port: number, path: string, method = "GET"): Promise<[status: number, text: string]> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { connection: "close" } });
  return [answer.status, await answer.text()];
}

it("says that the process lives, on both ports, also if it is not ready", async () => {
  await using ops = await startOpsServer({ ...ANY_PORT, readiness: () => unready, metrics: createMetrics() });
  await using http = await startHttpServer({ ...ANY_PORT, mode: "socket" });
  expect(await get(ops.port, "/healthz")).toEqual([200, "ok\n"]);
  expect(await get(http.port, "/healthz")).toEqual([200, "ok\n"]);
});

it("answers readiness with 200 or 503 and the state of each dependency as JSON", async () => {
  const asked: string[] = [];
  const readiness = (scope: "all" | "traffic") => {
    asked.push(scope);
    return scope === "traffic" ? ready : unready;
  };
  await using ops = await startOpsServer({ ...ANY_PORT, readiness, metrics: createMetrics() });
  const [status, text] = await get(ops.port, "/readyz");
  expect(status).toBe(503);
  expect(JSON.parse(text)).toMatchObject({
    ready: false,
    phase: "starting",
    dependencies: { database: { state: "unknown", since: "1970-01-01T00:00:00.000Z", lastError: null } },
  });
  expect((await get(ops.port, "/readyz?scope=traffic"))[0]).toBe(200);
  expect(asked).toEqual(["all", "traffic"]);
});

it("shows neither readiness nor metrics on the port that Slack reaches", async () => {
  for (const mode of ["socket", "http"] as const) {
    await using http = await startHttpServer({ ...ANY_PORT, mode });
    for (const path of ["/readyz", "/metrics", "/", "/healthz/x"]) {
      expect(await get(http.port, path)).toEqual([404, ""]);
    }
  }
});

it("answers Slack with 503 until the service has started, and hands requests on afterwards", async () => {
  await using http = await startHttpServer({ ...ANY_PORT, mode: "http" });
  expect((await get(http.port, SLACK_PATH, "POST"))[0]).toBe(503);
  http.serveSlack((_request, response) => void response.writeHead(200).end("handled"));
  expect(await get(http.port, SLACK_PATH, "POST")).toEqual([200, "handled"]);
});

it("has no path for Slack in Socket Mode", async () => {
  await using http = await startHttpServer({ ...ANY_PORT, mode: "socket" });
  http.serveSlack((_request, response) => void response.writeHead(200).end("handled"));
  expect((await get(http.port, SLACK_PATH, "POST"))[0]).toBe(404);
});

it("can't start on a port that is taken", async () => {
  await using first = await startHttpServer({ ...ANY_PORT, mode: "socket" });
  const second = startHttpServer({ ...ANY_PORT, port: first.port, mode: "socket" });
  await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
});

it("shows the metrics of the Incydr client: requests, waiting calls, and the limit", async () => {
  const metrics = createMetrics();
  const { onResponse, onRetry, onWait } = createIncydrHooks({ logger, metrics, onTokenRefused: () => {} });
  const event = { method: "GET", path: "/v1/users/{userId}", lane: "bulk", attempt: 1 } as const;
  onWait?.({ ...event, waitedMs: 1500 });
  onResponse?.({ ...event, status: 503, durationMs: 7 });
  onRetry?.({ ...event, reason: "503", delayMs: 100 });
  onResponse?.({ ...event, status: null, durationMs: 7 });
  metrics.watchQueue(() => ({
    ...{ waiting: { emergency: 1, bulk: 12 }, longestWaitMs: 2500, pausedForMs: 0 },
    ...{ sharing: "cut_off", requestsPerMinute: 100, replicas: 1 },
  }));
  await using server = await startOpsServer({ ...ANY_PORT, readiness: () => ready, metrics });
  const [, text] = await get(server.port, "/metrics");
  expect(text.split("\n")).toEqual(
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
