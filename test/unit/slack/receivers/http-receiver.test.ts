import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { App } from "@slack/bolt";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { signRequest } from "../../../../sandbox/slack/delivery/sign-request.ts";
import { messageOf } from "../../../../src/kernel/errors.ts";
import { MalformedDeliveryError } from "../../../../src/slack/receivers/delivery-errors.ts";
import { createHttpReceiver, SLACK_PATH } from "../../../../src/slack/receivers/http-receiver.ts";
import { silentLogger } from "../../../contract/slack-test-app.ts";
import { createManualClock } from "../../incydr/manual-clock.ts";

const SECRET = "a-signing-secret";
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
const LONGEST_MS = 8_000;

const clock = createManualClock(Date.now());
const failures: string[] = [];
const { receiver, requestListener } = createHttpReceiver({
  signingSecret: SECRET,
  clock,
  log: (_, error) => void failures.push(messageOf(error)),
});
const app = new App({
  receiver,
  logger: silentLogger,
  authorize: async () => ({ botToken: "xoxb-x", botUserId: "U0BOT", botId: "B0BOT", teamId: "T0" }),
});
app.command("/incydr", ({ ack }) => ack("here"));

/** A command that is acked when the test says so, and what happened to it. */
let released = Promise.withResolvers<void>();
const ends: string[] = [];
app.command("/late", async ({ ack }) => {
  await released.promise;
  await ack("late");
  ends.push("went on");
});
app.command("/failing", () => Promise.reject(new Error("broken")));
app.command("/malformed", () => Promise.reject(new MalformedDeliveryError("command", "user_id")));
app.error((error) => Promise.reject(error.original ?? error));

const nowSeconds = () => Math.floor(clock.now().getTime() / 1_000);
const server = createServer(requestListener);
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
const post = async (sent: Sent) => (await answerTo(sent)).status;

async function answerTo(sent: Sent): Promise<{ status: number; body: string }> {
  const { body, contentType = JSON_TYPE, signed = true, path = SLACK_PATH, method = "POST" } = sent;
  const timestampSeconds = sent.timestampSeconds ?? nowSeconds();
  const signature = signRequest({ signingSecret: SECRET, body: String(body), timestampSeconds });
  const headers = { "content-type": contentType, ...(signed ? signature : {}), ...sent.headers };
  const asked = request({ host: "127.0.0.1", port: port(), path, method, agent: false, headers });
  asked.end(body);
  const [response] = await once(asked, "response", { signal: AbortSignal.timeout(LONGEST_MS) });
  return { status: response.statusCode, body: await text(response) };
}

const UNSIGNED = expect.stringContaining("check SLACK_SIGNING_SECRET and the clock");

const COMMAND = "command=%2Fincydr&text=help&team_id=T0&user_id=U1&channel_id=C1";

it("a signed command is handed to Bolt, which answers it", async () => {
  expect(await answerTo({ body: COMMAND, contentType: FORM })).toEqual({ status: 200, body: "here" });
  expect(await post({ body: COMMAND, contentType: `${FORM}; charset=utf-8` })).toBe(200);
  expect(await post({ body: COMMAND, contentType: FORM, path: `${SLACK_PATH}?from=slack` })).toBe(200);
});

it("a request without Slack's signature is refused with 401, and the log says what to check", async () => {
  const signature = { "x-slack-signature": `v0=${"0".repeat(64)}` };
  expect(await post({ body: COMMAND, contentType: FORM, signed: false })).toBe(401);
  expect(await post({ body: COMMAND, contentType: FORM, headers: signature })).toBe(401);
  expect(await post({ body: COMMAND, contentType: FORM, headers: { "x-slack-signature": "v0" } })).toBe(401);
  expect(await post({ body: "null", signed: false })).toBe(401);
  expect(failures.splice(0)).toEqual([UNSIGNED, UNSIGNED, UNSIGNED, UNSIGNED]);
});

it("Slack's checks of the address are answered, and the unsigned one does nothing else", async () => {
  const asked = JSON.stringify({ type: "url_verification", challenge: "c-1" });
  expect(await answerTo({ body: asked })).toEqual({ status: 200, body: '{"challenge":"c-1"}' });
  expect(await post({ body: "ssl_check=1", contentType: FORM, signed: false })).toBe(200);
  const hidden = `ssl_check=1&${COMMAND}`;
  expect(await answerTo({ body: hidden, contentType: FORM, signed: false })).toEqual({
    status: 200,
    body: "",
  });
});

