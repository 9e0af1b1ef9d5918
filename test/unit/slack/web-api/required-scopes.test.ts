import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { missingScopes } from "../../../../src/slack/web-api/required-scopes.ts";

const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(
  readFileSync(new URL("../../../../manifest.yml", import.meta.url), "utf8"),
);
const declared = manifest.oauth_config.scopes.bot;

it("the bot needs every bot scope of the manifest, and no other", () => {
  expect(missingScopes([])).toEqual(declared.toSorted());
  expect(missingScopes(declared)).toEqual([]);
});

it("the missing scopes of a token are named, and its further scopes are not", () => {
  const granted = [...declared.filter((scope) => scope !== "groups:read"), "reactions:write"];
  expect(missingScopes(granted)).toEqual(["groups:read"]);
});

it("no scope counts as missing if Slack does not say which scopes a token has", () => {
  expect(missingScopes(undefined)).toEqual([]);
});
