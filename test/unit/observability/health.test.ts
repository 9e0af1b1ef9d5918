import { expect, it } from "vitest";
import { createHealth, createLogger } from "../../../src/observability/index.ts";

function rig() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: "info", secrets: [], destination });
  const health = createHealth({ logger, now: () => new Date(0) });
  const logged = () =>
    lines.splice(0).map((line) => {
      const { level, dependency, code, msg } = JSON.parse(line) as Record<string, string>;
      return [level, dependency, code ?? null, msg];
    });
  return { health, logged };
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

it("logs each reason once if one outage shows as several by turns", () => {
  const { health, logged } = rig();
  for (const code of ["ECONNRESET", "no_answer", "ECONNRESET", "no_answer"])
    health.failing("database", code, "It can't be reached.");
  expect(logged().map(([, , code]) => code)).toEqual(["ECONNRESET", "no_answer"]);
  health.ok("database");
  health.failing("database", "no_answer", "It can't be reached.");
  expect(logged()).toHaveLength(2);
});

it("says nothing of a dependency that works from the start", () => {
  const { health, logged } = rig();
  health.ok("incydr");
  expect(logged()).toEqual([]);
});
