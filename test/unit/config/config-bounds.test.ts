import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isChannelNamed } from "../../../src/config/channel-rules.ts";
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

describe("a number is accepted up to its bounds, and not beyond", () => {
  it.each([
    ["HTTP_PORT", ["0", "65535"], ["65536", "-1"]],
    ["OPS_PORT", ["0", "65535"], ["65536", "-1"]],
    ["DATABASE_CONNECTIONS", ["15", "1000"], ["14", "1001"]],
    ["INCYDR_REQUESTS_PER_MINUTE", ["1", "60000"], ["0", "60001"]],
    ["INCYDR_SHARE", ["1", "1/999", "0.000001"], ["0.0", "1/0", "1.1", "2", "2/1"]],
    ["REQUEST_EXPIRY_HOURS", ["1", "720"], ["0", "721"]],
    ["RATIFY_WITHIN_HOURS", ["1", "720"], ["0", "721"]],
    ["GRANT_DURATIONS", ["60d", "1440h", "1s"], ["61d", "1441h", "0h"]],
  ] as const)("%s", (variable, accepted, refused) => {
    for (const text of accepted) expect([text, ...faultsOf({ [variable]: text })]).toEqual([text]);
    for (const text of refused) expect([text, ...faultsOf({ [variable]: text })]).toEqual([text, variable]);
  });
});

describe("a token never crosses a network in clear, nor stands in a URL that is logged", () => {
  it.each([
    "https://someone@api.us.code42.com",
    "https://:secret@api.us.code42.com",
    "http://api.us.code42.com",
    "http://127.evil.example",
    "http://localhost.evil.example",
    "https://console.us.code42.com",
  ])("%s is refused as INCYDR_URL", (url) => {
    expect(faultsOf({ INCYDR_URL: url })).toEqual(["INCYDR_URL"]);
  });
});

it.each(["javascript:alert('{userId}')", "file:///{userId}", "https://console.example/"])(
  "%s is no page of a user",
  (template) => {
    expect(faultsOf({ USER_LINK_TEMPLATE: template })).toEqual(["USER_LINK_TEMPLATE"]);
  },
);

it("a public channel is allowed by a pattern of names, and never by an id", () => {
  expect(faultsOf({ ALLOW_PUBLIC_CHANNELS: "C0123ABCDEF" })).toEqual(["ALLOW_PUBLIC_CHANNELS"]);
});

it.each([
  ["inc-*-inc", "inc-inc"],
  ["*-inc-*-inc", "x-inc-inc"],
  ["inc*c", "inc"],
])("no sign of a name is taken twice: %s doesn't match %s", (pattern, name) => {
  expect(isChannelNamed([{ kind: "name", pattern }], { id: "C1", name })).toBe(false);
});

it("a member who is listed twice is one member of the group", () => {
  const { groupMembers } = loadConfig({ ...validEnvironment, GROUP_MEMBERS: "leads=U0MAYA+U0THEO + U0MAYA" });
  expect(groupMembers.get("leads")).toEqual(["U0MAYA", "U0THEO"]);
});

it("no copy, print or JSON of a configuration shows a secret, whatever part of it is taken", () => {
  const env = { ...validEnvironment, REDIS_URL: "redis://:redis-password@redis.example" };
  const config = loadConfig(env);
  const { secrets } = config;
  const shown = [
    config,
    secrets,
    secrets.slack,
    { ...secrets },
    { ...secrets.slack },
    Object.entries(secrets),
  ]
    .flatMap((part) => [JSON.stringify(part), inspect(part, { depth: 9 })])
    .join(" ");
  const texts = ["xoxb-1-bot", "xapp-1-app", "p%40ssword", "p@ssword", "client-secret-42", "redis-password"];
  expect(texts.filter((text) => shown.includes(text))).toEqual([]);
  expect([JSON.stringify(secrets), JSON.stringify(secrets.slack)]).toEqual(['"[secret]"', '"[secret]"']);
  expect(secrets.slack.botToken).toBe("xoxb-1-bot");
});

describe("a list of the team's rules means the same however it is written", () => {
  it("a length of time that stands twice is offered once", () => {
    const { grantHours } = loadConfig({ ...validEnvironment, GRANT_DURATIONS: "1d,24h,8h,1440m" });
    expect(grantHours).toEqual([24, 8]);
  });

  it("blanks around a person and their username, or a group and its members, count for nothing", () => {
    const env = { OPERATOR_MAP: "U0LENA = lena@b.c", GROUP_MEMBERS: "leads = U0THEO + U0LENA" };
    const { operatorMap, groupMembers } = loadConfig({ ...validEnvironment, ...env });
    expect([...operatorMap]).toEqual([["U0LENA", "lena@b.c"]]);
    expect([...groupMembers]).toEqual([["leads", ["U0THEO", "U0LENA"]]]);
  });
});
