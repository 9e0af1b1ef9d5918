import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createAuditCheck,
  createChannelsCheck,
  createDatabaseCheck,
  createIncydrCheck,
  createSlackCheck,
  reportDatabaseFailure,
} from "../../../src/app/dependency-checks.ts";
import type { DirectoryRemedy } from "../../../src/authorization/index.ts";
import { IncydrError } from "../../../src/incydr/index.ts";
import {
  createHealth,
  createLogger,
  createMetrics,
  type Dependency,
  type Health,
} from "../../../src/observability/index.ts";
import { createServerGeneration } from "../../../src/persistence/server-generation.ts";
import type { CheckChannels } from "../../../src/slack/index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NOW = new Date("2026-11-29T12:00:00Z");

const openHealth = () =>
  createHealth({ logger: createLogger({ level: "silent", secrets: [] }), now: () => NOW });
/** The state of the dependency, or its fault. */
const seen = (health: Health, name: Dependency) => {
  const { state, lastError } = health.read(name);
  return state === "failing" ? lastError : state;
};

describe("the check of the database", () => {
  /** A check over a database that gives one answer after the other. */
  function checking(...answers: Promise<"on" | "off">[]) {
    const health = openHealth();
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

it("a query that a read-only database refuses is reported by the same code as the check", () => {
  const health = openHealth();
  reportDatabaseFailure(health, Object.assign(new Error("cannot execute UPDATE"), { code: "25006" }));
  expect(seen(health, "database")).toBe("read_only");
});

describe("the check of Slack", () => {
  const answering = (scopes?: readonly string[]) => async () => ({
    ok: true,
    ...{ user_id: "U0BOT", bot_id: "B0BOT", team_id: "T0" },
    response_metadata: { scopes },
  });
  async function checked(
    mode: "socket" | "http",
    test: () => Promise<unknown>,
    groupsRemedy: DirectoryRemedy | null = null,
  ): Promise<Health> {
    const health = openHealth();
    const client = { auth: { test } } as unknown as Parameters<typeof createSlackCheck>[0]["client"]; // nothing else is called
    await createSlackCheck({ client, mode, health, groupsRemedy: () => groupsRemedy })();
    return health;
  }

  it("shows in HTTP mode whether Slack can be reached, which the connection shows in Socket Mode", async () => {
    const away = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    expect(seen(await checked("http", answering([])), "slack")).toBe("ok");
    expect(seen(await checked("socket", answering([])), "slack")).toBe("unknown");
    expect(seen(await checked("http", away), "slack")).toBe("ECONNREFUSED");
    expect(seen(await checked("socket", away), "slack")).toBe("unknown");
    expect(seen(await checked("socket", away), "slack_api")).toBe("ECONNREFUSED");
  });

  it("names a refused token, which doesn't mean that Slack can't be reached", async () => {
    const refused = await checked("http", async () => ({ ok: true, user_id: "U0BOT", team_id: "T0" }));
    expect(seen(refused, "slack_api")).toBe("not_a_bot_token");
    expect(seen(refused, "slack")).toBe("unknown");
  });

  it("names missing scopes before a plan without user groups, by which no person may do anything", async () => {
    const remedy = { kind: "user_groups_unavailable" } as const;
    expect(seen(await checked("http", answering()), "slack_api")).toBe("ok");
    expect(seen(await checked("http", answering(), remedy), "slack_api")).toBe("user_groups_unavailable");
    expect(seen(await checked("http", answering(["commands"]), remedy), "slack_api")).toBe("missing_scope");
  });
});

it("a channel of which Slack says nothing keeps its state, and one that can't be used is checked sooner", async () => {
  const health = openHealth();
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
  type Incydr = Parameters<typeof createIncydrCheck>[0]["incydr"];

  it("reads the roles, for which a permission is needed, unless Incydr worked at the last check", async () => {
    const health = openHealth();
    const called: string[] = [];
    let listRoles: () => Promise<never[]> = () => Promise.reject(fault("forbidden"));
    const users = {
      listRoles: () => {
        called.push("roles");
        return listRoles();
      },
    };
    const incydr = { renewToken: async () => void called.push("token"), users } as unknown as Incydr; // nothing else is asked
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
    const health = openHealth();
    const faults = [fault("aborted"), fault("unauthorized")];
    const incydr = { renewToken: () => Promise.reject(faults.shift()) } as unknown as Incydr; // nothing else is asked
    const check = createIncydrCheck({ incydr, health });
    await check();
    expect(seen(health, "incydr")).toBe("unknown");
    await check();
    expect(seen(health, "incydr")).toBe("unauthorized");
  });
});

describe("the check of the audit log", () => {
  function open() {
    const health = openHealth();
    const backlog: { count: number; oldestAt: Date | null } = { count: 0, oldestAt: null };
    const metrics = createMetrics();
    const readBacklog = async () => backlog;
    const check = createAuditCheck({ readBacklog, clock: { now: () => NOW }, health, metrics });
    /** Runs the check while this number of entries wait, the oldest for this time. */
    const checkedWith = async (count: number, minutes: number) => {
      const oldestAt = count === 0 ? null : new Date(NOW.getTime() - minutes * 60_000);
      Object.assign(backlog, { count, oldestAt });
      await check.run();
      return seen(health, "audit_delivery");
    };
    return { health, metrics, check, checkedWith };
  }

  it("forgets a failed delivery once another replica has delivered everything", async () => {
    const { check, checkedWith } = open();
    check.onBlocked(new Error("is_archived"));
    expect(await checkedWith(3, 1)).not.toBe("ok");
    expect(await checkedWith(0, 0)).toBe("ok");
  });

  it("forgets a failed delivery once this replica has delivered an entry", async () => {
    const { check, checkedWith, health } = open();
    check.onBlocked(new Error("is_archived"));
    check.onDelivered();
    expect(seen(health, "audit_delivery")).toBe("ok");
    expect(await checkedWith(1, 0)).toBe("ok");
  });

  it("reports entries that wait for more than five minutes, and shows them as metrics", async () => {
    const { metrics, checkedWith } = open();
    expect(await checkedWith(2, 5)).toBe("ok");
    expect(await checkedWith(7, 6)).toBe("backlog");
    expect(await metrics.text()).toContain("\naudit_backlog_entries 7\n");
    expect(await metrics.text()).toContain("\naudit_backlog_age_seconds 360\n");
  });
});
