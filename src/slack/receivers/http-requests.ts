import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { defaultBodyLimit, HTTPModuleFunctions, isValidSlackRequest } from "@slack/bolt";
import { type Clock, OVER } from "../../kernel/clock.ts";

/** The path of Slack's requests. The manifest for HTTP names it. */
export const SLACK_PATH = "/slack/events";

/** The most by which Slack's timestamp may be ahead of the clock. Bolt refuses old timestamps only. */
const MAX_AHEAD_MS = 60_000;

/** The longest time in which a request has to arrive. Slack waits 3 s for the answer. */
const ARRIVAL_MS = 3_000;

/**
 * Makes the listener for the requests of Slack's path. It answers the requests that Bolt never answers:
 * - 401 if the timestamp is in the future
 * - 400 if a signed body is no object
 * - 413 if the body is too large, and 408 if it doesn't arrive
 *
 * Bolt gets the other requests, and checks their signature.
 * @param options.receive Bolt's listener
 */
export function createSlackRequestListener(options: {
  receive: RequestListener;
  signingSecret: string;
  clock: Clock;
  log: (what: string, error: unknown) => void;
}): RequestListener {
  const { receive, signingSecret, clock, log } = options;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || pathOf(request) !== SLACK_PATH) return answer(response, 404);
    const timestampSeconds = Number(request.headers["x-slack-request-timestamp"]);
    if (timestampSeconds * 1_000 > clock.now().getTime() + MAX_AHEAD_MS) return answer(response, 401);
    const body = await readBody(request, clock);
    if (body === "gone") return;
    if (typeof body === "number") return answer(response, body);
    // Bolt uses `rawBody` if a request has one, and does not read the stream.
    const buffered = Object.assign(request, { rawBody: body });
    const isSigned = () =>
      isValidSlackRequest({
        signingSecret,
        body: body.toString(),
        headers: {
          "x-slack-signature": String(request.headers["x-slack-signature"] ?? ""),
          "x-slack-request-timestamp": timestampSeconds,
        },
      });
    if (!isObject(buffered) && isSigned()) return answer(response, 400);
    receive(request, response);
  };

  return (request, response) => {
    take(request, response).catch((error: unknown) => {
      log("A request of Slack's could not be handled.", error);
      if (!response.headersSent) answer(response, 500);
    });
  };
}

/** Whether Bolt reads an object with at least one field from the body. It never answers another body. */
function isObject(request: IncomingMessage & { rawBody: Buffer }): boolean {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request);
    return typeof body === "object" && body !== null && !Array.isArray(body) && Object.keys(body).length > 0;
  } catch {
    return false;
  }
}

/** The path without the query; `null` if the URL can't be parsed. */
function pathOf({ url = "" }: IncomingMessage): string | null {
  return URL.parse(url, "http://localhost")?.pathname ?? null;
}

function answer(response: ServerResponse, status: number): void {
  // Without this header, bytes of the body that arrive later would be read as the next request.
  response.writeHead(status, { connection: "close" }).end();
}

/** The whole body, the status of a refusal, or `gone` if the sender has closed the connection. */
async function readBody(request: IncomingMessage, clock: Clock): Promise<Buffer | 408 | 413 | "gone"> {
  if (Number(request.headers["content-length"]) > defaultBodyLimit) return 413;
  const { promise, resolve } = Promise.withResolvers<Buffer | 408 | 413 | "gone">();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > defaultBodyLimit) resolve(413);
    else chunks.push(chunk);
  });
  request.on("end", () => resolve(Buffer.concat(chunks)));
  request.on("error", () => resolve("gone"));
  request.on("close", () => resolve("gone"));
  const arrived = new AbortController();
  clock.sleep(ARRIVAL_MS, arrived.signal).then(
    () => resolve(408),
    () => {},
  );
  const body = await promise;
  arrived.abort(OVER);
  // Reads and drops the rest: unread bytes would reset the connection before the sender has the answer.
  if (typeof body === "number") request.removeAllListeners("data").resume();
  return body;
}
