import { expect, it } from "vitest";
import { reportClockOffset } from "../../../src/app/open-clock.ts";
import { createHealth, createLogger, createMetrics } from "../../../src/observability/index.ts";

function open() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: "info", secrets: [], destination });
  const health = createHealth({ logger, now: () => new Date("2026-11-01T10:00:00Z") });
  return { health, messages: () => lines.map((line) => JSON.parse(line).msg) };
}

it.each([
  [60_000, "clock_ahead", "The machine's clock is 60 s ahead of the database's clock."],
  [-600_000, "clock_behind", "The machine's clock is 600 s behind the database's clock."],
])("reports a machine clock that is %i ms off as failing, and logs it once", (offsetMs, code, message) => {
  const { health, messages } = open();
  reportClockOffset(health, offsetMs);
  reportClockOffset(health, offsetMs + 1_000);
  expect(health.read("clock")).toMatchObject({ state: "failing", lastError: code });
  expect(messages()).toEqual([expect.stringContaining(message)]);
});

it("reports a machine clock that is less than a minute off as working, also after it was wrong", () => {
  const { health, messages } = open();
  for (const offsetMs of [-59_999, 60_000, 59_999]) reportClockOffset(health, offsetMs);
  expect(health.read("clock")).toMatchObject({ state: "ok", lastError: "clock_ahead" });
  expect(messages()).toHaveLength(2);
});

it("shows the offset as a metric, in seconds", async () => {
  const metrics = createMetrics();
  metrics.showClockOffset(-600_500);
  expect(await metrics.text()).toContain("\nclock_offset_seconds -600.5\n");
});
