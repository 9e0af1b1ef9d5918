import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import { ConfigError } from "./config-error.ts";
import type { Environment } from "./variable.ts";

/**
 * The environment completed by a file of `NAME=value` lines. Without `path` the file is `.env` in the working
 * directory, and if that doesn't exist it adds nothing.
 *
 * The environment always wins: over the same name in the file, and also where one of them gives a secret
 * itself (`NAME`) and the other the path of its file (`NAME_FILE`).
 * @throws {ConfigError} if the file can't be read, or if `path` is given and there is no such file.
 */
export function loadEnvFile(options: { env: Environment; path?: string | undefined }): Environment {
  const { env, path } = options;
  const fromFile = Object.entries(parse(read(path ?? ".env", { isOptional: path === undefined })));
  const missing = fromFile.filter(([name]) => !isSet(env, name) && !isSet(env, otherFormOf(name)));
  return { ...env, ...Object.fromEntries(missing) };
}

function otherFormOf(name: string): string {
  return name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : `${name}_FILE`;
}

function isSet(env: Environment, name: string): boolean {
  return env[name] !== undefined;
}

function read(path: string, options: { isOptional: boolean }): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.includes("\u0000")) throw unreadable(path, "is not UTF-8 text; save it as UTF-8");
    return text;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error instanceof ConfigError) throw error;
    if (error.code === "ENOENT" && options.isOptional) return "";
    throw unreadable(path, `can't be read (${error.code})`);
  }
}

function unreadable(path: string, problem: string): ConfigError {
  const description =
    "The file of variables, one NAME=value a line. The bot needs none if the environment has all.";
  return new ConfigError([{ variable: path, problem, description, example: "SLACK_MODE=socket" }]);
}
