import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { signRequest } from "../../../../sandbox/slack/delivery/sign-request.ts";
import { createSlackRequestListener, SLACK_PATH } from "../../../../src/slack/receivers/http-requests.ts";
import { silentLogger } from "../../../contract/slack-test-app.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const SECRET = "a-signing-secret";
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
/** Bolt answers at the latest 3 s after a request, and 5 s after one of a workflow step. */
const LONGEST_MS = 8_000;

const receiver = new HTTPReceiver({ signingSecret: SECRET, endpoints: SLACK_PATH, logger: silentLogger });
const app = new App({
  receiver,
  logger: silentLogger,
  authorize: async () => ({ botToken: "xoxb-x", botUserId: "U0BOT", botId: "B0BOT", teamId: "T0" }),
});
app.command("/incydr", ({ ack }) => ack("here"));

/** The machine's time, which Bolt reads itself, and the clock with which the listener compares timestamps. */
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

it("a signed command is handed to Bolt, which answers it", async () => {
  expect(await post({ body: COMMAND, contentType: FORM })).toBe(200);
  expect(await post({ body: COMMAND, contentType: FORM, path: `${SLACK_PATH}?from=slack` })).toBe(200);
});

it("Bolt checks the signature and refuses old timestamps", async () => {
  expect(await post({ body: COMMAND, contentType: FORM, signed: false })).toBe(401);
  expect(await post({ body: COMMAND, contentType: FORM, timestampSeconds: nowSeconds() - 301 })).toBe(401);
  expect(await post({ body: "null", signed: false })).toBe(401);
  expect(await post({ body: "ssl_check=1", contentType: FORM, signed: false })).toBe(200);
});

it("a timestamp more than a minute ahead of the given clock is refused, regardless of the machine's clock", async () => {
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
])("the signed body %j of the type %s is answered with 400", async (body, contentType) => {
  expect(await post({ body, contentType })).toBe(400);
});

it("another path, another method and a malformed address are answered with 404", async () => {
  expect(await post({ body: COMMAND, contentType: FORM, path: "/slack/other" })).toBe(404);
  expect(await post({ body: COMMAND, contentType: FORM, path: "//" })).toBe(404);
  expect(await post({ body: "", method: "GET" })).toBe(404);
});

it("a body that is too large is answered with 413, announced or not", async () => {
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

it("a body that doesn't arrive is answered with 408, and a sender may hang up", async () => {
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
