import { createRequire } from "node:module";
import { expect, test } from "vitest";

// What the client for Bottleneck puts right is in files that Bottleneck doesn't export.
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
