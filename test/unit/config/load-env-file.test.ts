import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ConfigError, loadEnvFile } from "../../../src/config/index.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "env-file-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function load(content: string, env: Record<string, string | undefined>) {
  const path = join(folder, ".env");
  writeFileSync(path, content);
  return loadEnvFile({ env, path });
}

it("adds the variables that the environment lacks, and keeps those it has, also an empty one", () => {
  const env = load('HTTP_PORT=1\nLOG_LEVEL=debug\nREAD_ONLY=true\nTICKET_PATTERN="#\\d+"\n', {
    HTTP_PORT: "2",
    READ_ONLY: "",
  });
  expect(env).toEqual({ HTTP_PORT: "2", LOG_LEVEL: "debug", READ_ONLY: "", TICKET_PATTERN: "#\\d+" });
});

it("lets the environment's file of a secret win over the secret in the file, and the other way round", () => {
  expect(load("SLACK_BOT_TOKEN=xoxb-1", { SLACK_BOT_TOKEN_FILE: "/run/bot" })).toEqual({
    SLACK_BOT_TOKEN_FILE: "/run/bot",
  });
  expect(load("SLACK_BOT_TOKEN_FILE=/run/bot", { SLACK_BOT_TOKEN: "xoxb-1" })).toEqual({
    SLACK_BOT_TOKEN: "xoxb-1",
  });
});

it("leaves the given environment as it was", () => {
  const env = { HTTP_PORT: "2" };
  load("LOG_LEVEL=debug", env);
  expect(env).toEqual({ HTTP_PORT: "2" });
});

it("reports a fault of the configuration if the named file doesn't exist", () => {
  const path = join(folder, "none");
  expect(textOf(() => loadEnvFile({ env: {}, path }))).toContain(`${path} can't be read (ENOENT)`);
});

it("reports a fault of the configuration if the file is there and can't be read", () => {
  const text = textOf(() => loadEnvFile({ env: {}, path: folder }));
  expect(text).toContain(`${folder} can't be read (EISDIR)`);
});

it("reports a fault if the file is UTF-16, in which no variable would be found, and quotes nothing of it", () => {
  const path = join(folder, ".env");
  writeFileSync(path, "SLACK_BOT_TOKEN=xoxb-1-secret", "utf16le");
  const text = textOf(() => loadEnvFile({ env: {}, path }));
  expect(text).toContain(`${path} is not UTF-8 text; save it as UTF-8`);
  expect(text).not.toContain("xoxb");
});

it("reads a file that begins with a byte order mark", () => {
  expect(load("\uFEFFLOG_LEVEL=debug", {})).toEqual({ LOG_LEVEL: "debug" });
});

/** The text that the entry point prints for a fault of the configuration. */
function textOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return undefined;
}
