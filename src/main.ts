import { setTimeout as delay } from "node:timers/promises";
import { createApp, type RunningApp, watchProcessFaults } from "./app/index.ts";
import {
  CONFIG_EXIT_CODE,
  type Config,
  ConfigError,
  type ConfigWarning,
  configWarnings,
  loadConfig,
  loadEnvFile,
  secretTexts,
} from "./config/index.ts";
import { createLogger, createMetrics } from "./observability/index.ts";

// Runs the service until SIGTERM or SIGINT.

/** The time limit of a stop. Running jobs get 10 s of it. */
const LAST_STOP_MS = 15_000;

const { config, warnings } = readConfig();
const logger = createLogger({ level: config.logLevel, secrets: secretTexts(config.secrets) });
const metrics = createMetrics();

watchProcessFaults({ process, logger, metrics });
for (const { message, ...warning } of warnings) logger.warn(warning, message);

try {
  const app = await createApp(config, logger, undefined, metrics);
  let stopping = false;
  void app.failed.then(async (error) => {
    if (stopping) return;
    stopping = true;
    logger.fatal({ error }, "The service failed and ends. The field `error` has the reason.");
    await stopInTime(app);
    process.exit(1);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, "stopping");
      void stopInTime(app).then((isClean) => process.exit(isClean ? 0 : 1));
    });
  }
} catch (error) {
  logger.fatal(
    { error },
    "The service could not start. If the code is EADDRINUSE, change HTTP_PORT or OPS_PORT.",
  );
  process.exit(1);
}

/** Stops the service; resolves to `true` if it stopped cleanly and within `LAST_STOP_MS`. */
async function stopInTime(app: RunningApp): Promise<boolean> {
  const stopped = Promise.resolve(app[Symbol.asyncDispose]()).then(
    () => true,
    (error: unknown) => {
      logger.error({ error }, "The service did not stop cleanly.");
      return false;
    },
  );
  const isClean = await Promise.race([stopped, delay(LAST_STOP_MS, null)]);
  if (isClean === null)
    logger.error("The service did not stop in time. Unfinished jobs continue after the next start.");
  return isClean === true;
}

function readConfig(): { config: Config; warnings: readonly ConfigWarning[] } {
  try {
    const env = loadEnvFile({ env: process.env });
    const config = loadConfig(env);
    return { config, warnings: configWarnings(env, config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(CONFIG_EXIT_CODE);
  }
}
