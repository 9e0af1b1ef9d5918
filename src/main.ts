import { setTimeout as delay } from "node:timers/promises";
import { createApp, watchProcessFaults } from "./app/index.ts";
import {
  type Config,
  type ConfigWarning,
  configWarnings,
  describeConfigError,
  loadConfig,
  loadEnvFile,
  secretTexts,
} from "./config/index.ts";
import { createLogger, createMetrics } from "./observability/index.ts";

// The service as a process: configuration from the environment, until SIGTERM or SIGINT.

/** How long the service may take to stop after a fatal error. Its jobs get 10 s. */
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
    logger.fatal({ error }, "The service can't go on and ends.");
    const stopped = Promise.resolve(app[Symbol.asyncDispose]()).catch((cause: unknown) =>
      logger.error({ error: cause }, "It did not stop cleanly."),
    );
    await Promise.race([stopped, delay(LAST_STOP_MS)]);
    process.exit(1);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, "stopping");
      app[Symbol.asyncDispose]().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ error }, "It did not stop cleanly.");
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  logger.fatal({ error }, "It could not start.");
  process.exit(1);
}

function readConfig(): { config: Config; warnings: readonly ConfigWarning[] } {
  try {
    const env = loadEnvFile({ env: process.env });
    const config = loadConfig(env);
    return { config, warnings: configWarnings(env, config) };
  } catch (error) {
    const description = describeConfigError(error);
    if (!description) throw error;
    process.stderr.write(`${description.text}\n`);
    process.exit(description.exitCode);
  }
}
