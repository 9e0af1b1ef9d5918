import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { createRedisClient } from "../../../../src/incydr/rate-limit/redis-client.ts";

// The client corrects code of Bottleneck in files that Bottleneck doesn't export.
const scripts: Record<string, string> = createRequire(import.meta.url)("bottleneck/lib/lua.json");

test("the line that takes the machine's time, which the client replaces, is the one Bottleneck has", () => {
  expect(scripts["refs.lua"]?.split("local now = tonumber(ARGV[1])")).toHaveLength(2);
  for (const [name, lua] of Object.entries(scripts)) {
    if (name !== "refs.lua") expect(lua, name).not.toContain("ARGV[1]");
  }
});

test("the errors that Bottleneck knows by their whole text are the two whose prefix is taken off", () => {
  const errors = Object.values(scripts).flatMap((lua) =>
    [...lua.matchAll(/error_reply\('([A-Z_]+)'\)/g)].map((match) => match[1]),
  );
  expect(errors.sort()).toEqual(["SETTINGS_KEY_NOT_FOUND", "UNKNOWN_CLIENT"]);
});

test("a client gives up within two seconds, and neither connects nor asks again by itself", () => {
  const client = createRedisClient("redis://127.0.0.1:1");
  client.on("error", () => undefined);
  client.disconnect();
  const { retryStrategy, reconnectOnError, ...options } = client.options;
  expect(options).toMatchObject({ connectTimeout: 2000, commandTimeout: 2000, maxRetriesPerRequest: 0 });
  expect(retryStrategy?.(1)).toBeNull();
  expect(reconnectOnError?.(new Error("READONLY"))).toBe(false);
});

test("a script of Bottleneck reads Redis' time in the place of the machine's", () => {
  const client = createRedisClient("redis://127.0.0.1:1");
  client.on("error", () => undefined);
  client.disconnect();
  client.defineCommand("refs", { lua: scripts["refs.lua"] ?? "", numberOfKeys: 0 });
  const defined: unknown = new Map<string, { lua: string }>(Object.entries(client.scriptsSet)).get(
    "refs",
  )?.lua;
  expect(defined).toContain("redis.call('TIME')");
  expect(defined).not.toContain("ARGV[1]");
});
