import { request } from "node:http";
import type { AckOutcome, Envelope, Transport } from "./envelope.ts";
import { signRequest } from "./sign-request.ts";

const FORM = "application/x-www-form-urlencoded";

/** An answer of the app to a plain HTTP request. */
export interface HttpAnswer {
  status: number;
  body: string;
  contentType: string;
}

/** A transport over HTTP, with its bare POST for forged requests. */
export interface HttpDelivery extends Transport {
  /** Posts a body with these headers. Rejects without a listener or without an answer in time. */
  post(body: string, headers: Record<string, string>): Promise<HttpAnswer>;
}

/**
 * Delivers by signed requests to the app's request URL, each on a new connection. Failed events are not retried. A test
 * can repeat one by `SlackSimulator.redeliver`.
 */
export function createHttpDelivery(options: {
  requestUrl: () => string;
  signingSecret: string;
  ackTimeoutMs: number;
}): HttpDelivery {
  const { requestUrl, signingSecret, ackTimeoutMs } = options;
  const postTo = (url: string, body: string, headers: Record<string, string>) =>
    postOnce({ url, body, headers, timeoutMs: ackTimeoutMs });
  return {
    post: async (body, headers) => postTo(requestUrl(), body, headers),
    send: async (envelope, { isRepeat }) => {
      const url = requestUrl();
      const { body, contentType } = encode(envelope);
      const startedAt = performance.now();
      const headers = {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        ...signRequest({ signingSecret, body, timestampSeconds: Math.floor(Date.now() / 1000) }),
        ...(isRepeat && envelope.kind === "events_api"
          ? { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" }
          : {}),
      };
      try {
        return outcomeOf(await postTo(url, body, headers), performance.now() - startedAt);
      } catch (error) {
        const reason = error instanceof AckTimeout ? "timeout" : "unreachable";
        return { acked: false, ackMs: performance.now() - startedAt, reason };
      }
    },
  };
}

class AckTimeout extends Error {}

function encode(envelope: Envelope): { body: string; contentType: string } {
  const { kind, payload } = envelope;
  if (kind === "events_api") return { body: JSON.stringify(payload), contentType: "application/json" };
  const form = new URLSearchParams();
  if (kind === "interactive") form.set("payload", JSON.stringify(payload));
  else for (const [name, value] of Object.entries(payload)) form.set(name, String(value));
  return { body: form.toString(), contentType: FORM };
}

function outcomeOf({ status, body, contentType }: HttpAnswer, ackMs: number): AckOutcome {
  const content = body === "" ? undefined : contentType.includes("json") ? parseJson(body) : body;
  return status === 200
    ? { acked: true, ackMs, body: content }
    : { acked: false, ackMs, reason: "refused", status, body: content };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function postOnce(options: {
  url: string;
  body: string;
  headers: Record<string, string>;
  timeoutMs: number;
}): Promise<HttpAnswer> {
  const { url, body, headers, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = request(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": length },
    });
    const timer = setTimeout(() => {
      reject(new AckTimeout(`No answer from ${url} within ${timeoutMs} ms.`));
      sent.destroy();
    }, timeoutMs);
    sent.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
          contentType: response.headers["content-type"] ?? "",
        });
      });
    });
    sent.end(body);
  });
}
