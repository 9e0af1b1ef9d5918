import { CONFIG_EXIT_CODE, ConfigError } from "../config/index.ts";
import { messageOf } from "../kernel/errors.ts";
import { databaseErrorCode, databaseFailureText, isDatabaseOutage } from "../persistence/index.ts";
import { createProgram } from "./program.ts";

// `npm run cli -- <command>`: the tasks of an administrator outside Slack.

try {
  await createProgram(process.env).parseAsync();
} catch (error) {
  const outage = isDatabaseOutage(error)
    ? databaseFailureText(databaseErrorCode(error) ?? "no answer")
    : null;
  process.stderr.write(`${messageOf(error)}\n${outage === null ? "" : `${outage}\n`}`);
  process.exitCode = error instanceof ConfigError ? CONFIG_EXIT_CODE : 1;
}
