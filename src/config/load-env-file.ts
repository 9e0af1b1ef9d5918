import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import { ConfigError } from "./config-error.ts";
import { fileErrorCode } from "./read-variables.ts";
import type { Environment } from "./variable.ts";

/**
 * The environment, completed by a file of `NAME=value` lines: `path`, or else `.env`, which need not exist. The
 * environment takes precedence, also if it has `NAME` and the file `NAME_FILE`, or the reverse.
 * @throws {ConfigError} if the file can't be read
 */
export function loadEnvFile(options: { env: Environment; path?: string | undefined }): Environment {
  const { env, path } = options;
  const missing = Object.entries(parse(read(path))).filter(
    ([name]) => env[name] === undefined && env[otherFormOf(name)] === undefined,
  );
  return { ...env, ...Object.fromEntries(missing) };
}

function otherFormOf(name: string): string {
  return name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : `${name}_FILE`;
}

function read(path: string | undefined): string {
  const file = path ?? ".env";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === "ENOENT" && path === undefined) return "";
    throw unreadable(file, `can't be read (${code}); check the path and the permissions`);
  }
  if (text.includes("\0")) throw unreadable(file, "is not UTF-8 text; save it as UTF-8");
  return text;
}

function unreadable(path: string, problem: string): ConfigError {
  const description =
    "The file of variables has one NAME=value per line. It is not needed if the environment has all variables.";
  return new ConfigError([{ variable: path, problem, description, example: "SLACK_MODE=socket" }]);
}
