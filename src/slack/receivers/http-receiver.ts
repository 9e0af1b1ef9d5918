import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { parse as parseForm } from "node:querystring";
import { type App, isValidSlackRequest, type Receiver, type ReceiverEvent } from "@slack/bolt";
import { type Clock, OVER } from "../../kernel/clock.ts";
import { MalformedDeliveryError, UnsignedRequestError } from "./delivery-errors.ts";

/** The path of Slack's requests. The manifest for HTTP names it. */
export const SLACK_PATH = "/slack/events";

/** The most by which Slack's timestamp may be ahead of the clock. It may be five minutes old. */
const MAX_AHEAD_MS = 60_000;

/** The largest body of a request, in bytes. */
const LARGEST_BODY = 4 * 1_024 * 1_024;

/** The largest unsigned body that is parsed, in bytes. To parse the largest body takes up to 0.5 s. */
const LARGEST_UNSIGNED = 4_096;

/** The longest time from the start of a request to its ack. Slack waits 3 s. */
const ACK_MS = 3_000;

/**
 * Receives Slack's requests over HTTP. It answers in Bolt's place:
 * - 404 another path or method
 * - 401 a request without Slack's signature, or with a timestamp that is too far from the clock
 * - 413 a body that is too large, and 408 one that does not arrive
 * - 400 a signed body that is no object
 * - 200 Slack's two checks of the address, `ssl_check` (which Slack does not sign) and `url_verification`
 * - 503 a delivery that no listener acks in time; its listener goes on
 *
 * Bolt gets the other bodies.
 */
export function createHttpReceiver(options: {
  signingSecret: string;
  clock: Clock;
  log: (what: string, error: unknown) => void;
}): { readonly receiver: Receiver; readonly requestListener: RequestListener } {
  const { signingSecret, clock, log } = options;
  let app: App | null = null;

  const isSigned = ({ headers }: IncomingMessage, body: Buffer): boolean => {
    const timestampSeconds = Number(headers["x-slack-request-timestamp"] ?? Number.NaN);
    // Bolt refuses old timestamps only, by the machine's clock.
    if (!(timestampSeconds * 1_000 <= clock.now().getTime() + MAX_AHEAD_MS)) return false;
    return isValidSlackRequest({
      ...{ signingSecret, body: body.toString() },
      headers: {
        "x-slack-signature": String(headers["x-slack-signature"] ?? ""),
        "x-slack-request-timestamp": timestampSeconds,
      },
    });
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== "POST" || pathOf(request) !== SLACK_PATH) return refuse(response, 404);
    const deadline = new AbortController();
    const isLate = clock.sleep(ACK_MS, deadline.signal).then(
      () => true,
      () => false,
    );
    response.on("close", () => deadline.abort(OVER));
    const body = await readBody(request, isLate);
    if (body === "gone") return;
    if (typeof body === "number") return refuse(response, body);
    if (!isSigned(request, body)) {
      // Nothing else is read of an unsigned body.
      if (body.length <= LARGEST_UNSIGNED && parseBody(request, body)?.ssl_check === "1")
        return accept(response);
      log("A request to the path of Slack's requests was refused.", new UnsignedRequestError());
      return refuse(response, 401);
    }
    const read = parseBody(request, body);
    if (!read) return refuse(response, 400);
    if (read.ssl_check === "1") return accept(response);
    if (read.type === "url_verification") return accept(response, { challenge: read.challenge });
    void isLate.then((late) => {
      if (!late || response.headersSent) return;
      log("A delivery of Slack's was not acked in time.", new Error(`No ack within ${ACK_MS} ms.`));
      refuse(response, 503);
    });
    await app?.processEvent({ body: read, ack: async (answer) => accept(response, answer) });
  };

  return {
    receiver: {
      init(bolt) {
        app = bolt;
      },
      // The server belongs to the caller.
      start: async () => {},
      stop: async () => {},
    },

    requestListener: (request, response) => {
      take(request, response).catch((error: unknown) => {
        log("A delivery of Slack's was refused.", error);
        if (!response.headersSent) refuse(response, error instanceof MalformedDeliveryError ? 400 : 500);
      });
    },
  };
}

/** The fields of a body, or those of a form's `payload`; `null` if it is no object with at least one field. */
function parseBody({ headers }: IncomingMessage, body: Buffer): ReceiverEvent["body"] | null {
  const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(headers["content-type"] ?? "");
  try {
    const form = isForm ? parseForm(body.toString()) : null;
    const json = form ? form.payload : body.toString();
    const read: unknown = typeof json === "string" ? JSON.parse(json) : form;
    return isRecord(read) && Object.keys(read).length > 0 ? read : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path without the query; `null` if the URL can't be parsed. */
function pathOf({ url = "" }: IncomingMessage): string | null {
  return URL.parse(url, "http://localhost")?.pathname ?? null;
}

function refuse(response: ServerResponse, status: number): void {
  // Without this header, bytes of the body that arrive later would be read as the next request.
  response.writeHead(status, { connection: "close" }).end();
}

/** Answers 200, unless the request has its answer already. */
function accept(response: ServerResponse, answer?: unknown): void {
  if (response.headersSent) return;
  if (!answer) response.writeHead(200).end();
  else if (typeof answer === "string") response.writeHead(200).end(answer);
  else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

type ReadBody = Buffer | 408 | 413 | "gone";

/** The whole body, the status of a refusal, or `gone` if the sender has closed the connection. */
async function readBody(request: IncomingMessage, isLate: Promise<boolean>): Promise<ReadBody> {
  if (Number(request.headers["content-length"]) > LARGEST_BODY) return 413;
  const { promise, resolve } = Promise.withResolvers<ReadBody>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > LARGEST_BODY) resolve(413);
    else chunks.push(chunk);
  });
  request.on("end", () => resolve(Buffer.concat(chunks)));
  request.on("error", () => resolve("gone"));
  request.on("close", () => resolve("gone"));
  void isLate.then((late) => late && resolve(408));
  const body = await promise;
  // Reads and drops the rest: unread bytes would reset the connection before the sender has the answer.
  if (typeof body === "number") request.removeAllListeners("data").resume();
  return body;
}
