import { describeConfigError } from "../config/index.ts";
import { messageOf } from "../kernel/errors.ts";
import { createProgram } from "./program.ts";

// `npm run cli -- <command>`: what an administrator does without Slack.

try {
  await createProgram(process.env).parseAsync();
} catch (error) {
  const config = describeConfigError(error);
  process.stderr.write(`${config?.text ?? messageOf(error)}\n`);
  process.exitCode = config?.exitCode ?? 1;
}
