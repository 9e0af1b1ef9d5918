import type { Logger as BoltLogger } from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import { type Clock, OVER } from "../../kernel/clock.ts";
import { fetchWholeAnswer } from "../web-api/slack-api.ts";
import { SocketConnectionError } from "./socket-errors.ts";

/** A payload that Slack sends over Socket Mode, and how to acknowledge it. */
export interface SocketEnvelope {
  readonly body: Record<string, unknown>;
  readonly retryNum?: number;
  readonly retryReason?: string;
  /** Acknowledges it once, on the connection on which it came; rejects if that connection has ended. */
  ack(response?: unknown): Promise<void>;
}

/** An open connection: Slack has said `hello` on it. */
export interface SocketConnection {
  /** Resolves when another connection is needed: Slack asks for one, or this one has ended. */
  readonly leaving: Promise<void>;
  /** Resolves when no payload comes any more, with the reason. */
  readonly ended: Promise<SocketConnectionError>;
  /** Waits until what came is acknowledged, at most as long as Slack waits for an ack, and closes. */
  retire(): Promise<void>;
}

/** Opens one connection. Rejects when it can't be opened, or when `signal` is aborted before Slack says `hello`. */
export type OpenSocket = (options: {
  signal: AbortSignal;
  onEnvelope: (envelope: SocketEnvelope) => void;
}) => Promise<SocketConnection>;

/** How long Slack waits for an ack (3 s). */
const ACK_MS = 3_000;

/** How long the peer may take to answer a close frame. The library waits 30 s. */
const CLOSE_MS = 1_000;

/** Reasons of a `disconnect` frame after which Slack still reads the connection for a while. */
const REFRESH_REASONS: readonly unknown[] = ["warning", "refresh_requested"];

/**
 * Makes the function that opens connections through Slack's own client. Each connection has a client of its own: the
 * client's own reconnection gives up for good after some errors, and leaves 5 s between two connections.
 */
