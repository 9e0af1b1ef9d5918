import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type IncydrSimulator, startIncydrSimulator } from "../incydr/incydr-simulator.ts";
import { type PostgresServer, startPostgres } from "../postgres/embedded-postgres-server.ts";
import { type SlackSimulator, startSlackSimulator } from "../slack/slack-simulator.ts";
import { botEnvironment } from "./bot-environment.ts";
import { type BotProcess, createBotProcess } from "./bot-process.ts";
import { freePorts } from "./free-ports.ts";
import type { Progress } from "./progress.ts";
import { CLONE } from "./sandbox-options.ts";

/** The running sandbox: both simulators in this process, the database and the bot in other processes. */
export interface Sandbox extends AsyncDisposable {
  readonly slack: SlackSimulator;
  readonly incydr: IncydrSimulator;
  readonly postgres: PostgresServer;
  readonly bot: BotProcess;
  /** The bot's address for Slack in HTTP mode. */
  readonly botUrl: string;
  /** The address of the bot's probes and metrics: `/healthz`, `/readyz`, `/metrics`. */
  readonly opsUrl: string;
  /** The bot's environment, for other programs of the product, such as its command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly botLog: string;
  /** Starts the bot; resolves when Slack can reach it. */
  startBot(): Promise<void>;
}

export interface StartSandboxOptions {
  readonly delivery: "socket" | "http";
  /** Absolute. */
  readonly dataDir: string;
  /** Whether the database is removed after this run or kept. */
  readonly database: "disposable" | "kept";
  /** Whether to empty a kept database first. */
  readonly fresh: boolean;
  /**
   * Whether the simulated services limit the rate of requests, as the real ones do.
   */
  readonly rateLimits: boolean;
  /** The bot's rate limit for Incydr; default: the limit of the simulated Incydr, or 6,000. */
  readonly requestsPerMinute?: number;
  /** The number of users in the simulated tenant; default: as in the simulator. */
  readonly incydrUsers?: number;
  /** Whether the bot keeps its directory of users up to date; default true. */
  readonly directoryRefresh?: boolean;
  readonly progress: Progress;
  /** Stops the start-up between two phases. The call then closes the opened parts and rejects. */
  readonly signal: AbortSignal;
}

const DATABASE = "incydr_chatops";
/** The rate limit of an Incydr API client. */
const REAL_REQUESTS_PER_MINUTE = 300;
const UNHINDERED_REQUESTS_PER_MINUTE = 6000;

/** Starts all parts on free loopback ports; disposal stops them, the bot first. */
export async function startSandbox(options: StartSandboxOptions): Promise<Sandbox> {
  const { delivery, dataDir, database, rateLimits, incydrUsers, progress, signal } = options;
  await using opened = new AsyncDisposableStack();
  const runPhase: Progress = (name, work) => {
    signal.throwIfAborted();
    return progress(name, work);
  };

  await mkdir(dataDir, { recursive: true });
  const postgres = opened.use(await runPhase("PostgreSQL", () => openPostgres(options)));
  const slack = opened.use(
    await runPhase("Slack, simulated", () =>
      startSlackSimulator({ manifest: join(CLONE, "manifest.yml"), delivery, rateLimits }),
    ),
  );
  const incydr = opened.use(
    await runPhase("Incydr, simulated", () =>
      startIncydrSimulator({
        requestsPerMinute: rateLimits ? REAL_REQUESTS_PER_MINUTE : null,
        slidingWindow: true,
        ...(incydrUsers === undefined ? {} : { userCount: incydrUsers }),
      }),
    ),
  );

  const [port, opsPort] = await freePorts();
  const botUrl = `http://127.0.0.1:${port}`;
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  if (delivery === "http") slack.setRequestUrl(`${botUrl}/slack/events`);
  const { requestsPerMinute = rateLimits ? REAL_REQUESTS_PER_MINUTE : UNHINDERED_REQUESTS_PER_MINUTE } =
    options;
  const databaseUrl = postgres.connectionString(DATABASE);
  const { directoryRefresh = true } = options;
  const env = botEnvironment({
    ...{ slack, incydr, databaseUrl, port, opsPort, requestsPerMinute, directoryRefresh },
  });
  const botLog = join(dataDir, database === "kept" ? "bot.log" : "tour-bot.log");
  await writeFile(botLog, "", { mode: 0o600 });
  const bot = opened.use(createBotProcess({ env, cwd: dataDir, logFile: botLog }));
  const startBot = async () => {
    await bot.start();
    if (delivery === "socket") await slack.connected();
  };
  await runPhase("the bot", startBot);
  signal.throwIfAborted();

  const running = opened.move();
  return {
    slack,
    incydr,
    postgres,
    bot,
    botUrl,
    opsUrl,
    env,
    botLog,
    startBot,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function openPostgres({ dataDir, database, fresh }: StartSandboxOptions): Promise<PostgresServer> {
  const isKept = database === "kept";
  const folder = isKept ? join(dataDir, "postgres") : await mkdtemp(join(dataDir, "tour-"));
  const server = await startPostgres({ dataDir: folder, persistent: isKept, fresh });
  await server.createDatabase(DATABASE, { unlessExists: true });
  return server;
}
