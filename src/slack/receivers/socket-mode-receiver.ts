import type { App, Receiver } from "@slack/bolt";
import { type Clock, OVER } from "../../kernel/clock.ts";
import { MalformedDeliveryError } from "./delivery-errors.ts";
import type { OpenSocket, SocketConnection, SocketEnvelope } from "./open-socket.ts";
import {
  AppTokenRefusedError,
  asConnectionError,
  retryAfterMs,
  type SocketConnectionError,
  SocketModeEndedError,
  tokenRefusal,
} from "./socket-errors.ts";

/** The time limit of one attempt, from `apps.connections.open` to Slack's `hello`. */
export const ATTEMPT_TIMEOUT_MS = 7_000;

/**
 * The longest pause between two attempts, also if Slack's `Retry-After` is longer. At the end of an outage, one hanging
 * attempt, one pause and a good attempt together take less than 15 s.
 */
export const LONGEST_PAUSE_MS = 5_000;

/** The pause after the first failed attempt; it doubles with each further one. */
const FIRST_PAUSE_MS = 500;

/** A shorter connection counts as a failed attempt. */
const LASTING_MS = 10_000;

/** Receives the changes of the connection to Slack. */
export interface SlackConnectionEvents {
  onConnected(): void;
  /** Called while no connection is open: at the end of the last one, and after each failed attempt. */
  onDisconnected(error: SocketConnectionError): void;
  /** The receiver has given up, and only a new process helps. Called at most once. */
  onFatal(error: AppTokenRefusedError | SocketModeEndedError): void;
}

/** The pause before the next attempt, in milliseconds: exponential, with jitter of up to a half. */
export function pauseMs(failures: number, askedMs: number, random: () => number): number {
  const backoffMs = FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10) * (0.5 + random() / 2);
  return Math.min(Math.max(backoffMs, askedMs), LONGEST_PAUSE_MS);
}

/**
 * Receives over Socket Mode, and reconnects after each failure except a refused token. `start` resolves at once,
 * whether or not Slack can be reached. `stop` waits for the acks of all payloads, and closes every connection.
 */
export function createSocketModeReceiver(options: {
  openSocket: OpenSocket;
  events: SlackConnectionEvents;
  clock: Clock;
  log: (what: string, error: unknown) => void;
  random?: () => number;
}): Receiver {
  const { openSocket, events, clock, log, random = Math.random } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const connections = new Set<SocketConnection>();
  const retirements = new Set<Promise<void>>();
  let app: App | null = null;
  let supervision: Promise<void> | null = null;

  const receive = async (envelope: SocketEnvelope) => {
    // Without an ack, Slack delivers an event again, and shows a person that their action failed.
    await app?.processEvent(envelope).catch(async (error: unknown) => {
      log("Bolt could not process what Slack sent.", error);
      // A repeated delivery would be malformed too.
      if (error instanceof MalformedDeliveryError)
        await envelope.ack().catch((failure: unknown) => log("An ack failed.", failure));
    });
  };

  const reportDown = (error: SocketConnectionError) => {
    if (connections.size === 0 && !signal.aborted) events.onDisconnected(error);
  };

  const retire = (connection: SocketConnection) => {
    const retirement = connection.retire().finally(() => retirements.delete(retirement));
    retirements.add(retirement);
  };

  /** Adds a new connection. The earlier ones close when their payloads are acked. */
  const adopt = (connection: SocketConnection) => {
    for (const earlier of connections) retire(earlier);
    connections.add(connection);
    void connection.ended.then((error) => {
      connections.delete(connection);
      reportDown(error);
    });
    events.onConnected();
  };

  /** One attempt of at most `ATTEMPT_TIMEOUT_MS`. Returns the connection or the error. */
  const attempt = async (): Promise<{ connection: SocketConnection } | { error: unknown }> => {
    const settled = new AbortController();
    const tooLate = new AbortController();
    clock.sleep(ATTEMPT_TIMEOUT_MS, settled.signal).then(
      () => tooLate.abort(),
      () => {},
    );
    try {
      const connection = await openSocket({
        signal: AbortSignal.any([signal, tooLate.signal]),
        onEnvelope: (envelope) => void receive(envelope),
      });
      return { connection };
    } catch (error) {
      return { error };
    } finally {
      settled.abort(OVER);
    }
  };

  const pause = (failures: number, askedMs = 0) =>
    clock.sleep(pauseMs(failures, askedMs, random), signal).catch(() => {});

  const supervise = async () => {
    let failures = 0;
    let shortConnections = 0;
    while (!signal.aborted) {
      const outcome = await attempt();
      if ("error" in outcome) {
        if (signal.aborted) return;
        const { error } = outcome;
        const refusal = tokenRefusal(error);
        if (refusal !== null) throw new AppTokenRefusedError(refusal, { cause: error });
        failures += 1;
        reportDown(asConnectionError(error));
        await pause(failures, retryAfterMs(error));
        continue;
      }
      failures = 0;
      const { connection } = outcome;
      if (signal.aborted) return connection.retire();
      const openedAtMs = clock.now().getTime();
      adopt(connection);
      await connection.leaving;
      const isLasting = clock.now().getTime() - openedAtMs >= LASTING_MS;
      shortConnections = isLasting ? 0 : shortConnections + 1;
      // The next connection is opened at once, unless connections keep ending as soon as they are open.
      if (shortConnections > 1) await pause(shortConnections - 1);
    }
  };

  const closeAll = async () => {
    for (const connection of connections) retire(connection);
    await Promise.allSettled(retirements);
  };

  return {
    init(bolt) {
      app = bolt;
    },

    async start() {
      if (supervision) throw new Error("The Socket Mode receiver was started before.");
      supervision = supervise().catch(async (error: unknown) => {
        events.onFatal(error instanceof AppTokenRefusedError ? error : new SocketModeEndedError(error));
        await closeAll();
      });
    },

    async stop() {
      stopping.abort(OVER);
      await closeAll();
      await supervision;
    },
  };
}
