import { AppError } from "../kernel/errors.ts";

/** One thing that is wrong with the environment. */
export interface ConfigFault {
  readonly variable: string;
  /** Completes the sentence "NAME …", and never quotes the value: it may be a secret in the wrong place. */
  readonly problem: string;
  /** What the variable is for. */
  readonly description: string;
  /** A line as it could stand in `.env`. */
  readonly example: string;
}

/** The exit code of a process that was not configured rightly: `EX_CONFIG` of BSD's sysexits. */
export const configExitCode = 78;

/** The environment can't be used; the message lists every fault, with what to do about it. */
export class ConfigError extends AppError<"invalid_config"> {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super("invalid_config", textOf(faults));
    this.faults = faults;
  }
}

/**
 * What the entry point prints, and the code it exits with, when the configuration is at fault; undefined for
 * any other error.
 */
export function describeConfigError(
  error: unknown,
): { readonly text: string; readonly exitCode: typeof configExitCode } | undefined {
  return error instanceof ConfigError ? { text: error.message, exitCode: configExitCode } : undefined;
}

function textOf(faults: readonly ConfigFault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [
    `The configuration has ${count}:`,
    "",
    ...faults.flatMap((fault) => [
      `  ${fault.variable} ${fault.problem}`,
      `      ${fault.description}`,
      `      Example: ${fault.example}`,
    ]),
    "",
    "Set variables in the environment or in a file .env; .env.example lists all of them.",
    "Secrets can be read from files: set NAME_FILE to a path instead of NAME.",
    "To try the bot without any account: npm run sandbox",
  ].join("\n");
}
