import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { missingScopes } from "../../../../src/slack/web-api/required-scopes.ts";

const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(
  readFileSync(new URL("../../../../manifest.yml", import.meta.url), "utf8"),
);
const declared = manifest.oauth_config.scopes.bot;

it("needs every bot scope of the manifest, and no other", () => {
  expect(missingScopes([])).toEqual(declared.toSorted());
  expect(missingScopes(declared)).toEqual([]);
});

it("names what a token lacks, whatever it may do beyond", () => {
  const granted = [...declared.filter((scope) => scope !== "groups:read"), "reactions:write"];
  expect(missingScopes(granted)).toEqual(["groups:read"]);
});

it("knows of nothing missing if Slack did not say what is granted", () => {
  expect(missingScopes(undefined)).toEqual([]);
});
