import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { signRequest } from "../../../../sandbox/slack/delivery/sign-request.ts";
import { createSlackRequestListener, SLACK_PATH } from "../../../../src/slack/receivers/http-requests.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const SECRET = "a-signing-secret";
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
/** Bolt answers at the latest 3 s after a request, and 5 s after one of a workflow step. */
const LONGEST_MS = 8_000;

const logger = {
  ...{ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  ...{ setLevel: () => {}, setName: () => {}, getLevel: () => "error" as never },
};
const receiver = new HTTPReceiver({ signingSecret: SECRET, endpoints: SLACK_PATH, logger });
const app = new App({
  receiver,
  logger,
  authorize: async () => ({ botToken: "xoxb-x", botUserId: "U0BOT", botId: "B0BOT", teamId: "T0" }),
});
app.command("/incydr", ({ ack }) => ack("here"));

/** The machine's time, as Bolt reads it for itself, and the clock that the listener compares timestamps with. */
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const clock = createManualClock(Date.now());
const failures: unknown[] = [];
const listener = createSlackRequestListener({
  receive: receiver.requestListener,
  signingSecret: SECRET,
  clock,
  log: (_, error) => void failures.push(error),
});
const server = createServer(listener);
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => void rejections.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", onRejection);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  expect(rejections.splice(0)).toEqual([]);
  expect(failures.splice(0)).toEqual([]);
});
afterAll(async () => {
  process.off("unhandledRejection", onRejection);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Sent {
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly signed?: boolean;
  readonly timestampSeconds?: number;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

const port = () => (server.address() as AddressInfo).port; // a listening TCP server has one

/** Posts a body and returns the status of the answer. */
async function post(sent: Sent): Promise<number> {
  const { body, contentType = JSON_TYPE, signed = true, path = SLACK_PATH, method = "POST" } = sent;
  const timestampSeconds = sent.timestampSeconds ?? nowSeconds();
  const signature = signRequest({ signingSecret: SECRET, body: String(body), timestampSeconds });
  const headers = { "content-type": contentType, ...(signed ? signature : {}), ...sent.headers };
  const asked = request({ host: "127.0.0.1", port: port(), path, method, agent: false, headers });
  asked.end(body);
  const [response] = await once(asked, "response", { signal: AbortSignal.timeout(LONGEST_MS) });
  response.resume();
  return response.statusCode;
}

const COMMAND = "command=%2Fincydr&text=help&team_id=T0&user_id=U1&channel_id=C1";

it("hands a signed command to Bolt, which answers it", async () => {
  expect(await post({ body: COMMAND, contentType: FORM })).toBe(200);
  expect(await post({ body: COMMAND, contentType: FORM, path: `${SLACK_PATH}?from=slack` })).toBe(200);
});

it("leaves the check of the signature and of old timestamps to Bolt", async () => {
  expect(await post({ body: COMMAND, contentType: FORM, signed: false })).toBe(401);
  expect(await post({ body: COMMAND, contentType: FORM, timestampSeconds: nowSeconds() - 301 })).toBe(401);
  expect(await post({ body: "null", signed: false })).toBe(401);
  expect(await post({ body: "ssl_check=1", contentType: FORM, signed: false })).toBe(200);
});

it("refuses a timestamp that is more than a minute ahead of the given clock, whatever the machine's clock says", async () => {
  const aheadBy = (seconds: number) => {
    const timestampSeconds = Math.floor(clock.now().getTime() / 1_000) + seconds;
    return post({ body: COMMAND, contentType: FORM, timestampSeconds });
  };
  expect(await aheadBy(58)).toBe(200);
  expect(await aheadBy(62)).toBe(401);
  expect(await aheadBy(86_400)).toBe(401);
  const body = COMMAND;
  expect(await post({ body, headers: { "x-slack-request-timestamp": "Infinity" } })).toBe(401);
  await clock.advance(120_000);
  expect(await aheadBy(58)).toBe(200);
  await clock.advance(-120_000);
});

it.each([
  ["null", JSON_TYPE],
  ["[]", JSON_TYPE],
  ['[{"type":"event_callback"}]', JSON_TYPE],
  ["{}", JSON_TYPE],
  ["5", JSON_TYPE],
  ["true", JSON_TYPE],
  ['"x"', JSON_TYPE],
  ["", JSON_TYPE],
  ["{", JSON_TYPE],
  ["\u0000", JSON_TYPE],
  ["payload=null", FORM],
  ["payload=5", FORM],
  ["payload=%5B%5D", FORM],
  ["payload=%22x%22", FORM],
  ["payload=", FORM],
  ["payload=%7B", FORM],
  ["", FORM],
  ["payload=null", `${FORM}; charset=utf-8`],
])("answers the signed body %j of the type %s with 400", async (body, contentType) => {
  expect(await post({ body, contentType })).toBe(400);
});

it("answers 404 to another path, another method and an address that is none", async () => {
  expect(await post({ body: COMMAND, contentType: FORM, path: "/slack/other" })).toBe(404);
  expect(await post({ body: COMMAND, contentType: FORM, path: "//" })).toBe(404);
  expect(await post({ body: "", method: "GET" })).toBe(404);
});

it("answers 413 to a body that is too large, announced or not", async () => {
  const size = 4 * 1024 * 1024 + 1;
  const options = { host: "127.0.0.1", port: port(), path: SLACK_PATH, method: "POST", agent: false };
  const announced = request({ ...options, headers: { "content-length": size } });
  const unannounced = request(options);
  for (const asked of [announced, unannounced]) asked.on("error", () => {});
  const answers = Promise.all([once(announced, "response"), once(unannounced, "response")]);
  announced.flushHeaders();
  unannounced.write(Buffer.alloc(size, "x"));
  expect((await answers).map(([response]) => response.statusCode)).toEqual([413, 413]);
  for (const asked of [announced, unannounced]) asked.destroy();
});

it("answers 408 to a body that doesn't arrive, and survives a sender who hangs up", async () => {
  const lines = `POST ${SLACK_PATH} HTTP/1.1\r\nhost: bot\r\ncontent-length: 10\r\n\r\nhalf`;
  const leaving = connect(port(), "127.0.0.1");
  const slow = connect(port(), "127.0.0.1");
  const arrived = Promise.all([once(server, "request"), once(leaving, "connect"), once(slow, "connect")]);
  leaving.write(lines);
  slow.write(lines);
  await arrived;
  await expect.poll(() => clock.sleeping().length).toBe(2);
  leaving.destroy();
  await expect.poll(() => clock.sleeping().length).toBe(1);
  const answer = once(slow, "data");
  await clock.advance(3_000);
  expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 408 /);
  slow.destroy();
});

it("answers every signed body, whatever is in it, and nothing is rejected unhandled", async () => {
  const field = fc.constantFrom("type", "event", "actions", "command", "view", "payload", "channel", "team");
  const value = fc.jsonValue({ maxDepth: 3 });
  const shaped = fc.dictionary(field, value, { minKeys: 1, maxKeys: 5 });
  const known = fc.record(
    {
      type: fc.constantFrom(
        "event_callback",
        "block_actions",
        "view_submission",
        "shortcut",
        "message_action",
      ),
      event: fc.oneof(
        value,
        fc.record({ type: fc.constantFrom("app_mention", "message", "function_executed") }),
      ),
      actions: fc.array(value, { maxLength: 2 }),
      view: value,
      user: value,
      channel: value,
      response_urls: value,
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(fc.json(), fc.string(), shaped.map(toJson), known.map(toJson));
  const sent = fc.oneof(
    fc.record({ body: text, contentType: fc.constant(JSON_TYPE) }),
    fc.record({
      body: text.map((content) => `payload=${encodeURIComponent(content)}`),
      contentType: fc.constant(FORM),
    }),
    fc.record({ body: fc.webQueryParameters(), contentType: fc.constant(FORM) }),
  );
  // All at once, because Bolt answers only after 3 s if no handler takes a payload.
  const bodies = fc.sample(sent, 200);
  const answers = await Promise.all(bodies.map(async (each) => ({ ...each, status: await post(each) })));
  expect(answers.filter(({ status }) => ![200, 400, 404, 500].includes(status))).toEqual([]);
});

function toJson(value: unknown): string {
  return JSON.stringify(value);
}
