import { expect, it } from "vitest";
import { createLogLineRedactor } from "../../../src/observability/logger.ts";

it("leaves nothing of a secret that begins as another one does", () => {
  const redact = createLogLineRedactor(["hunter22", "hunter22-and-more"]);
  expect(redact(JSON.stringify({ msg: "it is hunter22-and-more, not hunter22" }))).toBe(
    `${JSON.stringify({ msg: "it is [redacted], not [redacted]" })}\n`,
  );
});

it("redacts a line that is no JSON as well", () => {
  const redact = createLogLineRedactor(["hunter22"]);
  expect(redact("{broken hunter22 xoxb-1-2\n")).toBe("{broken [redacted] [redacted]\n");
});
