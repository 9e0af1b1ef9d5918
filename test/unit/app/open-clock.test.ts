import type { Pool } from "pg";
import { expect, it, vi } from "vitest";
import { openClock, reportClockOffset } from "../../../src/app/open-storage.ts";
import { createHealth, createMetrics, type Logger } from "../../../src/observability/index.ts";
import { captureLog } from "../../support/captured-log.ts";

function open() {
  const { logger, logged } = captureLog();
  const health = createHealth({ logger, now: () => new Date("2026-11-01T10:00:00Z") });
  return { health, messages: () => logged().map(({ msg }) => msg) };
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

it("logs each outage in which the database's time can't be measured once, and goes on measuring", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const warned: string[] = [];
    const logger = { warn: (_what: object, text: string) => void warned.push(text) } as unknown as Logger; // nothing else is logged
    let isDown = false;
    const query = async () => {
      if (isDown) throw new Error("connection lost");
      return { rows: [{ ms: Date.now() }] };
    };
    const pool = { query } as unknown as Pool; // nothing else is asked
    const { health } = open();
    await using _clock = await openClock({ pool, health, metrics: createMetrics(), logger });
    expect(health.read("clock").state).toBe("ok");
    for (const down of [true, false, true]) {
      isDown = down;
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(warned).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

it("a database that doesn't return its time lets no clock be opened", async () => {
  const pool = { query: async () => ({ rows: [] }) } as unknown as Pool; // nothing else is asked
  const logger = {} as unknown as Logger; // nothing is logged
  const opening = openClock({ pool, health: open().health, metrics: createMetrics(), logger });
  await expect(opening).rejects.toThrow("did not return its time");
});
