import { expect, it } from "vitest";
import { createBoltLogger } from "../../../src/app/observers.ts";
import { captureLog } from "../../support/captured-log.ts";

it("writes the lines of Bolt into the service's own log, with the error and its cause, and chatter as debug", () => {
  const log = captureLog({ level: "debug", secrets: ["xoxb-secret"] });
  const logger = createBoltLogger(log.logger);
  logger.info("⚡️ running with", "xoxb-secret");
  logger.warn("slow", new Error("socket closed", { cause: new Error("inner") }));
  logger.error("broken", 7);
  expect(log.logged()).toMatchObject([
    { level: "debug", component: "bolt", msg: "⚡️ running with [redacted]" },
    {
      level: "warn",
      component: "bolt",
      msg: "slow socket closed",
      error: { cause: { message: "inner" } },
    },
    { level: "error", component: "bolt", msg: "broken 7" },
  ]);
});
