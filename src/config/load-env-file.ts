import { readFileSync } from "node:fs";
import { parse } from "dotenv";
import type { Environment } from "./read-variables.ts";

/**
 * The environment completed by a file of `NAME=value` lines; a file that doesn't exist adds nothing.
 *
 * The environment always wins: over the same name in the file, and also where one of them gives a secret
 * itself (`NAME`) and the other the path of its file (`NAME_FILE`). Throws what reading the file throws.
 *
 * @param options.path default `.env` in the working directory
 */
export function loadEnvFile(options: { env: Environment; path?: string }): Environment {
  const { env, path = ".env" } = options;
  const fromFile = Object.entries(parse(readIfPresent(path)));
  const missing = fromFile.filter(([name]) => !isSet(env, name) && !isSet(env, otherFormOf(name)));
  return { ...env, ...Object.fromEntries(missing) };
}

function otherFormOf(name: string): string {
  return name.endsWith("_FILE") ? name.slice(0, -"_FILE".length) : `${name}_FILE`;
}

function isSet(env: Environment, name: string): boolean {
  return env[name] !== undefined;
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
