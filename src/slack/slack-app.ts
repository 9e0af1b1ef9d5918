import type { RequestListener } from "node:http";
import { App, type Logger as BoltLogger, LogLevel, type Receiver } from "@slack/bolt";
import type { Clock } from "../kernel/clock.ts";
import { registerListeners } from "./listeners/listeners.ts";
import type { SlackDeps } from "./listeners/slack-deps.ts";
import { createAdmitDelivery, receiveThrough } from "./receivers/admit-deliveries.ts";
import { createHttpReceiver } from "./receivers/http-receiver.ts";
import { createOpenSocket } from "./receivers/open-socket.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  createSocketModeReceiver,
  type SlackConnectionEvents,
} from "./receivers/socket-mode-receiver.ts";
import { webClientOptions } from "./web-api/slack-api.ts";

/** How Slack reaches the bot. */
type SlackConnection =
  | { readonly mode: "socket"; readonly appToken: string }
  | { readonly mode: "http"; readonly signingSecret: string };

/** The bot's ids in its workspace, from `auth.test`. */
export interface BotIdentity {
  readonly botUserId: string;
  readonly botId: string;
  readonly teamId: string;
}

/** Receives Slack's deliveries, and runs their listeners. */
interface SlackApp {
  /** Handles a request of `SLACK_PATH`; `null` in Socket Mode. */
  readonly requestListener: RequestListener | null;
  /** Begins to connect in Socket Mode. Resolves at once, whether or not Slack can be reached. */
  start(): Promise<void>;
  /** Ends the connections of Socket Mode, and waits for the running listeners. */
  stop(): Promise<void>;
}

export function createSlackApp(options: {
  connection: SlackConnection;
  botToken: string;
  apiUrl: string | null;
  identity: BotIdentity;
  /** Used in Socket Mode only. */
  events: SlackConnectionEvents;
  clock: Clock;
  logger: BoltLogger;
  deps: SlackDeps;
}): SlackApp {
  const { connection, botToken, apiUrl, identity, logger, deps } = options;
  const { receiver, requestListener } =
    connection.mode === "socket"
      ? receiveFromSocket(connection, options)
      : createHttpReceiver({ signingSecret: connection.signingSecret, clock: options.clock, log: deps.log });
  const admit = createAdmitDelivery({ apiUrl, deps });
  const running = new Set<Promise<void>>();
  const app = new App({
    receiver: receiveThrough(async (event, proceed) => {
      const work = admit(event, proceed);
      running.add(work);
      try {
        await work;
      } finally {
        running.delete(work);
      }
    }, receiver),
    // The start has read the identity, so that Bolt needs no call for each event.
    authorize: async () => ({ botToken, ...identity }),
    // Bolt's store of conversations is for legacy apps.
    convoStore: false,
    clientOptions: webClientOptions(apiUrl),
    logger,
    logLevel: LogLevel.INFO,
  });

  app.error(async (error) => deps.log("A handler failed.", error));

  registerListeners(app, deps);

  return {
    requestListener,

    async start() {
      if (!requestListener) await app.start();
    },

    async stop() {
      // In HTTP mode the server belongs to the caller.
      if (!requestListener) await app.stop();
      await Promise.allSettled(running);
    },
  };
}

type ChosenReceiver = { readonly receiver: Receiver } & Pick<SlackApp, "requestListener">;
type ReceiverOptions = Pick<Parameters<typeof createSlackApp>[0], "apiUrl" | "clock" | "logger" | "deps">;

function receiveFromSocket(
  { appToken }: { appToken: string },
  { apiUrl, clock, logger, deps, events }: ReceiverOptions & { events: SlackConnectionEvents },
): ChosenReceiver {
  const openSocket = createOpenSocket({ appToken, apiUrl, timeoutMs: ATTEMPT_TIMEOUT_MS, logger, clock });
  return {
    receiver: createSocketModeReceiver({ openSocket, events, clock, log: deps.log }),
    requestListener: null,
  };
}
