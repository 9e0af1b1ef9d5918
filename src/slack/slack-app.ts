import { App, type Logger as BoltLogger, LogLevel } from "@slack/bolt";
import { registerListeners } from "./register-listeners.ts";
import { webClientOptions } from "./slack-api.ts";
import type { SlackDeps } from "./slack-deps.ts";

/** How Slack reaches the bot. */
export type SlackConnection =
  | { readonly mode: "socket"; readonly appToken: string }
  | { readonly mode: "http"; readonly signingSecret: string };

/** Who the bot is in its workspace, as `auth.test` says. */
export interface BotIdentity {
  readonly botUserId: string;
  readonly botId: string;
  readonly teamId: string;
}

/** Answers to other paths than Slack's, where Slack reaches the bot over HTTP. */
export type CustomRoutes = NonNullable<ConstructorParameters<typeof App>[0]>["customRoutes"];

/** The bot's ear: everything that Slack delivers. */
export interface SlackApp {
  /** Begins to listen; over HTTP on this address, port 0 being any free one. Resolves to the port, if any. */
  start(address: { host: string; port: number }): Promise<number | null>;
  /** Stops listening, and lets what is being handled end. */
  stop(): Promise<void>;
}

export function createSlackApp(options: {
  connection: SlackConnection;
  botToken: string;
  apiUrl: string | null;
  identity: BotIdentity;
  customRoutes: CustomRoutes;
  logger: BoltLogger;
  deps: SlackDeps;
}): SlackApp {
  const { connection, botToken, apiUrl, identity, customRoutes, logger, deps } = options;
  const app = new App({
    ...(connection.mode === "socket"
      ? { socketMode: true, appToken: connection.appToken }
      : { signingSecret: connection.signingSecret, customRoutes: customRoutes ?? [] }),
    // Asked once at the start, not before each event.
    authorize: async () => ({ botToken, ...identity }),
    clientOptions: webClientOptions(apiUrl),
    logger,
    logLevel: LogLevel.INFO,
  });

  const running = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next();
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  });
  app.error(async (error) => deps.log("A handler failed.", error));

  registerListeners(app, deps);

  return {
    async start(address) {
      if (connection.mode === "socket") {
        await app.start();
        return null;
      }
      // Bolt hands what it is given to the HTTP server; its type knows ports only.
      const server = await app.start(address as unknown as number);
      const bound = server && "address" in server ? server.address() : null;
      return typeof bound === "object" && bound !== null ? bound.port : null;
    },

    async stop() {
      await app.stop();
      await Promise.allSettled(running);
    },
  };
}
