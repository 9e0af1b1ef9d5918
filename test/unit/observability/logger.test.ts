import { describe, expect, it } from "vitest";
import { withCorrelation } from "../../../src/kernel/correlation.ts";
import type { Logger } from "../../../src/observability/index.ts";
import { createLogLineRedactor } from "../../../src/observability/logger.ts";
import { captureLog } from "../../support/captured-log.ts";

const secrets = ["hunter-2-hunter", 'quo"ted\\secret', "abc"];

/** The lines that a logger writes in `use`, as objects and as one text. */
function written(use: (logger: Logger) => void, level = "info") {
  const { logger, lines, logged } = captureLog({ level, secrets });
  use(logger);
  return { text: lines.join(""), lines: logged() };
}

it("writes one line of JSON with level, time, fields and message", () => {
  const { text, lines } = written((logger) => logger.info({ requestId: "r1", targets: 3 }, "approved"));
  expect(lines).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: "r1",
      targets: 3,
      msg: "approved",
    },
  ]);
  expect(text).toMatch(/^[^\n]+\n$/);
});

it("writes nothing below its level", () => {
  expect(written((logger) => logger.info("quiet"), "warn").lines).toEqual([]);
});

describe("a secret", () => {
  it.each([
    "token",
    "botToken",
    "access_token",
    "Authorization",
    "client_secret",
    "password",
    "set-cookie",
    "x-slack-signature",
    "apiKey",
    "DATABASE_URL",
    "connectionString",
    "response_url",
    "trigger_id",
  ])("is redacted by the name %s, however deep it lies", (name) => {
    const { lines } = written((logger) =>
      logger.info({ a: [{ b: { [name]: "telling", kept: 1 } }], [name]: ["telling"] }),
    );
    expect(lines[0]).toMatchObject({ a: [{ b: { [name]: "[redacted]", kept: 1 } }], [name]: "[redacted]" });
  });

  it("is redacted in the fields of a child", () => {
    const { text } = written((logger) =>
      logger.child({ authorization: "telling", note: secrets[0] }).info("x"),
    );
    expect(text).not.toMatch(/telling|hunter/);
  });

  it("is redacted by its value, in messages, fields, names of fields, and where JSON escapes it", () => {
    const { text, lines } = written((logger) => {
      logger.info({ note: `is ${secrets[1]}`, [`key ${secrets[0]}`]: 1 }, `said ${secrets[0]}!`);
    });
    expect(text).not.toMatch(/hunter|quo/);
    expect(lines[0]).toMatchObject({ note: "is [redacted]", "key [redacted]": 1, msg: "said [redacted]!" });
  });

  it("is redacted by its shape if it is no registered secret", () => {
    const { lines } = written((logger) =>
      logger.info("xoxb-12-ab xoxe.xoxp-1-cd xapp-1-A2-ef Bearer ey.J0_-8aaa Basic a2V5OnM="),
    );
    expect(lines[0]?.msg).toBe("[redacted] [redacted] [redacted] [redacted] [redacted]");
  });

  it("of very few characters leaves ordinary words alone in which it occurs", () => {
    expect(
      written((logger) => logger.info({ bearer: true }, "abcdef, the basic rule")).lines[0],
    ).toMatchObject({
      bearer: true,
      msg: "abcdef, the basic rule",
    });
  });
});

describe("an error", () => {
  const cause = Object.assign(new Error("refused hunter-2-hunter"), {
    config: { headers: { Authorization: "Bearer telling" } },
  });
  const error = new Error("failed", { cause });

  it.each<[string, (logger: Logger) => void]>([
    ["alone", (logger) => logger.error(error)],
    ["as err", (logger) => logger.error({ err: error }, "x")],
    ["as error", (logger) => logger.error({ error }, "x")],
    ["as reason", (logger) => logger.error({ reason: error }, "x")],
  ])("is written %s with its stack and its cause, and without the secrets in them", (_form, log) => {
    const { text } = written(log);
    expect(text).toContain('"message":"failed","stack":"Error: failed');
    expect(text).toContain('"message":"refused [redacted]"');
    expect(text).not.toMatch(/telling|hunter/);
  });
});

it("logs an error without the requests and answers that it holds, and without endless texts", () => {
  const cause = Object.assign(new Error("no JSON"), { body: "<html>private page</html>", statusCode: 502 });
  const error = new Error("x".repeat(100_000), { cause });
  const { text, lines } = written((logger) => logger.error({ error }, "It failed."));
  expect(text).not.toContain("private page");
  expect(text.length).toBeLessThan(20_000);
  expect(lines[0]).toMatchObject({ error: { cause: { statusCode: 502, message: "no JSON" } } });
});

it("writes the correlation id of the work that logs, and none outside of such work", () => {
  const { lines } = written((logger) => {
    withCorrelation("5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11", () => logger.child({ part: "jobs" }).info("in"));
    logger.info("out");
  });
  expect(lines).toMatchObject([
    { msg: "in", correlationId: "5d1f0c9e-8f0b-4c55-9a53-2d0f4f3c6a11" },
    { msg: "out" },
  ]);
  expect(lines[1]).not.toHaveProperty("correlationId");
});

it("leaves nothing of a secret that begins as another secret does", () => {
  const redact = createLogLineRedactor(["hunter22", "hunter22-and-more"]);
  expect(redact(JSON.stringify({ msg: "it is hunter22-and-more, not hunter22" }))).toBe(
    `${JSON.stringify({ msg: "it is [redacted], not [redacted]" })}\n`,
  );
});

it("redacts a line that is no JSON as well", () => {
  const redact = createLogLineRedactor(["hunter22"]);
  expect(redact("{broken hunter22 xoxb-1-2\n")).toBe("{broken [redacted] [redacted]\n");
});
