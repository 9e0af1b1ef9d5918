import type { Logger as BoltLogger } from "@slack/bolt";
import { SocketModeClient } from "@slack/socket-mode";
import { type Clock, OVER } from "../../kernel/clock.ts";
import { fetchWholeAnswer } from "../web-api/slack-api.ts";
import { SocketConnectionError } from "./socket-errors.ts";

/** A payload that Slack sends over Socket Mode. */
export interface SocketEnvelope {
  readonly body: Record<string, unknown>;
  readonly retryNum?: number;
  readonly retryReason?: string;
  /** Acks the payload once, on the connection on which it came; rejects if that connection has ended. */
  ack(response?: unknown): Promise<void>;
}

/** An open connection: Slack has said `hello` on it. */
export interface SocketConnection {
  /** Resolves when Slack asks for another connection, or this one has ended. */
  readonly leaving: Promise<void>;
  /** Resolves with the reason when no more payloads can come. */
  readonly ended: Promise<SocketConnectionError>;
  /** Waits until all payloads are acked, at most as long as Slack waits for an ack, and closes. */
  retire(): Promise<void>;
}

/** Opens one connection. Rejects if that fails, or if `signal` is aborted before Slack says `hello`. */
export type OpenSocket = (options: {
  signal: AbortSignal;
  onEnvelope: (envelope: SocketEnvelope) => void;
}) => Promise<SocketConnection>;

/** Slack waits 3 s for an ack. */
const ACK_MS = 3_000;

/** The longest wait for the peer's close frame. The library waits 30 s. */
const CLOSE_MS = 1_000;

/** After a `disconnect` frame with such a reason, Slack still reads the connection for a while. */
const REFRESH_REASONS: readonly unknown[] = ["warning", "refresh_requested"];

/**
 * Makes the function that opens connections through Slack's client. Each connection has its own client. A client that
 * reconnects by itself gives up permanently after some errors, and leaves 5 s between two connections.
 */
export function createOpenSocket(options: {
  appToken: string;
  apiUrl: string | null;
  /** The time limit of `apps.connections.open`. */
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
    /** Resolves when the client has closed its socket and its timers. */
    const cleanedUp = Promise.withResolvers<void>();
    const unacked = new Map<string, PromiseWithResolvers<void>>();
    let stage: "asking" | "hello" | "open" = "asking";
    let lastError: unknown;

    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      logger: quietLogger(logger),
      // A new object, since the client changes it. No headers: with any, the client sends no token.
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
    /** The first call closes; the second one ends the wait for the peer's close frame. */
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
        // Such as `app_rate_limited`. Bolt does not handle such a payload, and would not ack it.
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

    // The client's handler closes at once on `disconnect`, and leaves a rejection unhandled for an empty event.
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
    // After an abort between the answer to `apps.connections.open` and this event, the client still connects.
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
      // A rejection without an error belongs to the event `disconnected`, which is handled above.
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

/** Drops most of the client's log lines, because it logs each payload, and its caller reports failed attempts. */
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

/** Slack expects an object; a handler of Bolt may answer a command with a text. */
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

async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, clock.sleep(ms, done.signal).catch(() => {})]);
  done.abort(OVER);
}
