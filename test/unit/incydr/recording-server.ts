import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  createIncydrClient,
  type IncydrClient,
  type IncydrClientOptions,
} from "../../../src/incydr/index.ts";
import { guardClient } from "../../support/leak-guard.ts";

/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** The server answers a request, or leaves it without an answer. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly text?: string | Buffer;
    }
  | "drop"
  | "hang";

/** Answers a request; `nth` counts the requests from 1, without requests for tokens. */
export type Responder = (request: RecordedRequest, nth: number) => Reply | Promise<Reply>;

/** A server that records its requests. It grants tokens by itself: `incydr-token-1`, `incydr-token-2`, … */
export interface RecordingServer extends AsyncDisposable {
  readonly url: string;
  /** All requests except requests for tokens. */
  readonly requests: RecordedRequest[];
  readonly tokenRequests: RecordedRequest[];
  /** `GET /v1/users/1`, one line for each of `requests`. */
  lines(): string[];
  respond(responder: Responder): void;
  respondToTokens(responder: Responder): void;
}

/** Starts a server on a free port of 127.0.0.1, which answers with `responder`. */
export async function startRecordingServer(
  responder: Responder = () => ({ json: {} }),
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const tokenRequests: RecordedRequest[] = [];
  let respond = responder;
  let respondToTokens: Responder = (_request, nth) => ({
    json: { access_token: `incydr-token-${nth}`, token_type: "bearer", expires_in: 900 },
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url: target = "", headers } = incoming;
    const request = { method, target, headers, body: await text(incoming) };
    const isForToken = target.startsWith("/v1/oauth");
    const log = isForToken ? tokenRequests : requests;
    log.push(request);
    const reply = await (isForToken ? respondToTokens : respond)(request, log.length);
    if (reply === "drop") return void incoming.socket.destroy();
    if (reply === "hang") return;
    const body = reply.text ?? (reply.json === undefined ? "" : JSON.stringify(reply.json));
    outgoing.writeHead(reply.status ?? 200, reply.headers).end(body);
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    tokenRequests,
    lines: () => requests.map(({ method, target }) => `${method} ${target}`),
    respond: (next) => {
      respond = next;
    },
    respondToTokens: (next) => {
      respondToTokens = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The secret of every client of these tests. */
export const testSecret = "hush-hush-secret";

/** A client of `url` with these options; default: without a rate limit. */
export function openClient(url: string, options: Partial<IncydrClientOptions> = {}): IncydrClient {
  return guardClient(
    createIncydrClient({
      url,
      clientId: "key-test",
      clientSecret: testSecret,
      requestsPerMinute: Number.POSITIVE_INFINITY,
      random: () => 0,
      ...options,
    }),
  );
}
