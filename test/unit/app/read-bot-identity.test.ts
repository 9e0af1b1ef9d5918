import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type SlackSimulator, startSlackSimulator } from "../../../sandbox/slack/slack-simulator.ts";
import { readBotIdentity } from "../../../src/app/read-bot-identity.ts";
import { createSlackApi } from "../../../src/slack/index.ts";

const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(
  readFileSync(new URL("../../../manifest.yml", import.meta.url), "utf8"),
);

let slack: SlackSimulator;
beforeAll(async () => {
  slack = await startSlackSimulator({ manifest, rateLimits: false });
});
beforeEach(() => slack.faults.clear());
afterAll(() => slack[Symbol.asyncDispose]());

const read = (token = slack.botToken, apiUrl = slack.apiUrl) =>
  readBotIdentity(createSlackApi({ token, apiUrl }).reading);

describe("auth.test at the start", () => {
  it("gives the bot's identity, and no missing scope if it has every scope", async () => {
    expect(await read()).toEqual({
      identity: { botUserId: "U0BOT", botId: "B0INCYDR", teamId: "T0HARBOR" },
      missingScopes: [],
    });
  });

  it("gives the scopes that the token lacks", async () => {
    const bot = manifest.oauth_config.scopes.bot.filter(
      (scope) => !/^(files:write|groups:read)$/.test(scope),
    );
    await using other = await startSlackSimulator({
      manifest: { ...manifest, oauth_config: { scopes: { bot } } },
    });
    expect((await read(other.botToken, other.apiUrl)).missingScopes).toEqual(["files:write", "groups:read"]);
  });

  it("names the variable and Slack's code if Slack refuses the token, and never the token", async () => {
    const error = await read("xoxb-of-another").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "slack_token_refused",
      slackCode: "invalid_auth",
      message: expect.stringMatching(/^Slack refuses SLACK_BOT_TOKEN \(invalid_auth\)\./),
    });
    expect(String(error)).not.toContain("xoxb-of-another");
  });

  it("says that Slack can't be reached, with the cause, and nothing of the token", async () => {
    slack.faults.add({ method: "auth.test", kind: "http_error", status: 503 });
    await expect(read()).rejects.toMatchObject({
      code: "slack_unreachable",
      reason: "http_503",
      message: "Slack can't be reached (http_503).",
    });
    const gone = await startSlackSimulator({ manifest });
    await gone[Symbol.asyncDispose]();
    await expect(read(gone.botToken, gone.apiUrl)).rejects.toMatchObject({
      message: "Slack can't be reached (ECONNREFUSED).",
    });
  });

  it("counts an answer that blames Slack itself as out of reach, to be tried again", async () => {
    slack.faults.add({ method: "auth.test", kind: "refused", error: "fatal_error" });
    await expect(read()).rejects.toMatchObject({ code: "slack_unreachable", reason: "fatal_error" });
  });
});
