import { App } from "@slack/bolt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SlackSimulator, startSlackSimulator } from "../../../../sandbox/slack/slack-simulator.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { createOpenSocket } from "../../../../src/slack/receivers/open-socket.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  createSocketModeReceiver,
} from "../../../../src/slack/receivers/socket-mode-receiver.ts";
import { silentLogger, TEST_MANIFEST } from "../../../contract/slack-test-app.ts";

const PLACE = { in: "inc-4711" };
let slack: SlackSimulator;
let app: App;
/** Runs in the handler of each command before it acknowledges. */
let beforeAck: () => Promise<void>;
const failures: unknown[] = [];

beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, delivery: "socket", rateLimits: false });
  const { apiUrl, appToken } = slack;
  const clock = systemClock;
  app = new App({
    receiver: createSocketModeReceiver({
      openSocket: createOpenSocket({
        apiUrl,
        appToken,
        timeoutMs: ATTEMPT_TIMEOUT_MS,
        logger: silentLogger,
        clock,
      }),
      events: {
        onConnected: () => {},
        onDisconnected: () => {},
        onFatal: (error) => void failures.push(error),
      },
      clock,
      log: (_, error) => void failures.push(error),
    }),
    logger: silentLogger,
    authorize: async () => ({ botToken: "xoxb-x", botUserId: "U0BOT", botId: "B0BOT", teamId: "T0" }),
  });
  beforeAck = async () => {};
  app.command(/.*/, async ({ ack }) => {
    await beforeAck();
    await ack();
  });
  app.error(async (error) => void failures.push(error));
  await app.start();
  await slack.connected();
});
afterEach(async () => {
  await app.stop();
  await slack[Symbol.asyncDispose]();
  expect(failures.splice(0)).toEqual([]);
});

it("no command is lost while Slack refreshes connections, and one connection remains", async () => {
  const maya = slack.as("maya");
  for (const reason of ["refresh_requested", "warning", "refresh_requested"] as const) {
    slack.socket.disconnect(reason, 0);
    const commands = Array.from({ length: 10 }, (_, index) => maya.command(`/incydr ${index}`, PLACE));
    for (const result of await Promise.all(commands)) expect(result).toMatchObject({ acked: true });
    await expect.poll(() => slack.socket.connectionCount).toBe(1);
  }
});

/** Holds the ack of a command that Maya types, until `release` is called. */
async function holdAck() {
  const handling = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  beforeAck = () => {
    handling.resolve();
    return release.promise;
  };
  const command = slack.as("maya").command("/incydr slow", PLACE);
  await handling.promise;
  beforeAck = async () => {};
  return { command, release: release.resolve };
}

it("a handler acknowledges on the old connection while the new one is in use already", async () => {
  const { command, release } = await holdAck();
  slack.socket.disconnect("refresh_requested");
  await slack.connected();
  expect(slack.socket.connectionCount).toBe(2);
  expect(await slack.as("theo").command("/incydr quick", PLACE)).toMatchObject({ acked: true });
  release();
  expect(await command).toMatchObject({ acked: true });
  await expect.poll(() => slack.socket.connectionCount).toBe(1);
});

it("a handler acknowledges before the receiver closes the connections to stop", async () => {
  const { command, release } = await holdAck();
  const stopped = app.stop();
  release();
  expect(await command).toMatchObject({ acked: true });
  await stopped;
  await expect.poll(() => slack.socket.connectionCount).toBe(0);
});
