import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { watchProcessFaults } from "../../../src/app/observers.ts";
import { createMetrics } from "../../../src/observability/index.ts";
import { captureLog } from "../../support/captured-log.ts";

function watch() {
  const { logger, logged } = captureLog();
  const process = new EventEmitter();
  const metrics = createMetrics();
  watchProcessFaults({ process, metrics, logger });
  return { process, metrics, logged };
}

it("logs an unhandled rejection as an error with its cause, and counts it", async () => {
  const { process, metrics, logged } = watch();
  process.emit("unhandledRejection", new Error("outer", { cause: new Error("inner") }));
  expect(logged()).toMatchObject([
    { level: "error", error: { message: "outer", cause: { message: "inner" } } },
  ]);
  process.emit("unhandledRejection", new Error("another"));
  expect(await metrics.text()).toContain("unhandled_rejections_total 2");
});

it("logs a rejection with a value that is no error, and one with nothing", () => {
  const { process, logged } = watch();
  process.emit("unhandledRejection", { ok: false });
  process.emit("unhandledRejection", undefined);
  expect(logged()).toMatchObject([
    { level: "error", error: { code: "unhandled_value", value: { ok: false } } },
    { level: "error", error: { code: "unhandled_value", message: expect.stringContaining("undefined") } },
  ]);
});

it("logs an uncaught exception as fatal with its cause, and leaves the end to Node", () => {
  const { process, logged } = watch();
  process.emit("uncaughtExceptionMonitor", new Error("outer", { cause: new Error("inner") }));
  expect(logged()).toMatchObject([
    { level: "fatal", error: { message: "outer", cause: { message: "inner" } } },
  ]);
  expect(process.listenerCount("uncaughtException")).toBe(0);
});
