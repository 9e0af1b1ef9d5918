import { AppError } from "../kernel/errors.ts";

export interface ConfigFault {
  readonly variable: string;
  /** Completes the sentence "NAME …". Never quotes the value, which may be a secret in the wrong variable. */
  readonly problem: string;
  readonly description: string;
  /** A line of `.env`. */
  readonly example: string;
}

/** The exit code for a bad configuration: `EX_CONFIG` of BSD's sysexits. */
export const CONFIG_EXIT_CODE = 78;

/** The environment can't be used; the message lists every fault, with advice. */
export class ConfigError extends AppError<"invalid_config"> {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super("invalid_config", textOf(faults));
    this.faults = faults;
  }
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
    "Set variables in the environment or in the file .env. The file .env.example lists them all.",
    "To read a secret from a file, set NAME_FILE to the file's path instead of NAME.",
    "To try the bot without an account, run: npm run sandbox",
  ].join("\n");
}
