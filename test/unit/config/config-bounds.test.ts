import { expect, it } from "vitest";
import { ConfigError } from "../../../src/config/config-error.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { validEnvironment } from "./valid-environment.ts";

/** The variables at fault in the valid environment with one change. */
function faultsOf(change: Record<string, string>): string[] {
  try {
    loadConfig({ ...validEnvironment, ...change });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ variable }) => variable);
    throw error;
  }
}

it.each([
  ["HTTP_PORT", ["0", "65535"], ["65536", "-1"]],
  ["OPS_PORT", ["0", "65535"], ["65536", "-1"]],
  ["DATABASE_CONNECTIONS", ["15", "1000"], ["14", "1001"]],
  ["INCYDR_REQUESTS_PER_MINUTE", ["1", "60000"], ["0", "60001"]],
  ["INCYDR_BURST", ["1", "299"], ["0", "300", "1.5"]],
  ["INCYDR_RESERVE", ["0", "29"], ["-1", "30"]],
  [
    "INCYDR_SHARE",
    ["1", "1/30", "0.034"],
    ["1/31", "0.033", "0", "0.0", "1/0", "1.1", "2", "2/1", "-0.5", "3/4", "half"],
  ],
  ["REQUEST_EXPIRY_HOURS", ["1", "720"], ["0", "721"]],
  ["RATIFY_WITHIN_HOURS", ["1", "720"], ["0", "721"]],
  ["GRANT_DURATIONS", ["60d", "1440h", "1s"], ["61d", "1441h", "0h"]],
] as const)("%s accepts values up to its bounds, and none beyond", (variable, accepted, refused) => {
  for (const text of accepted) expect([text, ...faultsOf({ [variable]: text })]).toEqual([text]);
  for (const text of refused) expect([text, ...faultsOf({ [variable]: text })]).toEqual([text, variable]);
});

it.each([
  "https://someone@api.us.code42.com",
  "https://:secret@api.us.code42.com",
  "http://127.evil.example",
  "http://localhost.evil.example",
])("INCYDR_URL refuses %s, by which a secret would cross a network in clear or stand in the log", (url) => {
  expect(faultsOf({ INCYDR_URL: url })).toEqual(["INCYDR_URL"]);
});

it.each(["javascript:alert('{userId}')", "file:///{userId}"])("USER_LINK_TEMPLATE refuses %s", (template) => {
  expect(faultsOf({ USER_LINK_TEMPLATE: template })).toEqual(["USER_LINK_TEMPLATE"]);
});
