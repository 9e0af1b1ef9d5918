import { expect, it } from "vitest";
import { createHealth } from "../../../src/observability/index.ts";
import { captureLog } from "../../support/captured-log.ts";

function rig() {
  const { logger, lines } = captureLog();
  let changes = 0;
  const health = createHealth({ logger, now: () => new Date(0), onChange: () => (changes += 1) });
  const logged = () =>
    lines.splice(0).map((line) => {
      const { level, dependency, code, msg } = JSON.parse(line) as Record<string, string>;
      return [level, dependency, code ?? null, msg];
    });
  return { health, logged, changes: () => changes };
}

it("logs a failing dependency once as an error, and its recovery once", () => {
  const { health, logged } = rig();
  health.failing("slack", "ECONNREFUSED", "Slack can't be reached.");
  health.failing("slack", "ECONNREFUSED", "Slack can't be reached.");
  expect(logged()).toEqual([["error", "slack", "ECONNREFUSED", "Slack can't be reached."]]);
  health.ok("slack");
  health.ok("slack");
  expect(logged()).toEqual([["info", "slack", null, "A dependency works again."]]);
});

it("logs again when the reason changes, and when it fails again after a recovery", () => {
  const { health, logged } = rig();
  health.failing("database", "ECONNREFUSED", "It can't be reached.");
  health.failing("database", "read_only", "It is read-only.");
  health.ok("database");
  health.failing("database", "read_only", "It is read-only.");
  expect(logged().map(([level, , code]) => [level, code])).toEqual([
    ["error", "ECONNREFUSED"],
    ["error", "read_only"],
    ["info", null],
    ["error", "read_only"],
  ]);
});

it("logs each reason once if one outage shows several by turns", () => {
  const { health, logged } = rig();
  for (const code of ["ECONNRESET", "no_answer", "ECONNRESET", "no_answer"])
    health.failing("database", code, "It can't be reached.");
  expect(logged().map(([, , code]) => code)).toEqual(["ECONNRESET", "no_answer"]);
  health.ok("database");
  health.failing("database", "no_answer", "It can't be reached.");
  expect(logged()).toHaveLength(2);
});

it("logs nothing of a dependency that works from the start", () => {
  const { health, logged } = rig();
  health.ok("incydr");
  expect(logged()).toEqual([]);
});

it("tells a change of a dependency as it fails and as it works again, and no repetition", () => {
  const { health, changes } = rig();
  health.failing("slack", "ECONNREFUSED", "Slack can't be reached.");
  health.failing("slack", "timeout", "Slack can't be reached.");
  expect(changes()).toBe(1);
  health.ok("slack");
  health.ok("slack");
  expect(changes()).toBe(2);
});
