import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import {
  type SlackSimulator,
  type SlackSimulatorOptions,
  startSlackSimulator,
} from "../../sandbox/slack/slack-simulator.ts";

/** A logger for Bolt and for the SDK's clients that writes nothing. */
export const silentLogger: Logger = {
  ...{ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  ...{ setLevel: () => {}, setName: () => {}, getLevel: () => LogLevel.ERROR },
};

/** The manifest of the small app with which the simulator is tested. */
export const TEST_MANIFEST = {
  display_information: { name: "Test app" },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    bot_user: { display_name: "incydr" },
    slash_commands: [{ command: "/incydr", description: "Test", should_escape: true }],
    shortcuts: [
      { name: "Act on this user", type: "message", callback_id: "act_on_user", description: "Test" },
      { name: "New request", type: "global", callback_id: "new_request", description: "Test" },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        "commands",
        "chat:write",
        "users:read",
        "users:read.email",
        "usergroups:read",
        "channels:read",
        "groups:read",
        "groups:history",
        "im:write",
        "files:read",
        "files:write",
        "app_mentions:read",
      ],
    },
  },
  settings: {
    interactivity: { is_enabled: true },
    event_subscriptions: { bot_events: ["app_mention", "app_home_opened", "subteam_members_changed"] },
    socket_mode_enabled: false,
  },
};

/** A simulated Slack with a Bolt app connected to it. */
export interface TestApp extends AsyncDisposable {
  slack: SlackSimulator;
  app: App;
}

/** Starts a simulator and a real Bolt app over the delivery, with the listeners that `register` adds. */
export async function startTestApp(
  register: (app: App) => void,
  options: Partial<SlackSimulatorOptions> = {},
): Promise<TestApp> {
  // Long enough for a busy machine. A test about a time limit sets a shorter time.
  const patience = { ackTimeoutMs: 15_000, waitTimeoutMs: 20_000 };
  const slack = await startSlackSimulator({ manifest: TEST_MANIFEST, ...patience, ...options });
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const logger = silentLogger;
  // Without `init` the constructor asks auth.test in the background, perhaps after the simulator is closed.
  const common = { token: slack.botToken, clientOptions, logger, deferInitialization: true };
  if (slack.delivery === "socket") {
    const receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      logger,
      installerOptions: { clientOptions: { ...clientOptions } },
    });
    const app = new App({ ...common, receiver });
    await app.init();
    register(app);
    await app.start();
    await slack.connected();
    return {
      slack,
      app,
      [Symbol.asyncDispose]: async () => {
        await app.stop();
        await slack[Symbol.asyncDispose]();
      },
    };
  }
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger });
  const app = new App({ ...common, receiver });
  await app.init();
  register(app);
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server's address is an AddressInfo; only pipes have a string.
  const { port } = server.address() as AddressInfo;
  slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  return {
    slack,
    app,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack[Symbol.asyncDispose]();
    },
  };
}

/** A listener that only acknowledges. */
export function acknowledgeAll(app: App): void {
  app.command(/.*/, ({ ack }) => ack());
  app.action(/.*/, ({ ack }) => ack());
  app.view(/.*/, ({ ack }) => ack());
  app.view({ callback_id: /.*/, type: "view_closed" }, ({ ack }) => ack());
  app.shortcut(/.*/, ({ ack }) => ack());
  app.event(/.*/, async () => {});
}

/** The real SDK's client for the simulator, without retries; `token` is the bot's unless given. */
export function clientOf(slack: SlackSimulator, token = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silentLogger,
  });
}

/** Slack's whole refusal of a call; fails if Slack accepts the call. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return { ...error.data };
    throw error;
  }
  throw new Error("Slack carried the call out.");
}

/** The code of Slack's refusal of a call. */
export const errorOf = async (call: Promise<unknown>) => (await refusalOf(call)).error;

/** The error of a call; `undefined` if Slack accepts the call. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A clock that a test moves. */
export function createTestClock(): { now(): number; advance(ms: number): void } {
  let ms = Date.parse("2026-11-23T09:00:00Z");
  return {
    now: () => ms,
    advance: (by) => {
      ms += by;
    },
  };
}

/** A modal with one input. */
export function reasonModal(more: object = {}) {
  return {
    type: "modal" as const,
    title: { type: "plain_text" as const, text: "Reason" },
    submit: { type: "plain_text" as const, text: "Send" },
    blocks: [
      {
        type: "input",
        block_id: "reason",
        label: { type: "plain_text", text: "Reason" },
        element: { type: "plain_text_input", action_id: "reason" },
      },
    ],
    ...more,
  };
}