it("an unsigned body that is longer than Slack's check is refused without being parsed", async () => {
  const body = `ssl_check=1&token=${"x".repeat(4_096)}`;
  expect(await post({ body, contentType: FORM, signed: false })).toBe(401);
  expect(await post({ body, contentType: FORM })).toBe(200);
  expect(failures.splice(0)).toEqual([UNSIGNED]);
});

it("a listener goes on if the sender hangs up before the ack", async () => {
  released = Promise.withResolvers();
  const body = COMMAND.replace("incydr", "late");
  const leaving = request({
    host: "127.0.0.1",
    port: port(),
    path: SLACK_PATH,
    method: "POST",
    agent: false,
  });
  leaving.on("error", () => {});
  leaving.setHeader("content-type", FORM);
  const signature = signRequest({ signingSecret: SECRET, body, timestampSeconds: nowSeconds() });
  for (const [name, value] of Object.entries(signature)) leaving.setHeader(name, value);
  leaving.end(body);
  await expect.poll(() => clock.sleeping()).toEqual([3_000]);
  leaving.destroy();
  await expect.poll(() => clock.sleeping()).toEqual([]);
  released.resolve();
  await expect.poll(() => ends.splice(0)).toEqual(["went on"]);
});

it("a connection on which Slack sends several requests answers each", async () => {
  const agent = new Agent({ keepAlive: true });
  const ports = new Set<unknown>();
  for (let sent = 0; sent < 3; sent += 1) {
    const signature = signRequest({ signingSecret: SECRET, body: COMMAND, timestampSeconds: nowSeconds() });
    const headers = { "content-type": FORM, ...signature };
    const address = { host: "127.0.0.1", port: port(), path: SLACK_PATH };
    const asked = request({ ...address, method: "POST", agent, headers });
    asked.end(COMMAND);
    const [response] = await once(asked, "response", { signal: AbortSignal.timeout(LONGEST_MS) });
    ports.add(response.socket.localPort);
    expect(await text(response)).toBe("here");
  }
  expect(ports.size).toBe(1);
  agent.destroy();
});

it("a delivery whose listener fails is answered with 500, or with 400 if it is malformed", async () => {
  const command = (name: string) => COMMAND.replace("incydr", name);
  expect(await post({ body: command("failing"), contentType: FORM })).toBe(500);
  expect(await post({ body: command("malformed"), contentType: FORM })).toBe(400);
  expect(failures.splice(0)).toEqual(["broken", expect.stringContaining("user_id")]);
});

it("a delivery that is not acked within three seconds is answered with 503, and its listener goes on", async () => {
  released = Promise.withResolvers();
  const answer = answerTo({ body: COMMAND.replace("incydr", "late"), contentType: FORM });
  await expect.poll(() => clock.sleeping()).toEqual([3_000]);
  await clock.advance(3_000);
  expect(await answer).toEqual({ status: 503, body: "" });
  expect(failures.splice(0)).toEqual(["No ack within 3000 ms."]);
  released.resolve();
  await expect.poll(() => ends).toEqual(["went on"]);
});

it("a timestamp more than a minute ahead of the given clock, or five minutes old, is refused", async () => {
  const aheadBy = (seconds: number) => {
    const timestampSeconds = Math.floor(clock.now().getTime() / 1_000) + seconds;
    return post({ body: COMMAND, contentType: FORM, timestampSeconds });
  };
  expect(await aheadBy(58)).toBe(200);
  // Bolt compares old timestamps with the machine's clock.
  const agedBy = (seconds: number) =>
    post({ body: COMMAND, contentType: FORM, timestampSeconds: Math.floor(Date.now() / 1_000) - seconds });
  expect(await agedBy(290)).toBe(200);
  expect(await agedBy(310)).toBe(401);
  expect(await aheadBy(62)).toBe(401);
  expect(await aheadBy(86_400)).toBe(401);
  const body = COMMAND;
  expect(await post({ body, headers: { "x-slack-request-timestamp": "Infinity" } })).toBe(401);
  await clock.advance(120_000);
  expect(await aheadBy(58)).toBe(200);
  await clock.advance(-120_000);
  expect(failures.splice(0)).toEqual([UNSIGNED, UNSIGNED, UNSIGNED, UNSIGNED]);
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
