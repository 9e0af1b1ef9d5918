import { expect, it } from "vitest";
import { createBoltLogger } from "../../../src/app/observers.ts";
import { createLogger } from "../../../src/observability/index.ts";

it("writes what Bolt says into the service's own log, errors by their message, and chatter as debug", () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createBoltLogger(createLogger({ level: "debug", secrets: ["xoxb-secret"], destination }));
  logger.info("⚡️ running with", "xoxb-secret");
  logger.warn("slow", new Error("socket closed"));
  logger.error("broken", 7);
  const told = lines
    .map((line) => JSON.parse(line))
    .map(({ level, component, msg }) => ({ level, component, msg }));
  expect(told).toEqual([
    { level: "debug", component: "bolt", msg: "⚡️ running with [redacted]" },
    { level: "warn", component: "bolt", msg: "slow socket closed" },
    { level: "error", component: "bolt", msg: "broken 7" },
  ]);
});

it("keeps the error and its cause beside the text", () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createBoltLogger(createLogger({ level: "info", secrets: [], destination }));
  logger.error("broken:", new Error("outer", { cause: new Error("inner") }));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "error", msg: "broken: outer", error: { cause: { message: "inner" } } },
  ]);
});
