import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createAuditCheck,
  createChannelsCheck,
  createDatabaseCheck,
  createIncydrCheck,
  createSlackCheck,
} from "../../../src/app/dependency-checks.ts";
import type { readBotIdentity } from "../../../src/app/read-bot-identity.ts";
import { IncydrError } from "../../../src/incydr/index.ts";
import { createHealth, createLogger, createMetrics, type Health } from "../../../src/observability/index.ts";
import { createServerGeneration } from "../../../src/persistence/server-generation.ts";
import type { CheckChannels } from "../../../src/slack/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = () =>
  createHealth({ logger: createLogger({ level: "silent", secrets: [] }), now: () => new Date(0) });
const seen = (health: Health, name: Parameters<Health["read"]>[0]) => {
  const { state, lastError } = health.read(name);
  return state === "failing" ? lastError : state;
};

describe("the check of the database", () => {
  /** A check over a database that gives one answer after the other. */
  function checking(...answers: Promise<"on" | "off">[]) {
    const health = open();
    const generation = createServerGeneration();
    let asked = 0;
    const query = async () => {
      asked += 1;
      return { rows: [{ transaction_read_only: await (answers.shift() ?? "off") }] };
    };
    const pool = { query } as unknown as Parameters<typeof createDatabaseCheck>[0]["database"]["pool"]; // all that is asked
    const check = createDatabaseCheck({ database: { pool, generation }, health });
    return { check, health, generation, asked: () => asked };
  }

  it("calls a server that accepts no writes read-only, gives up its connections, and sees it recover", async () => {
    const { check, health, generation } = checking(Promise.resolve("on"));
    await check();
    expect(seen(health, "database")).toBe("read_only");
    expect(generation.current).toBe(1);
    await check();
    expect(seen(health, "database")).toBe("ok");
  });

  it("waits five seconds for an answer, and asks a silent database no second time meanwhile", async () => {
    const silent = Promise.withResolvers<"off">();
    const { check, health, asked } = checking(silent.promise);
    health.ok("database");
    for (const stateMeanwhile of ["ok", "no_answer"]) {
      const run = check();
      await vi.advanceTimersByTimeAsync(4_999);
      expect(seen(health, "database")).toBe(stateMeanwhile);
      await vi.advanceTimersByTimeAsync(1);
      await run;
      expect(seen(health, "database")).toBe("no_answer");
    }
    expect(asked()).toBe(1);
    silent.resolve("off");
    await vi.advanceTimersByTimeAsync(0);
    await check();
    expect(seen(health, "database")).toBe("ok");
    expect(asked()).toBe(2);
  });
});

describe("the check of Slack", () => {
  const scopes = (names: string[]) => async () => ({
    ok: true,
    ...{ user_id: "U0BOT", bot_id: "B0BOT", team_id: "T0" },
    response_metadata: { scopes: names },
  });
  async function checked(mode: "socket" | "http", test: () => Promise<unknown>): Promise<Health> {
    const health = open();
    const client = { auth: { test } } as unknown as Parameters<typeof readBotIdentity>[0]; // nothing else is asked
    await createSlackCheck({ client, mode, health, groupsRemedy: () => null })();
    return health;
  }

  it("shows in HTTP mode whether Slack can be reached, which the connection shows in Socket Mode", async () => {
    const away = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    expect(seen(await checked("http", scopes([])), "slack")).toBe("ok");
    expect(seen(await checked("socket", scopes([])), "slack")).toBe("unknown");
    expect(seen(await checked("http", away), "slack")).toBe("ECONNREFUSED");
    expect(seen(await checked("socket", away), "slack")).toBe("unknown");
    expect(seen(await checked("socket", away), "slack_api")).toBe("ECONNREFUSED");
  });

  it("names a missing scope, and a refused token, which doesn't mean that Slack can't be reached", async () => {
    expect(seen(await checked("socket", scopes(["chat:write"])), "slack_api")).toBe("missing_scope");
    const withoutBot = async () => ({ ok: true, user_id: "U0BOT", team_id: "T0" });
    const refused = await checked("http", withoutBot);
    expect(seen(refused, "slack_api")).toBe("not_a_bot_token");
    expect(seen(refused, "slack")).toBe("unknown");
  });
});

it("a channel of which Slack says nothing keeps its state, and one that can't be used is checked sooner", async () => {
  const health = open();
  const fine = { code: "ok" } as const;
  const answers = { approvals: fine, audit: fine, restricted: fine };
  const checks = [
    answers,
    { ...answers, audit: { code: "not_in_channel", message: "The bot isn't in it.", cause: null } },
    { approvals: { code: "slack_unavailable" }, audit: { code: "slack_unavailable" }, restricted: fine },
    answers,
  ];
  const next = async () => checks.shift();
  const checkChannels = next as unknown as CheckChannels; // as far as the answers are read
  const channels = createChannelsCheck({ checkChannels, health });
  const states = () => [seen(health, "approvals_channel"), seen(health, "audit_channel")];
  const okPause = await channels();
  expect(states()).toEqual(["ok", "ok"]);
  expect(await channels()).toBeLessThan(okPause);
  expect(states()).toEqual(["ok", "not_in_channel"]);
  await channels();
  expect(states()).toEqual(["ok", "not_in_channel"]);
  await channels();
  expect(states()).toEqual(["ok", "ok"]);
});

describe("the check of Incydr", () => {
  const fault = (code: "unauthorized" | "forbidden" | "aborted") =>
    new IncydrError(code, "It fails.", { sent: "no" });

  it("reads the roles, for which a permission is needed, unless Incydr worked at the last check", async () => {
    const health = open();
    const called: string[] = [];
    let listRoles: () => Promise<never[]> = () => Promise.reject(fault("forbidden"));
    const incydr = {
      renewToken: async () => void called.push("token"),
      users: {
        listRoles: () => {
          called.push("roles");
          return listRoles();
        },
      },
    } as unknown as Parameters<typeof createIncydrCheck>[0]["incydr"]; // nothing else is asked
    const check = createIncydrCheck({ incydr, health });
    await check();
    expect(seen(health, "incydr")).toBe("forbidden");
    listRoles = async () => [];
    await check();
    expect(seen(health, "incydr")).toBe("ok");
    await check();
    expect(called).toEqual(["token", "roles", "token", "roles", "token"]);
  });

  it("says that the API client is refused, and nothing of a check that the end of the process breaks off", async () => {
    const health = open();
    const faults = [fault("aborted"), fault("unauthorized")];
    const incydr = { renewToken: () => Promise.reject(faults.shift()) } as unknown as Parameters<
      typeof createIncydrCheck
    >[0]["incydr"]; // nothing else is asked
    const check = createIncydrCheck({ incydr, health });
    await check();
    expect(seen(health, "incydr")).toBe("unknown");
    await check();
    expect(seen(health, "incydr")).toBe("unauthorized");
  });
});

it("a delivery to the audit channel ends the report of one that failed", async () => {
  const health = open();
  const readBacklog = async () => ({ count: 1, oldestAt: new Date(0) });
  const clock = { now: () => new Date(0) };
  const check = createAuditCheck({ readBacklog, clock, health, metrics: createMetrics() });
  check.onBlocked(new Error("is_archived"));
  check.onDelivered();
  expect(seen(health, "audit_delivery")).toBe("ok");
  await check.run();
  expect(seen(health, "audit_delivery")).toBe("ok");
});
