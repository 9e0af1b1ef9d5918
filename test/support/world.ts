import { join } from "node:path";
import pg from "pg";
import { type IncydrSimulator, startIncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { IncydrSimulatorOptions } from "../../sandbox/incydr/simulator-options.ts";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { createApp, type RunningApp } from "../../src/app/index.ts";
import { type Config, loadConfig } from "../../src/config/index.ts";
import { createLogger } from "../../src/observability/index.ts";
import { createTestDatabase } from "./database.ts";
import { guardLog } from "./leak-guard.ts";
import type { WorldClock } from "./scenario-clock.ts";

/** The simulated Slack and Incydr, a database, and the real bot between them. */
export interface World extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  readonly db: pg.Pool;
  /** The environment that the bot is configured with. */
  readonly env: Readonly<Record<string, string>>;
  /** The lines of the bot's log, each in JSON. */
  readonly log: readonly string[];
  /** Starts the bot in this process. */
  startBot(): Promise<void>;
  stopBot(): Promise<void>;
}

export interface WorldOptions {
  readonly delivery?: "http" | "socket";
  readonly env?: Readonly<Record<string, string>>;
  readonly incydr?: IncydrSimulatorOptions;
  /** How long Slack waits for an ack; default {@link TEST_TIMEOUTS}. */
  readonly ackTimeoutMs?: number;
  readonly clock?: WorldClock;
  /** Whether to start the bot; default true. */
  readonly startBot?: boolean;
}

/**
 * The real limits are three seconds for Slack and five for a person at the driver. A test that is not about these
 * limits must not fail on a busy machine, so it uses longer ones.
 */
const TEST_TIMEOUTS = { ackTimeoutMs: 15_000, triggerLifetimeMs: 15_000, waitTimeoutMs: 20_000 };

const MANIFEST = join(import.meta.dirname, "../../manifest.yml");

/** Starts all parts on free loopback ports. Slack's rate limits are off unless a test switches them on. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { delivery = "http", ackTimeoutMs = TEST_TIMEOUTS.ackTimeoutMs } = options;
  await using opened = new AsyncDisposableStack();
  const slack = opened.use(
    await startSlackSimulator({
      ...TEST_TIMEOUTS,
      ...{ manifest: MANIFEST, delivery, ackTimeoutMs, rateLimits: false },
    }),
  );
  const incydr = opened.use(await startIncydrSimulator({ requestsPerMinute: null, ...options.incydr }));
  const database = opened.use(await createTestDatabase());
  const db = new pg.Pool({ connectionString: database.connectionString, max: 2 });
  db.on("error", () => {});
  opened.defer(() => db.end());
  await options.clock?.moveWith(db);
  const env = { ...environment(slack, incydr, database.connectionString), ...options.env };
  const log: string[] = [];
  let app: RunningApp | null = null;

  const world: World = {
    slack,
    incydr,
    db,
    env,
    log,
    async startBot() {
      const config: Config = loadConfig(env);
      const logger = createLogger({
        level: "debug",
        secrets: [],
        destination: { write: (line) => void log.push(line) },
      });
      app = await createApp(config, logger, options.clock);
      await app.started;
      if (delivery === "http") slack.setRequestUrl(`http://127.0.0.1:${app.port}/slack/events`);
      else await slack.connected();
    },
    async stopBot() {
      await app?.[Symbol.asyncDispose]();
      app = null;
      guardLog(log);
    },
    [Symbol.asyncDispose]: async () => {
      await world.stopBot();
      await rest.disposeAsync();
    },
  };
  if (options.startBot ?? true) await world.startBot();
  const rest = opened.move();
  return world;
}

/** The configuration of a bot between these simulators. */
function environment(
  slack: SlackSimulator,
  incydr: IncydrSimulator,
  databaseUrl: string,
): Record<string, string> {
  return {
    SLACK_MODE: slack.delivery,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(slack.delivery === "socket"
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    HTTP_PORT: "0",
    OPS_PORT: "0",
    DATABASE_URL: databaseUrl,
    INCYDR_URL: incydr.url,
    INCYDR_CLIENT_ID: incydr.clientId,
    INCYDR_CLIENT_SECRET: incydr.clientSecret,
    INCYDR_REQUESTS_PER_MINUTE: "6000",
    // Tests count the requests to Incydr.
    DIRECTORY_REFRESH: "false",
    APPROVALS_CHANNEL: "C0APPROVE",
    AUDIT_CHANNEL: "C0AUDIT",
    RESTRICTED_CHANNEL: "C0RESTRICT",
    CARD_CHANNELS: "inc-*",
    PROTECTED_USERNAMES: "service.backup@harborlight.example",
  };
}
