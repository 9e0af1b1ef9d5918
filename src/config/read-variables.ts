import type { z } from "zod";
import { withoutEnd } from "../kernel/without-end.ts";
import { ConfigError, type ConfigFault } from "./config-error.ts";
import { type EnvSchema, envSchema } from "./env-schema.ts";
import { misspelledVariables } from "./misspelled-variables.ts";
import { isQuoted, QUOTED } from "./value-schemas.ts";
import type { Environment, ValuesOf, Variable } from "./variable.ts";

export type VariableValues = ValuesOf<EnvSchema>;

/** Reads each variable of the schema; an empty text counts as not set. @throws {ConfigError} with every fault */
export function readVariables(env: Environment, readFile: (path: string) => string): VariableValues {
  const slackMode = textOf(env, "SLACK_MODE") ?? envSchema.SLACK_MODE.default;
  const values: Record<string, unknown> = {};
  const faults: ConfigFault[] = [];

  for (const [name, variable] of Object.entries<Variable>(envSchema)) {
    if (isOfOtherMode(variable, slackMode)) continue;
    const read = readVariable({ env, name, variable, readFile });
    if ("problem" in read) faults.push(faultOf(name, variable, read.problem));
    else values[name] = read.value;
  }

  if (faults.length > 0) throw new ConfigError(faults);
  return values as unknown as VariableValues; // each value comes from the schema of its name
}

export function faultOf(name: string, variable: Variable, problem: string): ConfigFault {
  const example = `${name}=${inEnvFile(variable.example)}`;
  return { variable: name, problem, description: variable.description, example };
}

/** In a `.env` file a `#` begins a comment, except between quotes. */
function inEnvFile(text: string): string {
  return text.includes("#") ? `"${text}"` : text;
}

function isOfOtherMode(variable: Variable, slackMode: string): boolean {
  return (variable.need === "socket" || variable.need === "http") && variable.need !== slackMode;
}

type Read<T> = { readonly value: T } | { readonly problem: string };

function readVariable(options: {
  env: Environment;
  name: string;
  variable: Variable;
  readFile: (path: string) => string;
}): Read<unknown> {
  const { env, name, variable, readFile } = options;
  const source = variable.secret ? readSecretText(env, name, readFile) : { value: textOf(env, name) };
  if ("problem" in source) return source;

  const text = source.value ?? variable.default;
  if (text === undefined) {
    return variable.need === "optional" ? { value: undefined } : { problem: notSet(env, name) };
  }
  const parsed = variable.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  return { problem: isQuoted(text) ? QUOTED : problemOf(parsed.error) };
}

function notSet(env: Environment, name: string): string {
  const instead = misspelledVariables(env).find(({ meant }) => meant === name || meant === `${name}_FILE`);
  return instead ? `is not set; ${instead.name} is set, but the bot does not read it` : "is not set";
}

function readSecretText(
  env: Environment,
  name: string,
  readFile: (path: string) => string,
): Read<string | undefined> {
  const text = textOf(env, name);
  const path = textOf(env, `${name}_FILE`);
  if (path === undefined) return { value: text };
  if (text !== undefined) return { problem: `and ${name}_FILE are both set; remove one of them` };
  try {
    const content = withoutEnd(readFile(path), "\r\n");
    return content === ""
      ? { problem: `is empty: the file that ${name}_FILE names has no text` }
      : { value: content };
  } catch (error) {
    return {
      problem: `can't be read from the file that ${name}_FILE names (${fileErrorCode(error)}); check the path and the permissions`,
    };
  }
}

/** The system's code without its message, which repeats the path: a person may have put a secret there. */
export function fileErrorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

function problemOf(error: z.ZodError): string {
  const problems = error.issues.map((issue) => {
    const index = issue.path[0];
    return typeof index === "number" ? `(entry ${index + 1}) ${issue.message}` : issue.message;
  });
  return [...new Set(problems)].join("; ");
}

function textOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === "" ? undefined : text;
}
