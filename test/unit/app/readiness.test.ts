import { expect, it } from "vitest";
import { readinessOf } from "../../../src/app/readiness.ts";
import {
  createHealth,
  createLogger,
  DEPENDENCIES,
  type Dependency,
} from "../../../src/observability/index.ts";

/** A record in which every dependency works, except these dependencies, which fail with these codes. */
function healthWith(failing: Partial<Record<Dependency, string>> = {}) {
  const logger = createLogger({ level: "silent", secrets: [] });
  const health = createHealth({ logger, now: () => new Date(0) });
  for (const name of DEPENDENCIES) health.ok(name);
  for (const name of DEPENDENCIES) {
    const code = failing[name];
    if (code) health.failing(name, code, "It fails.");
  }
  return health;
}

type Question = Partial<Omit<Parameters<typeof readinessOf>[0], "health">>;

function isReady(failing: Partial<Record<Dependency, string>>, question: Question = {}): boolean {
  const health = healthWith(failing);
  return readinessOf({ health, phase: "running", mode: "socket", scope: "all", ...question }).ready;
}

it("is ready when every dependency works", () => {
  expect(isReady({})).toBe(true);
  expect(isReady({}, { mode: "http", scope: "traffic" })).toBe(true);
});

it.each(DEPENDENCIES)("is not ready when %s fails", (name) => {
  expect(isReady({ [name]: "some_code" })).toBe(false);
});

it.each(DEPENDENCIES)("is not ready before %s was checked", (name) => {
  const logger = createLogger({ level: "silent", secrets: [] });
  const health = createHealth({ logger, now: () => new Date(0) });
  for (const other of DEPENDENCIES) if (other !== name) health.ok(other);
  expect(readinessOf({ health, phase: "running", mode: "socket", scope: "all" }).ready).toBe(false);
});

it.each(["starting", "stopping"] as const)("takes no traffic while the process is %s", (phase) => {
  expect(isReady({}, { phase, scope: "traffic" })).toBe(false);
  expect(isReady({}, { phase })).toBe(false);
});

it("takes traffic during faults that all replicas share", () => {
  const shared = {
    incydr: "unavailable",
    audit_channel: "is_archived",
    approvals_channel: "not_in_channel",
    restricted_channel: "channel_not_found",
    audit_delivery: "is_archived",
    slack_api: "missing_scope",
    queue: "unknown_error",
    database: "read_only",
  };
  expect(isReady(shared, { scope: "traffic" })).toBe(true);
  expect(isReady({ ...shared, slack: "ECONNREFUSED" }, { scope: "traffic", mode: "http" })).toBe(true);
});

it("takes no traffic when this replica can't reach the database", () => {
  expect(isReady({ database: "ECONNREFUSED" }, { scope: "traffic" })).toBe(false);
  expect(isReady({ database: "57P01" }, { scope: "traffic", mode: "http" })).toBe(false);
});

it("takes no traffic without its socket in Socket Mode, nor with a wrong clock in HTTP mode", () => {
  expect(isReady({ slack: "ECONNREFUSED" }, { scope: "traffic", mode: "socket" })).toBe(false);
  expect(isReady({ clock: "offset" }, { scope: "traffic", mode: "http" })).toBe(false);
  expect(isReady({ clock: "offset" }, { scope: "traffic", mode: "socket" })).toBe(true);
});

it("gives each dependency's state, since when it is so, and its last error, also after a recovery", () => {
  let time = new Date("2026-11-29T10:00:00Z");
  const logger = createLogger({ level: "silent", secrets: [] });
  const health = createHealth({ logger, now: () => time });
  time = new Date("2026-11-29T10:01:00Z");
  health.failing("incydr", "unauthorized", "Incydr refuses the API client.");
  time = new Date("2026-11-29T10:02:00Z");
  health.failing("incydr", "unauthorized", "Incydr refuses the API client.");
  const { dependencies } = readinessOf({ health, phase: "running", mode: "socket", scope: "all" });
  expect(dependencies.incydr).toEqual({
    state: "failing",
    since: new Date("2026-11-29T10:01:00Z"),
    lastError: "unauthorized",
  });
  time = new Date("2026-11-29T10:03:00Z");
  health.ok("incydr");
  expect(health.read("incydr")).toEqual({
    state: "ok",
    since: new Date("2026-11-29T10:03:00Z"),
    lastError: "unauthorized",
  });
});
