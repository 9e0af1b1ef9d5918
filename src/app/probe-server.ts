import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "../observability/index.ts";
import { SLACK_PATH } from "../slack/index.ts";
import type { Readiness, ReadinessScope } from "./readiness.ts";

export interface ListeningServer extends AsyncDisposable {
  readonly port: number;
}

const LIVENESS_PATH = "/healthz";
const READINESS_PATH = "/readyz";
const METRICS_PATH = "/metrics";

/** The time limit for open connections when a server stops. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Serves `/healthz`, `/readyz` and `/metrics`. No answer holds a name, an address, a text of a request or a token.
 * @throws EADDRINUSE and the like if the port can't be opened
 */
export function startOpsServer(options: {
  host: string;
  port: number;
  readiness: (scope: ReadinessScope) => Readiness;
  metrics: Pick<Metrics, "contentType" | "text">;
}): Promise<ListeningServer> {
  const { readiness, metrics } = options;
  return listen(options, (request, response) => {
    const { pathname, searchParams } = urlOf(request);
    if (pathname === LIVENESS_PATH) answerAlive(response);
    else if (pathname === READINESS_PATH) {
      answerReadiness(readiness(searchParams.get("scope") === "traffic" ? "traffic" : "all"), response);
    } else if (pathname === METRICS_PATH) void answerMetrics(metrics, response);
    else response.writeHead(404).end();
  });
}

/**
 * Serves the port that Slack reaches: a bare `/healthz`, and in HTTP mode Slack's requests. Slack's path answers 503
 * while the service starts and stops, and 404 in Socket Mode.
 */
export async function startHttpServer(options: {
  host: string;
  port: number;
  mode: "socket" | "http";
}): Promise<ListeningServer & { serveSlack(listener: RequestListener | null): void }> {
  let slackListener: RequestListener | null = null;
  const server = await listen(options, (request, response) => {
    const { pathname } = urlOf(request);
    if (pathname === LIVENESS_PATH) answerAlive(response);
    else if (options.mode === "socket" || pathname !== SLACK_PATH) response.writeHead(404).end();
    else if (slackListener) slackListener(request, response);
    else response.writeHead(503, { "retry-after": "5" }).end();
  });
  return {
    ...server,
    serveSlack(listener) {
      slackListener = listener;
    },
  };
}

async function listen(
  { host, port }: { host: string; port: number },
  listener: RequestListener,
): Promise<ListeningServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    // Stays after the start, since an error without a listener would end the process.
    server.on("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port: bound,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** A request's URL; the root if it can't be parsed. */
function urlOf({ url = "/" }: IncomingMessage): URL {
  return URL.parse(url, "http://localhost") ?? new URL("http://localhost/");
}

function answerAlive(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
}

function answerReadiness(readiness: Readiness, response: ServerResponse): void {
  response
    .writeHead(readiness.ready ? 200 : 503, { "content-type": "application/json" })
    .end(`${JSON.stringify(readiness, null, 2)}\n`);
}

async function answerMetrics(
  { contentType, text }: Pick<Metrics, "contentType" | "text">,
  response: ServerResponse,
): Promise<void> {
  const metrics = await text().catch(() => null);
  if (metrics === null) response.writeHead(500).end();
  else response.writeHead(200, { "content-type": contentType }).end(metrics);
}
