import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, type ConfigFault } from "../../../src/config/config-error.ts";
import { loadConfig, othersThatName } from "../../../src/config/index.ts";
import { validEnvironment } from "./valid-environment.ts";

type Environment = Record<string, string | undefined>;

function faultsOf(env: Environment, options?: Parameters<typeof loadConfig>[1]): readonly ConfigFault[] {
  return errorOf(env, options).faults;
}

function errorOf(env: Environment, options?: Parameters<typeof loadConfig>[1]): ConfigError {
  try {
    loadConfig(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

function problemsOf(change: Environment): string[] {
  return faultsOf({ ...validEnvironment, ...change }).map((fault) => `${fault.variable} ${fault.problem}`);
}

describe("a whole environment", () => {
  it("gives Socket Mode and the defaults where nothing else is said", () => {
    expect(loadConfig(validEnvironment)).toMatchObject({
      slack: { mode: "socket", apiUrl: undefined },
      http: { host: "127.0.0.1", port: 3000 },
      ops: { host: "127.0.0.1", port: 3001 },
      incydr: {
        url: "https://api.us.code42.com",
        clientId: "key-42",
        requestsPerMinute: 300,
        burst: undefined,
        reserve: undefined,
        share: 1,
      },
      channels: {
        approvals: "C0APPROVE",
        audit: "C0AUDIT",
        restricted: ["C0RESTRICT"],
        cards: [],
        allowedPublic: [],
        acceptsUnmappedSubjects: false,
      },
      operatorMap: new Map(),
      groupMembers: new Map(),
      protectedUsernames: [],
      requestExpiryHours: 24,
      ratifyWithinHours: 24,
      readOnly: false,
      directoryRefresh: true,
      policiesDir: resolve("policies"),
      ticketPattern: undefined,
      userLinkTemplate: undefined,
      logLevel: "info",
      nodeEnv: "production",
    });
  });

  it("gives every value that is set, blanks and repetitions left out", () => {
    const config = loadConfig({
      ...validEnvironment,
      SLACK_API_URL: "http://127.0.0.1:4000/api/",
      HTTP_HOST: "0.0.0.0",
      HTTP_PORT: "0",
      OPS_HOST: "10.0.0.7",
      OPS_PORT: "0",
      INCYDR_URL: "http://localhost:4001/",
      CARD_CHANNELS: " inc-*, C0WATER ,#watercooler,, ",
      ALLOW_PUBLIC_CHANNELS: "public-inc-*",
      GRANT_DURATIONS: "1d,24h,8h,1440m",
      GROUP_MEMBERS: "leads=U0THEO+U0PRIYA + U0THEO, risk.analysts = U0MAYA",
      OPERATOR_MAP: "U0LENA = lena@harborlight.example, U0PAR=pär.öberg@harborlight.example",
      PROTECTED_USERNAMES: "service.backup@harborlight.example",
      REQUEST_EXPIRY_HOURS: "8",
      READ_ONLY: "true",
      DIRECTORY_REFRESH: "false",
      POLICIES_DIR: "/etc/chatops/policies",
      TICKET_PATTERN: "SEC-\\d+|none",
      USER_LINK_TEMPLATE: "https://console.example/app/#/users/{userId}",
      LOG_LEVEL: "debug",
      NODE_ENV: "test",
    });
    expect(config).toMatchObject({
      slack: { apiUrl: "http://127.0.0.1:4000/api" },
      http: { host: "0.0.0.0", port: 0 },
      ops: { host: "10.0.0.7", port: 0 },
      incydr: { url: "http://localhost:4001" },
      channels: {
        cards: [
          { kind: "name", pattern: "inc-*" },
          { kind: "id", id: "C0WATER" },
          { kind: "name", pattern: "watercooler" },
        ],
        allowedPublic: [{ kind: "name", pattern: "public-inc-*" }],
      },
      grantHours: [24, 8],
      groupMembers: new Map([
        ["leads", ["U0THEO", "U0PRIYA"]],
        ["risk.analysts", ["U0MAYA"]],
      ]),
      operatorMap: new Map([
        ["U0LENA", "lena@harborlight.example"],
        ["U0PAR", "pär.öberg@harborlight.example"],
      ]),
      protectedUsernames: ["service.backup@harborlight.example"],
      requestExpiryHours: 8,
      ratifyWithinHours: 24,
      readOnly: true,
      directoryRefresh: false,
      policiesDir: "/etc/chatops/policies",
      userLinkTemplate: "https://console.example/app/#/users/{userId}",
      logLevel: "debug",
      nodeEnv: "test",
    });
    expect(config.ticketPattern?.test("SEC-12")).toBe(true);
    expect(config.ticketPattern?.test("none, see SEC-12")).toBe(false);
  });

  it("asks for the signing secret, and not for the app token, in http mode", () => {
    const { SLACK_APP_TOKEN: _, ...env } = validEnvironment;
    const http = { ...env, SLACK_MODE: "http" };
    expect(faultsOf(http)).toMatchObject([{ variable: "SLACK_SIGNING_SECRET", problem: "is not set" }]);
    expect(loadConfig({ ...http, SLACK_SIGNING_SECRET: "shhh" }).secrets.slack).toMatchObject({
      mode: "http",
      signingSecret: "shhh",
    });
  });

  it("leaves the variables of the mode unread that SLACK_MODE switches off", () => {
    const config = loadConfig({ ...validEnvironment, SLACK_SIGNING_SECRET: "of the other mode" });
    expect(config.secrets.slack).toMatchObject({ mode: "socket", appToken: "xapp-1-app" });
  });

  it("counts an empty or blank variable as not set", () => {
    const config = loadConfig({
      ...validEnvironment,
      HTTP_PORT: "",
      CARD_CHANNELS: "  ",
      TICKET_PATTERN: "",
    });
    expect(config.http.port).toBe(3000);
    expect(config.ticketPattern).toBeUndefined();
    expect(problemsOf({ INCYDR_CLIENT_ID: " " })).toEqual(["INCYDR_CLIENT_ID is not set"]);
  });
});

describe("the two listeners", () => {
  it("accept the same port on different addresses, and port 0 for both", () => {
    const apart = loadConfig({ ...validEnvironment, HTTP_HOST: "10.0.0.7", HTTP_PORT: "80", OPS_PORT: "80" });
    expect(apart.ops).toEqual({ host: "127.0.0.1", port: 80 });
    expect(loadConfig({ ...validEnvironment, HTTP_PORT: "0", OPS_PORT: "0" }).ops.port).toBe(0);
  });
});

describe("a channel that is configured twice", () => {
  it("is no fault that ends the start, and is named with the other variables", () => {
    const { channels } = loadConfig({
      ...validEnvironment,
      AUDIT_CHANNEL: "C0APPROVE",
      RESTRICTED_CHANNEL: "C0RESTRICT,C0APPROVE",
    });
    expect(othersThatName("C0RESTRICT", "restricted", channels)).toEqual([]);
    expect(othersThatName("C0APPROVE", "restricted", channels)).toEqual([
      "APPROVALS_CHANNEL",
      "AUDIT_CHANNEL",
    ]);
    expect(othersThatName("C0APPROVE", "audit", channels)).toEqual([
      "APPROVALS_CHANNEL",
      "RESTRICTED_CHANNEL",
    ]);
  });
});

describe("the restricted channels", () => {
  it("are one or several, in their order, each once", () => {
    const restricted = (value: string) =>
      loadConfig({ ...validEnvironment, RESTRICTED_CHANNEL: value }).channels.restricted;
    expect(restricted("C0RESTRICT")).toEqual(["C0RESTRICT"]);
    expect(restricted("C0SECOND, C0FIRST,C0SECOND")).toEqual(["C0SECOND", "C0FIRST"]);
  });

  it("are at least one, and each is an id", () => {
    expect(problemsOf({ RESTRICTED_CHANNEL: "," })).toEqual([
      "RESTRICTED_CHANNEL must have at least one entry",
    ]);
    expect(problemsOf({ RESTRICTED_CHANNEL: "C0RESTRICT,secret" })).toEqual([
      expect.stringMatching(/^RESTRICTED_CHANNEL .*must be a channel id/),
    ]);
  });
});

describe("the limit of Incydr", () => {
  it("may be kept with other replicas over Redis, which is a secret, each with a share of its own", () => {
    const config = loadConfig({
      ...validEnvironment,
      REDIS_URL: "rediss://:p%40ss@redis.example:6379",
      INCYDR_SHARE: "1/4",
    });
    expect(config.secrets.redisUrl).toBe("rediss://:p%40ss@redis.example:6379");
    expect(config.incydr.share).toBe(0.25);
    expect(loadConfig(validEnvironment).secrets.redisUrl).toBeUndefined();
  });

  it.each([
    ["INCYDR_BURST", { INCYDR_BURST: "50", INCYDR_REQUESTS_PER_MINUTE: "50" }],
    ["INCYDR_RESERVE", { INCYDR_RESERVE: "20", INCYDR_BURST: "20" }],
    ["INCYDR_RESERVE", { INCYDR_RESERVE: "2", INCYDR_REQUESTS_PER_MINUTE: "4" }],
    ["INCYDR_SHARE", { INCYDR_SHARE: "1/4", INCYDR_BURST: "3" }],
    ["INCYDR_SHARE", { INCYDR_SHARE: "1/2", INCYDR_REQUESTS_PER_MINUTE: "3" }],
  ])("refuses %s if its bucket could not work: %j", (variable, env) => {
    const { faults } = errorOf({ ...validEnvironment, ...env });
    expect(faults.map((fault) => fault.variable)).toEqual([variable]);
  });

  it("accepts limits from 1 to 60,000 without further settings", () => {
    for (const limit of ["1", "2", "3", "4", "5", "60", "60000"]) {
      const { incydr } = loadConfig({ ...validEnvironment, INCYDR_REQUESTS_PER_MINUTE: limit });
      expect(incydr).toMatchObject({
        requestsPerMinute: Number(limit),
        burst: undefined,
        reserve: undefined,
      });
    }
  });

  it.each(["localhost:6379", "http://redis.example", "redis://:50%@redis.example"])(
    "refuses %s as Redis",
    (url) => {
      expect(problemsOf({ REDIS_URL: url })).toHaveLength(1);
    },
  );
});

describe("faults", () => {
  it("come all at once, each with the variable's name, the problem, its description and an example", () => {
    const error = errorOf({ HTTP_PORT: "70000", LOG_LEVEL: "loud", INCYDR_URL: "api.us.code42.com" });
    expect(error.code).toBe("invalid_config");
    expect(error.faults.map((fault) => fault.variable)).toEqual([
      "SLACK_BOT_TOKEN",
      "SLACK_APP_TOKEN",
      "HTTP_PORT",
      "DATABASE_URL",
      "INCYDR_URL",
      "INCYDR_CLIENT_ID",
      "INCYDR_CLIENT_SECRET",
      "APPROVALS_CHANNEL",
      "AUDIT_CHANNEL",
      "RESTRICTED_CHANNEL",
      "LOG_LEVEL",
    ]);
    for (const fault of error.faults) {
      expect(error.message).toContain(`${fault.variable} ${fault.problem}`);
      expect(error.message).toContain(fault.description);
      expect(error.message).toContain(`Example: ${fault.variable}=`);
    }
    expect(error.message).toContain("npm run sandbox");
  });

  it.each<[Environment, string]>([
    [{ SLACK_MODE: "sockets" }, "SLACK_MODE must be one of: socket, http"],
    [{ SLACK_BOT_TOKEN: "xapp-1" }, 'SLACK_BOT_TOKEN must begin with "xoxb-"'],
    [{ SLACK_APP_TOKEN: "xoxb-1" }, 'SLACK_APP_TOKEN must begin with "xapp-"'],
    [{ INCYDR_CLIENT_SECRET: "two words" }, "INCYDR_CLIENT_SECRET must not contain a space or a line break"],
    [{ HTTP_PORT: "3e3" }, "HTTP_PORT must be a whole number from 0 to 65535"],
    [{ REQUEST_EXPIRY_HOURS: "0" }, "REQUEST_EXPIRY_HOURS must be from 1 to 720"],
    [{ READ_ONLY: "maybe" }, "READ_ONLY must be true or false"],
    [{ DATABASE_URL: "mysql://localhost/x" }, "DATABASE_URL must be a URL that begins with postgres://"],
    [
      { DATABASE_URL: "postgres://u:5%@h/d" },
      "DATABASE_URL has a password that can't be decoded; write each % in it as %25",
    ],
    [
      { INCYDR_URL: "http://api.us.code42.com" },
      "INCYDR_URL must begin with https:// (http:// is accepted only for this machine)",
    ],
    [
      { INCYDR_URL: "https://console.us.code42.com" },
      "INCYDR_URL is the address of the console; set the address of the API, which begins with https://api.",
    ],
    [
      { SLACK_API_URL: "https://u:p@slack.com/api" },
      "SLACK_API_URL must not contain a user name or a password",
    ],
    [
      { CARD_CHANNELS: "inc-*,General Talk" },
      "CARD_CHANNELS (entry 2) must be a channel id such as C0123ABCDEF, or a channel name or pattern such as inc-*, in lower case and without spaces",
    ],
    [
      { ALLOW_PUBLIC_CHANNELS: "C0GENERAL" },
      "ALLOW_PUBLIC_CHANNELS (entry 1) must be a channel name or a pattern such as inc-*, in lower case and without spaces",
    ],
    [{ OPERATOR_MAP: "U0LENA" }, "OPERATOR_MAP (entry 1) must be a pair such as U123ABC=person@example.com"],
    [
      { GROUP_MEMBERS: "leads=theo" },
      "GROUP_MEMBERS (entry 1) must be a group and its members, such as leads=U123ABC+U456DEF",
    ],
    [
      { GROUP_MEMBERS: "leads=U0THEO,leads=U0PRIYA" },
      "GROUP_MEMBERS has two entries for leads; remove one of them",
    ],
    [
      { OPERATOR_MAP: "U0LENA=a@b.c,U0LENA=d@e.f" },
      "OPERATOR_MAP has two entries for U0LENA; remove one of them",
    ],
    [{ TICKET_PATTERN: "(" }, "TICKET_PATTERN is not a valid regular expression"],
    [{ TICKET_PATTERN: "(SEC)-\\2" }, "TICKET_PATTERN is not a valid regular expression"],
    [{ USER_LINK_TEMPLATE: "https://console.example" }, "USER_LINK_TEMPLATE must contain {userId}"],
    [
      { INCYDR_CLIENT_SECRET: "'42'" },
      "INCYDR_CLIENT_SECRET has quotation marks around its value; remove them",
    ],
    [{ SLACK_BOT_TOKEN: '"xoxb-1"' }, "SLACK_BOT_TOKEN has quotation marks around its value; remove them"],
    [{ AUDIT_CHANNEL: '"C0AUDIT"' }, "AUDIT_CHANNEL has quotation marks around its value; remove them"],
    [{ DATABASE_URL: '"postgres://h/d"' }, "DATABASE_URL has quotation marks around its value; remove them"],
    [{ HTTP_PORT: "3001" }, "OPS_PORT must not be the same port as HTTP_PORT"],
    [{ OPS_PORT: "3000", OPS_HOST: "0.0.0.0" }, "OPS_PORT must not be the same port as HTTP_PORT"],
    [
      { AUDIT_CHANNEL: undefined, AUDIT_CHANEL: "C0AUDIT" },
      "AUDIT_CHANNEL is not set; AUDIT_CHANEL is set, but the bot does not read it",
    ],
    [
      { INCYDR_CLIENT_SECRET: "", INCYDR_SECRET_FILE: "/run/secret" },
      "INCYDR_CLIENT_SECRET is not set; INCYDR_SECRET_FILE is set, but the bot does not read it",
    ],
    [
      { INCYDR_CLIENT_ID: "", INCYDR_CLIENT_ID_FILE: "/run/id" },
      "INCYDR_CLIENT_ID is not set; INCYDR_CLIENT_ID_FILE is set, but the bot does not read it",
    ],
  ])("name the problem of %j", (change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  it("include a name in place of the approvals channel's id", () => {
    expect(problemsOf({ APPROVALS_CHANNEL: "#approvals" })[0]).toMatch(
      /^APPROVALS_CHANNEL must be a channel id/,
    );
  });

  it("never quote a value, since a secret may stand in the wrong variable", () => {
    const secret = "xoxb-1-secret in the wrong place";
    const names = [
      "SLACK_MODE",
      "SLACK_APP_TOKEN",
      "HTTP_PORT",
      "DATABASE_URL",
      "INCYDR_URL",
      "APPROVALS_CHANNEL",
    ];
    const others = ["CARD_CHANNELS", "OPERATOR_MAP", "READ_ONLY", "LOG_LEVEL", "SLACK_BOT_TOKEN_FILE"];
    const error = errorOf(Object.fromEntries([...names, ...others].map((name) => [name, secret])));
    expect(error.faults.length).toBeGreaterThan(10);
    expect(error.message).not.toContain("wrong place");
  });
});

describe("a secret in a file", () => {
  const { SLACK_BOT_TOKEN: _, ...withoutToken } = validEnvironment;
  const files: Record<string, string> = {
    "/run/secrets/bot": "xoxb-from-file\r\n",
    "/run/secrets/empty": "\n",
  };
  const readFile = (path: string) => {
    const content = files[path];
    if (content === undefined) throw Object.assign(new Error(`ENOENT: '${path}'`), { code: "ENOENT" });
    return content;
  };

  it("is read, without the line break at its end", () => {
    const config = loadConfig({ ...withoutToken, SLACK_BOT_TOKEN_FILE: "/run/secrets/bot" }, { readFile });
    expect(config.secrets.slack.botToken).toBe("xoxb-from-file");
  });

  it("is a fault when the variable is set as well, when it is empty, and when it can't be read", () => {
    const problem = (env: Environment) => faultsOf(env, { readFile }).map((fault) => fault.problem);
    expect(problem({ ...validEnvironment, SLACK_BOT_TOKEN_FILE: "/run/secrets/bot" })).toEqual([
      "and SLACK_BOT_TOKEN_FILE are both set; remove one of them",
    ]);
    expect(problem({ ...withoutToken, SLACK_BOT_TOKEN_FILE: "/run/secrets/empty" })).toEqual([
      "is empty: the file that SLACK_BOT_TOKEN_FILE names has no text",
    ]);
    expect(problem({ ...withoutToken, SLACK_BOT_TOKEN_FILE: "/run/secrets/none" })).toEqual([
      "can't be read from the file that SLACK_BOT_TOKEN_FILE names (ENOENT); check the path and the permissions",
    ]);
  });
});
