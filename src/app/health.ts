import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "../observability/index.ts";

/** Where a supervisor asks whether the service is well. */
export const HEALTH_PATH = "/healthz";

/** Where Prometheus asks; not in HTTP mode, in which that port is open to the Internet for Slack. */
const METRICS_PATH = "/metrics";

/** Whether the service can do its work now; throws or resolves to false if not. */
export type HealthCheck = () => Promise<boolean>;

/** Answers 200 and `ok`, or 503 and `unavailable`. */
export function createHealthHandler(isHealthy: HealthCheck) {
  return async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const healthy = await isHealthy().catch(() => false);
    response
      .writeHead(healthy ? 200 : 503, { "content-type": "text/plain" })
      .end(healthy ? "ok\n" : "unavailable\n");
  };
}

/** A server for the health check and, if they are given, for the metrics and for Slack's requests. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  handler: ReturnType<typeof createHealthHandler>;
  metrics?: Pick<Metrics, "contentType" | "text">;
  slack?: { readonly path: string; readonly listener: RequestListener };
}): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === HEALTH_PATH) void options.handler(request, response);
    else if (options.slack && request.url?.split("?")[0] === options.slack.path)
      options.slack.listener(request, response);
    else if (request.url === METRICS_PATH && options.metrics) void answerMetrics(options.metrics, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port,
    stop: () =>
      new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

async function answerMetrics(
  { contentType, text }: Pick<Metrics, "contentType" | "text">,
  response: ServerResponse,
): Promise<void> {
  const metrics = await text().catch(() => null);
  if (metrics === null) response.writeHead(500).end();
  else response.writeHead(200, { "content-type": contentType }).end(metrics);
}
