import { inspect } from "node:util";
import { expect, it } from "vitest";
import { loadConfig, secretTexts } from "../../../src/config/index.ts";
import { validEnvironment } from "./valid-environment.ts";

const REDIS_URL = "redis://:r%40dis@redis.example";
const config = loadConfig({ ...validEnvironment, REDIS_URL });
const texts = ["xoxb-1-bot", "xapp-1-app", "p%40ssword", "p@ssword", "client-secret-42", "r%40dis", "r@dis"];

it("no copy, print or JSON of a configuration shows a secret, whatever part of it is taken", () => {
  const { secrets } = config;
  const parts = [
    config,
    secrets,
    secrets.slack,
    { ...secrets },
    { ...secrets.slack },
    Object.entries(secrets),
  ];
  const shown = parts
    .flatMap((part) => [JSON.stringify(part), inspect(part, { depth: null, showHidden: true })])
    .join(" ");
  expect(texts.filter((text) => shown.includes(text))).toEqual([]);
  expect([JSON.stringify(secrets), JSON.stringify(secrets.slack)]).toEqual(['"[secret]"', '"[secret]"']);
});

it("every secret can be read by its name", () => {
  expect(config.secrets.slack.botToken).toBe("xoxb-1-bot");
  expect(config.secrets.incydrClientSecret).toBe("client-secret-42");
  expect(config.secrets.databaseUrl).toBe(validEnvironment.DATABASE_URL);
});

it("every text that a log must not show is listed, the passwords in URLs in both spellings included", () => {
  expect(secretTexts(config.secrets)).toEqual(
    expect.arrayContaining([...texts, validEnvironment.DATABASE_URL, REDIS_URL]),
  );
});
