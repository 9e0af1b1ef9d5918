import { expect, it } from "vitest";
import { createHealth, createLogger, createMetrics } from "../../../src/observability/index.ts";

it("a wait that a clock set back makes negative is counted as none, and fails nothing", async () => {
  const metrics = createMetrics();
  metrics.countWait({ lane: "bulk", waitedMs: -5 });
  expect(await metrics.text()).toContain('incydr_waited_seconds_total{lane="bulk"} 0');
});

it("a pause that Incydr asked for is shown in seconds, beside the longest wait", async () => {
  const metrics = createMetrics();
  metrics.watchQueue(() => ({
    ...{ waiting: {}, longestWaitMs: 2_500, pausedForMs: 7_500 },
    ...{ sharing: "alone", requestsPerMinute: 100, replicas: 1 },
  }));
  const text = await metrics.text();
  expect(text).toContain("\nincydr_paused_seconds 7.5\n");
  expect(text).toContain("\nincydr_longest_wait_seconds 2.5\n");
});

it("each change of a dependency is told as it fails and as it works again, and no repetition", () => {
  let changes = 0;
  const logger = createLogger({ level: "silent", secrets: [] });
  const health = createHealth({ logger, now: () => new Date(0), onChange: () => (changes += 1) });
  health.failing("slack", "ECONNREFUSED", "Slack can't be reached.");
  health.failing("slack", "timeout", "Slack can't be reached.");
  expect(changes).toBe(1);
  health.ok("slack");
  health.ok("slack");
  expect(changes).toBe(2);
});
