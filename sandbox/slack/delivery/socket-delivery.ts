import { randomUUID } from "node:crypto";
import { type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { ChangeSignal } from "../state/change-signal.ts";
import type { ViolationLog } from "../state/violations.ts";
import { createSocketFaults, type SocketFault, type SocketFaults } from "../web-api/faults.ts";
import type { AckOutcome, Transport } from "./envelope.ts";

/** The most open connections of one app (Slack: 10). */
const MAX_CONNECTIONS = 10;

/** Socket Mode: the app's connections. Each delivery uses one of them. */
export interface SocketDelivery extends Transport {
  /** Makes a one-time `ws://` URL for `apps.connections.open`. */
  openUrl(baseUrl: string): string;
  readonly connectionCount: number;
  /**
   * Resolves when at least `count` connections are open. Connections that got `disconnect` don't count. Rejects after
   * `timeoutMs`.
   */
  connected(count?: number, timeoutMs?: number): Promise<void>;
  /** Sends `disconnect` to every connection, or to one. The client should close it and reconnect. */
  disconnect(
    reason: "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets",
    connection?: number,
  ): void;
  /** Cuts every connection without a close frame. */
  drop(): void;
  /** Stops reading, writing and closing every connection, but keeps it open. */
  stall(): void;
  /** Sends any text frame on every connection, also one that Slack would not send. */
  sendText(text: string): void;
  /** Faults of connections that are opened from now on. */
  readonly faults: SocketFaults;
  close(): Promise<void>;
}

/** Attaches Socket Mode to an HTTP server. `random` (0 to 1) picks the connection of each payload. */
export function createSocketDelivery(options: {
  server: Server;
  appId: string;
  ackTimeoutMs: number;
  changes: ChangeSignal;
  violations: ViolationLog;
  random?: () => number;
}): SocketDelivery {
  const { server, appId, ackTimeoutMs, changes, violations, random = Math.random } = options;
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connections: WebSocket[] = [];
  /** Connections that got `disconnect`. They get payloads only if there is no other connection. */
  const leaving = new WeakSet<WebSocket>();
  const staying = () => connections.filter((connection) => !leaving.has(connection));
  /** Sockets without payloads, because of a fault or a stall. */
  const silent = new Set<{ destroy(): void }>();
  /** Waiting deliveries by envelope id. An ack settles all of its envelope. */
  const waiting = new Map<string, Set<(payload: unknown) => void>>();
  const faults = createSocketFaults();

  server.on("upgrade", (request, socket, head) => {
    const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
    if (connections.length >= MAX_CONNECTIONS) {
      const detail = `more than ${MAX_CONNECTIONS} connections`;
      violations.add({ kind: "too_many_connections", where: "apps.connections.open", detail });
      socket.end("HTTP/1.1 429 Too Many Requests\r\n\r\n");
      return;
    }
    const fault = faults.next();
    if (fault && refuseUpgrade(fault, socket, silent)) return;
    sockets.handleUpgrade(request, socket, head, (connection) => {
      if (fault?.kind === "no_hello") keepSilent(connection);
      else accept(connection);
      if (fault?.kind === "cut") cut(connection);
    });
  });

  const keepSilent = (connection: WebSocket) => {
    const entry = { destroy: () => connection.terminate() };
    silent.add(entry);
    connection.on("error", () => connection.terminate());
    connection.on("close", () => silent.delete(entry));
  };

  const forget = (connection: WebSocket) => {
    const index = connections.indexOf(connection);
    if (index < 0) return;
    connections.splice(index, 1);
    changes.emit();
  };

  /** Ends a connection without a close frame. It gets no more deliveries. */
  const cut = (connection: WebSocket) => {
    connection.terminate();
    forget(connection);
  };

  const accept = (connection: WebSocket) => {
    connections.push(connection);
    connection.on("message", (data) => acknowledge(data, waiting));
    connection.on("error", () => connection.terminate());
    connection.on("close", () => forget(connection));
    const debug_info = debugInfo();
    const connection_info = { app_id: appId };
    send(connection, { type: "hello", num_connections: connections.length, debug_info, connection_info });
    changes.emit();
  };

  return {
    openUrl: (baseUrl) => {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${baseUrl.replace("http://", "ws://")}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    get connectionCount() {
      return connections.length;
    },
    connected: async (count = 1, timeoutMs = 10_000) => {
      await changes.waitFor(() => (staying().length >= count ? true : undefined), {
        timeoutMs,
        failure: () => `${staying().length} of ${count} Socket Mode connections are open.`,
      });
    },
    disconnect: (reason, index) => {
      const chosen = index === undefined ? connections : connections.slice(index, index + 1);
      for (const connection of chosen) {
        leaving.add(connection);
        send(connection, { type: "disconnect", reason, debug_info: debugInfo() });
      }
    },
    drop: () => {
      for (const connection of [...connections]) cut(connection);
      for (const socket of silent) socket.destroy();
    },
    stall: () => {
      for (const connection of [...connections]) {
        connection.pause();
        keepSilent(connection);
        forget(connection);
      }
    },
    sendText: (text) => {
      for (const connection of connections) connection.send(text);
    },
    faults,
    close: async () => {
      for (const connection of [...connections]) connection.terminate();
      for (const socket of silent) socket.destroy();
      sockets.close();
    },
    send: ({ kind, payload, acceptsResponse }, { envelopeId, isRepeat }) => {
      const startedAt = performance.now();
      const elapsed = () => performance.now() - startedAt;
      const candidates = staying().length > 0 ? staying() : connections;
      const connection = candidates[Math.floor(random() * candidates.length)];
      if (!connection) return Promise.resolve({ acked: false, ackMs: 0, reason: "unreachable" });
      return new Promise<AckOutcome>((resolve) => {
        const settle = (outcome: AckOutcome) => {
          clearTimeout(timer);
          waiters.delete(settleAcked);
          if (waiters.size === 0) waiting.delete(envelopeId);
          resolve(outcome);
        };
        const timer = setTimeout(
          () => settle({ acked: false, ackMs: elapsed(), reason: "timeout" }),
          ackTimeoutMs,
        );
        const settleAcked = (body: unknown) => settle({ acked: true, ackMs: elapsed(), body });
        const waiters = waiting.get(envelopeId) ?? new Set();
        waiting.set(envelopeId, waiters.add(settleAcked));
        send(connection, {
          envelope_id: envelopeId,
          type: kind,
          payload,
          accepts_response_payload: acceptsResponse,
          ...(kind === "events_api"
            ? { retry_attempt: isRepeat ? 1 : 0, retry_reason: isRepeat ? "timeout" : "" }
            : {}),
        });
      });
    },
  };
}

/** Applies a fault to an upgrade; `false` if the upgrade continues. */
function refuseUpgrade(fault: SocketFault, socket: Duplex, held: Set<{ destroy(): void }>): boolean {
  switch (fault.kind) {
    case "refused": {
      const status = fault.status ?? 503;
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-length: 0\r\n\r\n`);
      return true;
    }
    case "hang":
      held.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => held.delete(socket));
      return true;
    case "drop":
      socket.destroy();
      return true;
    default:
      return false;
  }
}

function debugInfo(): Record<string, unknown> {
  return { host: "applink-simulated", build_number: 1, approximate_connection_time: 18_060 };
}

function send(connection: WebSocket, frame: Record<string, unknown>): void {
  connection.send(JSON.stringify(frame));
}

function acknowledge(data: RawData, waiting: ReadonlyMap<string, Set<(payload: unknown) => void>>): void {
  const frame: unknown = JSON.parse(String(data));
  if (typeof frame !== "object" || frame === null || !("envelope_id" in frame)) return;
  const payload = "payload" in frame ? frame.payload : undefined;
  const isEmpty = typeof payload === "object" && payload !== null && Object.keys(payload).length === 0;
  for (const settle of waiting.get(String(frame.envelope_id)) ?? []) settle(isEmpty ? undefined : payload);
}
