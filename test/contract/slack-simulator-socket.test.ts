import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../sandbox/slack/slack-simulator.ts";
import { clientOf, failureOf, TEST_MANIFEST } from "./slack-test-app.ts";

let slack: SlackSimulator;
beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, delivery: "socket" });
});
afterEach(() => slack[Symbol.asyncDispose]());

const openUrl = async () => (await clientOf(slack, slack.appToken).apps.connections.open()).url ?? "";

/** Opens a WebSocket and collects what happens on it: `open`, the type of each frame, `error`, `close`. */
async function connect(): Promise<string[]> {
  const events: string[] = [];
  const socket = new WebSocket(await openUrl());
  socket.addEventListener("message", ({ data }) => void events.push(JSON.parse(String(data)).type));
  for (const name of ["open", "error", "close"]) socket.addEventListener(name, () => void events.push(name));
  return events;
}

test("an html fault answers with a page and the given status in place of JSON", async () => {
  slack.faults.add({ method: "auth.test", kind: "html", status: 502, times: 1 });
  expect(await failureOf(clientOf(slack).auth.test())).toBeInstanceOf(WebAPIHTTPError);
  slack.faults.add({ method: "auth.test", kind: "html", times: 1 });
  expect(await failureOf(clientOf(slack).auth.test())).toBeInstanceOf(WebAPIPlatformError);
  expect((await clientOf(slack).auth.test()).ok).toBe(true);
});

test.for([
  [{ kind: "refused" }, ["error", "close"]],
  [{ kind: "drop" }, ["error", "close"]],
  [{ kind: "cut" }, ["open", "hello", "error", "close"]],
] as const)(
  "a new connection fails by the fault %o, as often as that is set to",
  async ([fault, expected]) => {
    const handle = slack.socket.faults.add({ ...fault, times: 1 });
    const events = await connect();
    await expect.poll(() => events).toEqual(expected);
    expect(slack.socket.connectionCount).toBe(0);
    const later = await connect();
    await expect.poll(() => later).toEqual(["open", "hello"]);
    expect(handle.hits).toBe(1);
  },
);

test("neither a hanging upgrade nor a connection without hello counts as connected", async () => {
  const hang = slack.socket.faults.add({ kind: "hang", times: 1 });
  const hung = await connect();
  await hang.waitForHits(1);
  slack.socket.faults.add({ kind: "no_hello", times: 1 });
  const silent = await connect();
  await expect.poll(() => silent).toEqual(["open"]);
  expect(hung).toEqual([]);
  expect(slack.socket.connectionCount).toBe(0);
});

test("a stalled connection stays open and gets no payload", async () => {
  const events = await connect();
  await expect.poll(() => events).toEqual(["open", "hello"]);
  slack.socket.stall();
  expect(slack.socket.connectionCount).toBe(0);
  const result = await slack.as("maya").command("/incydr x", { in: "inc-4711" });
  expect(result).toMatchObject({ acked: false, reason: "unreachable" });
  expect(events).toEqual(["open", "hello"]);
});

test("a connection that was sent disconnect is no longer counted as connected", async () => {
  await connect();
  await slack.connected();
  slack.socket.disconnect("warning");
  await expect(slack.connected(1, 10)).rejects.toThrow("0 of 1");
  await connect();
  await slack.connected();
});

test("an outage refuses all connections until it is released, and then the port is the same", async () => {
  const events = await connect();
  await expect.poll(() => events).toEqual(["open", "hello"]);
  const outage = await slack.refuseConnections();
  await expect.poll(() => events).toEqual(["open", "hello", "error", "close"]);
  expect(await failureOf(clientOf(slack).auth.test())).toBeInstanceOf(WebAPIRequestError);
  await outage.release();
  expect((await clientOf(slack).auth.test()).ok).toBe(true);
});

test("the simulator closes while connections hang and while it refuses connections", async () => {
  slack.socket.faults.add({ kind: "hang", times: 1 });
  await connect();
  slack.socket.faults.add({ kind: "no_hello" });
  await connect();
  await slack.refuseConnections();
  await slack[Symbol.asyncDispose]();
});
