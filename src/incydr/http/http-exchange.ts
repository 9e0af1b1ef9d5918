import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import axios from "axios";
import { type Clock, OVER } from "../../kernel/clock.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Opens a new connection: the server may just be closing a kept one, which leaves a write in doubt. */
  readonly freshConnection: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** The value of a header, by its lower-case name. */
  header(name: string): string | null;
  readonly body: string;
}

/** No usable answer; `sent` is `no` only if no connection was ever open. */
export interface HttpLoss {
  readonly kind: "lost";
  readonly sent: "no" | "unknown";
  readonly reason: "network" | "timed_out" | "aborted" | "too_large";
  /** The fault, without headers or bodies, for instance `ECONNREFUSED`. */
  readonly detail: string;
}

/** Sends single requests; never throws for a fault of the network. */
export type HttpExchange = ReturnType<typeof createHttpExchange>;

// The most bytes of an unpacked answer. A page of 500 agents has about 500 KB, an answer of ten thousand organizations
// about 6 MB. `json-body.ts` limits the memory of the parsed answer.
const maxAnswerBytes = 8 * 1024 * 1024;
// More connections than any rate of this API needs at once. Otherwise requests would wait in the agent, unseen by the
// limiter.
const maxSockets = 512;

/** HTTP through axios: no redirects, no proxy, answers as text, connections kept for reads. */
export function createHttpExchange({ clock }: { readonly clock: Clock }) {
  const kept = { keepAlive: true, maxSockets, maxFreeSockets: 16, timeout: 0 };
  const agents = {
    kept: { httpAgent: new http.Agent(kept), httpsAgent: new https.Agent(kept) },
    fresh: { httpAgent: new http.Agent({ maxSockets }), httpsAgent: new https.Agent({ maxSockets }) },
  };

  async function send(request: HttpRequest): Promise<HttpAnswer | HttpLoss> {
    const attempt = new AbortController();
    const timer = new AbortController();
    let ended: "timed_out" | "aborted" | undefined;
    const end = (reason: "timed_out" | "aborted") => {
      ended ??= reason;
      attempt.abort();
    };
    const onAbort = () => end("aborted");
    request.signal.addEventListener("abort", onAbort, { once: true });
    if (request.signal.aborted) onAbort();
    clock.sleep(request.timeoutMs, timer.signal).then(
      () => end("timed_out"),
      () => undefined,
    );
    const connection = watchConnection(request.url);
    try {
      const answer = await axios.request<string>({
        ...agents[request.freshConnection ? "fresh" : "kept"],
        method: request.method,
        url: request.url,
        // If there is no body, false keeps axios from sending a content type.
        headers: { "Content-Type": false, ...request.headers },
        data: request.body,
        signal: attempt.signal,
        // This transport follows no redirects: only axios' own transport does.
        transport: connection.transport,
        proxy: false,
        maxContentLength: maxAnswerBytes,
        responseType: "text",
        transformRequest: (body) => body,
        transformResponse: (body) => body,
        validateStatus: () => true,
      });
      const headers = answer.headers;
      return {
        kind: "answer",
        status: answer.status,
        header: (name) => (typeof headers[name] === "string" ? headers[name] : null),
        body: typeof answer.data === "string" ? answer.data : "",
      };
    } catch (thrown) {
      return {
        kind: "lost",
        sent: connection.wasOpen() ? "unknown" : "no",
        reason: ended ?? (isTooLarge(thrown) ? "too_large" : "network"),
        detail: describe(thrown, ended),
      };
    } finally {
      timer.abort(OVER);
      request.signal.removeEventListener("abort", onAbort);
    }
  }

  return {
    send,
    close: () => {
      for (const { httpAgent, httpsAgent } of Object.values(agents)) {
        httpAgent.destroy();
        httpsAgent.destroy();
      }
    },
  };
}

/** Notes whether a request ever had an open connection: without one it was provably not sent. */
function watchConnection(url: string) {
  const secure = url.startsWith("https:");
  let open = false;
  const watch = (socket: Socket) => {
    if (!socket.connecting) open = true;
    else
      socket.once(secure ? "secureConnect" : "connect", () => {
        open = true;
      });
  };
  const transport = {
    request: (options: https.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) =>
      (secure ? https : http).request(options, onAnswer).once("socket", watch),
  };
  return { transport, wasOpen: () => open };
}

function isTooLarge(thrown: unknown): boolean {
  return axios.isAxiosError(thrown) && thrown.message.startsWith("maxContentLength");
}

// An AxiosError contains the request with its headers. Only its code or the beginning of its message leaves this file.
function describe(thrown: unknown, ended: string | undefined): string {
  if (ended) return ended;
  if (!axios.isAxiosError(thrown)) return "the request could not be made";
  return thrown.code && thrown.code !== "ERR_BAD_RESPONSE" ? thrown.code : thrown.message.slice(0, 100);
}