export function createOpenSocket(options: {
  appToken: string;
  apiUrl: string | null;
  /** Milliseconds after which `apps.connections.open` is given up. */
  timeoutMs: number;
  logger: BoltLogger;
  clock: Clock;
}): OpenSocket {
  const { appToken, apiUrl, timeoutMs, logger, clock } = options;

  return async ({ signal, onEnvelope }) => {
    signal.throwIfAborted();
    const opened = Promise.withResolvers<void>();
    const leaving = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<SocketConnectionError>();
    /** Settles when the client has cleaned up its socket and its timers. */
    const cleanedUp = Promise.withResolvers<void>();
    const unacked = new Map<string, PromiseWithResolvers<void>>();
    let stage: "asking" | "hello" | "open" = "asking";
    let lastError: unknown;

    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      logger: quietLogger(logger),
      // An object of its own, since the client changes it. No headers, or the client would send no token.
      clientOptions: {
        ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
        timeout: timeoutMs,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        fetch: (url, init) =>
          fetchWholeAnswer(url, {
            ...init,
            signal: AbortSignal.any(init?.signal ? [signal, init.signal] : [signal]),
          }),
      },
    });

    const end = (reason: string, message: string) => {
      const error = new SocketConnectionError(reason, message, lastError ? { cause: lastError } : {});
      opened.reject(error);
      ended.resolve(error);
      leaving.resolve();
      for (const { resolve } of unacked.values()) resolve();
    };
    /** The client closes at the first call, and gives up waiting for the peer's close frame at the second. */
    const destroy = () => {
      void client.disconnect();
      void client.disconnect();
    };
    const close = async () => {
      end("closed", "The connection was closed.");
      void client.disconnect();
      await within(clock, CLOSE_MS, cleanedUp.promise);
      void client.disconnect();
    };

    const ack = async (envelopeId: string, response: unknown) => {
      const waiting = unacked.get(envelopeId);
      if (!unacked.delete(envelopeId)) return;
      try {
        await send(client, { envelope_id: envelopeId, payload: payloadOf(response) });
      } finally {
        waiting?.resolve();
      }
    };
    const onFrame = (frame: Record<string, unknown>) => {
      if (frame.type === "hello") {
        stage = "open";
        return opened.resolve();
      }
      if (frame.type === "disconnect") {
        if (REFRESH_REASONS.includes(frame.reason)) return leaving.resolve();
        const reason = typeof frame.reason === "string" ? frame.reason : "disconnect";
        end(/^[a-z_]{1,50}$/.test(reason) ? reason : "disconnect", "Slack ended the connection.");
        return void close();
      }
      const { envelope_id: id, payload } = frame;
      if (typeof id !== "string") return logger.debug("Slack sent a frame of an unknown kind.");
      unacked.set(id, unacked.get(id) ?? Promise.withResolvers());
      if (!isRecord(payload) || (frame.type === "events_api" && !isRecord(payload.event))) {
        // Such as `app_rate_limited`. Bolt handles no payload of this kind, so nothing else would acknowledge it.
        logger.warn("Slack sent a payload without an event.");
        return void ack(id, undefined).catch((error: unknown) => logger.warn("An ack failed.", error));
      }
      onEnvelope({
        body: payload,
        ...(typeof frame.retry_attempt === "number" ? { retryNum: frame.retry_attempt } : {}),
        ...(typeof frame.retry_reason === "string" ? { retryReason: frame.retry_reason } : {}),
        ack: (response) => ack(id, response),
      });
    };

    // The client's own handler closes at once on `disconnect`, and rejects unhandled on an event without content.
    client.removeAllListeners("ws_message");
    client.on("ws_message", (data: unknown) => {
      const frame = parseFrame(data);
      if (frame) onFrame(frame);
    });
    client.on("authenticated", () => {
      stage = "hello";
    });
    client.on("error", (error: unknown) => {
      lastError = error;
    });
    client.on("disconnected", () => {
      cleanedUp.resolve();
      if (stage === "open") end("closed", "The connection to Slack broke.");
      else end("websocket_refused", "Slack did not open the WebSocket.");
    });
    // An abort between the answer to `apps.connections.open` and this event doesn't keep the client from connecting.
    client.on("connecting", () => {
      if (signal.aborted) queueMicrotask(destroy);
    });

    const giveUp = () => {
      if (stage === "hello") end("no_hello", "Slack opened no connection in time.");
      else end("timeout", "Slack did not answer apps.connections.open in time.");
      destroy();
    };
    signal.addEventListener("abort", giveUp, { once: true });
    client.start().catch((error: unknown) => {
      // Without an error the client means the event `disconnected`, which is handled above.
      if (error !== undefined) opened.reject(error);
    });
    try {
      await opened.promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }

    return {
      leaving: leaving.promise,
      ended: ended.promise,
      retire: async () => {
        await within(clock, ACK_MS, Promise.all([...unacked.values()].map(({ promise }) => promise)));
        await close();
      },
    };
  };
}

/** The client reports each failed attempt as an error and each payload as text; its caller reports the failures. */
function quietLogger(logger: BoltLogger): BoltLogger {
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => logger.debug(...parts),
    error: (...parts) => logger.debug(...parts),
    setLevel: () => {},
    getLevel: () => logger.getLevel(),
    setName: () => {},
  };
}

function send(client: SocketModeClient, frame: object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = client.websocket;
  if (!socket?.isActive())
    reject(new SocketConnectionError("closed", "The connection ended before the ack was sent."));
  else socket.send(JSON.stringify(frame), (error) => (error ? reject(error) : resolve()));
  return promise;
}

/** Slack expects an object; Bolt's handlers may answer a command by a text. */
function payloadOf(response: unknown): object {
  if (typeof response === "string") return { text: response };
  return isRecord(response) ? response : {};
}

function parseFrame(data: unknown): Record<string, unknown> | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return isRecord(frame) ? frame : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Waits for `work`, at most `ms` milliseconds. */
async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, clock.sleep(ms, done.signal).catch(() => {})]);
  done.abort(OVER);
}
