import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ConfigWarning, configWarnings, loadConfig } from "../../../src/config/index.ts";
import { validEnvironment } from "./valid-environment.ts";

const LOCAL_DATABASE = "postgres://bot:p%40ssword@localhost:5432/chatops";

function warningsOf(change: Record<string, string | undefined>): ConfigWarning[] {
  const env = { ...validEnvironment, DATABASE_URL: LOCAL_DATABASE, ...change };
  return configWarnings(env, loadConfig(env));
}

describe("a variable whose name is close to a known one", () => {
  it.each([
    ["AUDIT_CHANEL", "AUDIT_CHANNEL"],
    ["AUDIT_CHANNEL_ID", "AUDIT_CHANNEL"],
    ["APROVALS_CHANEL", "APPROVALS_CHANNEL"],
    ["APPROVAL_CHANNEL", "APPROVALS_CHANNEL"],
    ["CARD_CHANNEL", "CARD_CHANNELS"],
    ["SLACK_BOTTOKEN", "SLACK_BOT_TOKEN"],
    ["slack_bot_token", "SLACK_BOT_TOKEN"],
    ["SLACK-BOT-TOKEN", "SLACK_BOT_TOKEN"],
    ["SLACK_BOT_TOKN_FILE", "SLACK_BOT_TOKEN_FILE"],
    ["SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["REDIS_URI", "REDIS_URL"],
    ["REDIS_ULR", "REDIS_URL"],
    ["READONLY", "READ_ONLY"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["HTTP_PROT", "HTTP_PORT"],
    ["OPS_PRT", "OPS_PORT"],
    ["ALLOWED_PUBLIC_CHANNELS", "ALLOW_PUBLIC_CHANNELS"],
    ["REQUESTS_EXPIRY_HOURS", "REQUEST_EXPIRY_HOURS"],
  ])("is warned of: %s for %s", (name, meant) => {
    expect(warningsOf({ [name]: "a value" })).toEqual([
      {
        code: "unknown_variable",
        variable: name,
        message: `${name} is set, but the bot does not read it. If you mean ${meant}, rename it.`,
      },
    ]);
  });

  it.each([
    ["SLACK_API", "SLACK_API_URL"],
    ["INCYDR_API_URL", "INCYDR_URL"],
    ["INCYDR_REQUESTS", "INCYDR_REQUESTS_PER_MINUTE"],
  ])("is warned of if it has some words of a name that is not set: %s for %s", (name, meant) => {
    const env = { ...validEnvironment, DATABASE_URL: LOCAL_DATABASE, [name]: "a value" };
    const { [meant]: _, ...withoutMeant } = env as Record<string, string>;
    expect(configWarnings(withoutMeant, loadConfig(env))).toMatchObject([{ variable: name }]);
  });

  it("is warned of if it is the _FILE variant of a variable that is no secret", () => {
    expect(warningsOf({ AUDIT_CHANNEL_FILE: "/run/audit" })).toEqual([
      {
        code: "unknown_variable",
        variable: "AUDIT_CHANNEL_FILE",
        message:
          "AUDIT_CHANNEL_FILE is set, but the bot does not read it. Only secrets can be read from files. Set AUDIT_CHANNEL itself.",
      },
    ]);
  });

  it("is never warned of with its value, which may be a secret", () => {
    const warnings = warningsOf({ SLACK_BOTTOKEN: "xoxb-2-secret", REDIS_URI: "redis://:passw0rd@redis" });
    expect(warnings).toHaveLength(2);
    expect(JSON.stringify(warnings)).not.toMatch(/xoxb-2|passw0rd/);
  });

  it("is not warned of while it is empty, as an empty variable counts as not set", () => {
    expect(warningsOf({ AUDIT_CHANEL: " ", READONLY: "" })).toEqual([]);
  });
});

describe("a variable of another program", () => {
  it.each([
    "PATH HOME HOSTNAME HOSTTYPE HOST PORT USER USERNAME LOGNAME SHELL SHLVL PWD OLDPWD TERM LANG LC_ALL TZ",
    "TMPDIR EDITOR CI DEBUG MAIL MANPATH COLORTERM SSH_TTY SYSTEMROOT USERPROFILE APPDATA PROMPT",
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy SSL_CERT_FILE SSL_CERT_DIR",
    "NODE_OPTIONS NODE_PATH NODE_VERSION NODE_EXTRA_CA_CERTS NODE_COMPILE_CACHE NODE_TLS_REJECT_UNAUTHORIZED",
    "npm_config_loglevel npm_config_cache npm_lifecycle_event npm_package_name npm_node_execpath INIT_CWD",
    "PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSSLMODE PGSSLROOTCERT PGAPPNAME PGDATA POSTGRES_URL",
    "POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB DATABASE_HOST DATABASE_PORT DATABASE_USER DATABASE_NAME DB_URL",
    "REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_TLS_URL REDIS_SERVICE_HOST REDIS_PORT_6379_TCP_PORT SMTP_HOST",
    "SMTP_PORT SMTP_URL APP_HOST APP_PORT API_URL API_PORT LOG_FILE LOG_FORMAT LOG_DIR SERVICE_URL",
    "KUBERNETES_SERVICE_HOST KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR POD_NAME NOTIFY_SOCKET INVOCATION_ID",
    "JOURNAL_STREAM MEMORY_PRESSURE_WATCH GITHUB_TOKEN GITHUB_ACTIONS AWS_REGION DYNO VIRTUAL_ENV CONTAINER",
    "SLACK_WEBHOOK_URL SLACK_CHANNEL SLACK_CLIENT_ID SLACK_CLIENT_SECRET SLACK_TEAM_ID BOT_TOKEN CLIENT_ID",
    "INCYDR_API_CLIENT_ID INCYDR_API_CLIENT_SECRET",
  ])("is not warned of: %s", (names) => {
    const set = Object.fromEntries(names.split(" ").map((name) => [name, "a value"]));
    expect(warningsOf(set)).toEqual([]);
  });
});

describe("a pattern of tickets", () => {
  it.each(["(?=SEC)SEC-\\d+", "([A-Z])\\1-\\d+", "(?<!x)\\d{1,2000}"])(
    "is warned of if it can take long to match: %s",
    (TICKET_PATTERN) => {
      expect(warningsOf({ TICKET_PATTERN })).toMatchObject([
        { code: "backtracking_pattern", variable: "TICKET_PATTERN" },
      ]);
    },
  );

  it("is not warned of if it is matched in linear time", () => {
    expect(warningsOf({ TICKET_PATTERN: "[A-Z]+-[0-9]+" })).toEqual([]);
  });
});

describe("a database on another host", () => {
  // The driver's own reading of an address, because its behaviour counts and not the name of a mode.
  const driverEncrypts = (url: string) => Boolean(new pg.Client({ connectionString: url }).ssl);

  afterEach(() => vi.unstubAllEnvs());

  it.each([
    "",
    "?sslmode=disable",
    "?sslmode=disable&ssl=true",
    "?ssl=0",
    "?ssl=",
    "?application_name=bot",
    "?uselibpqcompat=true&sslmode=disable",
  ])("is warned of without TLS: %j", (parameters) => {
    const url = `postgres://bot:p%40ssword@db.example/chatops${parameters}`;
    const warnings = warningsOf({ DATABASE_URL: url });
    expect(warnings).toMatchObject([{ code: "unencrypted_database", variable: "DATABASE_URL" }]);
    expect(JSON.stringify(warnings)).not.toMatch(/p%40ssword|p@ssword|db\.example/);
    expect(driverEncrypts(url)).toBe(false);
  });

  it.each([
    "?sslmode=verify-full",
    "?sslmode=require",
    "?sslmode=prefer",
    "?sslmode=allow",
    "?sslmode=no-verify",
    "?ssl=true",
    "?ssl=1",
    "?ssl=no-verify",
    "?sslnegotiation=direct",
    "?uselibpqcompat=true&sslmode=require",
  ])("is not warned of where the driver encrypts or fails: %s", (parameters) => {
    const url = `postgres://bot:p%40ssword@db.example/chatops${parameters}`;
    expect(warningsOf({ DATABASE_URL: url })).toEqual([]);
    expect(driverEncrypts(url)).toBe(true);
  });

  it.each([
    "postgres://localhost/chatops",
    "postgres://LOCALHOST/chatops",
    "postgres://127.0.0.1:5433/chatops",
    "postgres://[::1]/chatops",
    "postgres:///chatops?host=/var/run/postgresql",
    "postgres://db.example/chatops?host=/var/run/postgresql",
    "postgres://%2Fvar%2Frun%2Fpostgresql/chatops",
    "postgres:///chatops",
  ])("is another thing than this machine or a socket: %s", (url) => {
    expect(warningsOf({ DATABASE_URL: url })).toEqual([]);
  });

  it("may be named, and encrypted, by the variables PGHOST and PGSSLMODE, as the driver reads them", () => {
    const url = "postgres:///chatops";
    expect(warningsOf({ DATABASE_URL: url, PGHOST: "db.example" })).toMatchObject([
      { variable: "DATABASE_URL" },
    ]);
    expect(warningsOf({ DATABASE_URL: url, PGHOST: "db.example", PGSSLMODE: "require" })).toEqual([]);
    vi.stubEnv("PGSSLMODE", "require");
    expect(driverEncrypts(url)).toBe(true);
  });

  it("may be named by the parameter host, which replaces the one before the path", () => {
    expect(warningsOf({ DATABASE_URL: "postgres://localhost/chatops?host=db.example" })).toHaveLength(1);
  });
});

describe("a Redis server", () => {
  it.each(["redis://:passw0rd@redis.example", "redis://redis:6379"])(
    "is warned of without TLS: %s",
    (url) => {
      const warnings = warningsOf({ REDIS_URL: url });
      expect(warnings).toMatchObject([{ code: "unencrypted_redis", variable: "REDIS_URL" }]);
      expect(JSON.stringify(warnings)).not.toMatch(/passw0rd|redis\.example/);
    },
  );

  it.each([
    "rediss://:passw0rd@redis.example",
    "redis://localhost:6379",
    "redis://127.0.0.2",
    "redis://[::1]",
  ])("is not warned of over TLS or on this machine: %s", (url) => {
    expect(warningsOf({ REDIS_URL: url })).toEqual([]);
  });
});
