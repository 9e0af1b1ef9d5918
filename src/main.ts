import { createApp } from "./app/index.ts";
import { type Config, describeConfigError, loadConfig, loadEnvFile, secretTexts } from "./config/index.ts";
import { createLogger } from "./observability/index.ts";

// The service as a process: configuration from the environment, until SIGTERM or SIGINT.

const config = readConfig();
const logger = createLogger({ level: config.logLevel, secrets: secretTexts(config.secrets) });

// All state is in the database: going on loses nothing, and one library's stray rejection stops nobody's work.
process.on("unhandledRejection", (error) => logger.error({ error }, "Something failed unnoticed."));

try {
  const app = await createApp(config, logger);
  let stopping = false;
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

function readConfig(): Config {
  try {
    return loadConfig(loadEnvFile({ env: process.env }));
  } catch (error) {
    const description = describeConfigError(error);
    if (!description) throw error;
    process.stderr.write(`${description.text}\n`);
    process.exit(description.exitCode);
  }
}
