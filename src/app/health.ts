import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a supervisor asks whether the service is well. */
export const HEALTH_PATH = "/healthz";

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

/** A server for the health check alone, where Slack doesn't reach the bot over HTTP. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  handler: ReturnType<typeof createHealthHandler>;
}): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === HEALTH_PATH) void options.handler(request, response);
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
