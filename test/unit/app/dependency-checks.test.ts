import { describe, expect, it } from "vitest";
import {
  createAuditCheck,
  createSlackCheck,
  reportDatabaseFailure,
} from "../../../src/app/dependency-checks.ts";
import type { DirectoryRemedy } from "../../../src/authorization/index.ts";
import { createHealth, createLogger, createMetrics } from "../../../src/observability/index.ts";

const NOW = new Date("2026-11-29T12:00:00Z");

function open() {
  const health = createHealth({ logger: createLogger({ level: "silent", secrets: [] }), now: () => NOW });
  const backlog: { count: number; oldestAt: Date | null } = { count: 0, oldestAt: null };
  const metrics = createMetrics();
  const clock = { now: () => NOW };
  return {
    health,
    backlog,
    metrics,
    check: createAuditCheck({ readBacklog: async () => backlog, clock, health, metrics }),
  };
}

const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

it("forgets a failed delivery when another replica has delivered everything", async () => {
  const { health, backlog, check } = open();
  check.onBlocked(new Error("is_archived"));
  Object.assign(backlog, { count: 3, oldestAt: minutesAgo(1) });
  await check.run();
  expect(health.read("audit_delivery").state).toBe("failing");
  Object.assign(backlog, { count: 0, oldestAt: null });
  await check.run();
  expect(health.read("audit_delivery").state).toBe("ok");
});

it("reports audit entries that wait for more than five minutes, and shows them as metrics", async () => {
  const { health, backlog, check, metrics } = open();
  Object.assign(backlog, { count: 2, oldestAt: minutesAgo(5) });
  await check.run();
  expect(health.read("audit_delivery").state).toBe("ok");
  Object.assign(backlog, { count: 7, oldestAt: minutesAgo(6) });
  await check.run();
  expect(health.read("audit_delivery")).toMatchObject({ state: "failing", lastError: "backlog" });
  expect(await metrics.text()).toContain("\naudit_backlog_entries 7\n");
  expect(await metrics.text()).toContain("\naudit_backlog_age_seconds 360\n");
});

it("calls every answer of a read-only database the same", () => {
  const { health } = open();
  reportDatabaseFailure(health, Object.assign(new Error("cannot execute UPDATE"), { code: "25006" }));
  expect(health.read("database").lastError).toBe("read_only");
});

describe("Slack's API", () => {
  /** Checks a Slack that accepts the token with these scopes; what the health says then. */
  async function checked(groupsRemedy: DirectoryRemedy | null, scopes?: readonly string[]) {
    const { health } = open();
    const test = async () => ({
      ...{ user_id: "U0BOT", bot_id: "B0BOT", team_id: "T0" },
      response_metadata: { scopes },
    });
    const client = { auth: { test } } as unknown as Parameters<typeof createSlackCheck>[0]["client"]; // nothing else is called
    await createSlackCheck({ client, mode: "http", health, groupsRemedy: () => groupsRemedy })();
    const { state, lastError } = health.read("slack_api");
    return state === "ok" ? state : lastError;
  }

  it("is as it has to be when the groups can be read", async () => {
    expect(await checked(null)).toBe("ok");
  });

  it("is not when the plan has no user groups and no groups are configured: nobody may do anything", async () => {
    expect(await checked({ kind: "user_groups_unavailable" })).toBe("user_groups_unavailable");
  });

  it("is not when scopes are missing, which is said first", async () => {
    expect(await checked({ kind: "user_groups_unavailable" }, ["commands"])).toBe("missing_scope");
  });
});
