import { inspect } from "node:util";
import { expect, it } from "vitest";
import { loadConfig, secretTexts } from "../../../src/config/index.ts";
import { validEnvironment } from "./valid-environment.ts";

const config = loadConfig(validEnvironment);
const secrets = ["xoxb-1-bot", "xapp-1-app", "p%40ssword", "p@ssword", "client-secret-42"];

it.each([
  ["inspected in depth", inspect(config, { depth: null, showHidden: true })],
  ["turned into JSON", JSON.stringify(config)],
  ["copied property by property", inspect({ ...config.secrets, slack: { ...config.secrets.slack } })],
])("shows no secret when %s", (_way, shown) => {
  for (const secret of secrets) expect(shown).not.toContain(secret);
});

it("gives every secret to whom asks for it by name", () => {
  expect(config.secrets.slack.botToken).toBe("xoxb-1-bot");
  expect(config.secrets.incydrClientSecret).toBe("client-secret-42");
  expect(config.secrets.databaseUrl).toBe(validEnvironment.DATABASE_URL);
});

it("lists every text that a log must not show, the passwords in URLs in both spellings included", () => {
  expect(secretTexts(config.secrets)).toEqual(
    expect.arrayContaining([...secrets, validEnvironment.DATABASE_URL]),
  );
  const REDIS_URL = "redis://:r%40dis@redis.example";
  const shared = loadConfig({ ...validEnvironment, REDIS_URL });
  expect(secretTexts(shared.secrets)).toEqual(expect.arrayContaining([REDIS_URL, "r%40dis", "r@dis"]));
  expect(inspect(shared, { depth: null, showHidden: true })).not.toContain("r%40dis");
});
