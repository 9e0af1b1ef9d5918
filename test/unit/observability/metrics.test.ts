import { expect, it } from "vitest";
import { createMetrics } from "../../../src/observability/index.ts";

it("a wait that is negative because a clock was set back is counted as none", async () => {
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
