import { afterEach, describe, expect, test } from "vitest";
import { acknowledgeAll, clientOf, startTestApp, TEST_MANIFEST, type TestApp } from "./slack-test-app.ts";

let bench: TestApp | undefined;
afterEach(async () => {
  await bench?.[Symbol.asyncDispose]();
  bench = undefined;
});

const HERE = { in: "inc-4711" };
const form = new URLSearchParams({ command: "/incydr", text: "x", team_id: "T0HARBOR" }).toString();

describe("over HTTP", () => {
  test.each([
    ["valid", 200],
    ["bad", 401],
    ["stale", 401],
    ["none", 401],
  ] as const)("a request with a signature that is %s is answered %i", async (signature, status) => {
    bench = await startTestApp(acknowledgeAll);
    expect((await bench.slack.deliverRaw({ body: form, signature })).status).toBe(status);
  });

  test("a slash command has Slack's fields, with mentions, links and entities escaped", async () => {
    bench = await startTestApp(acknowledgeAll);
    const { slack } = bench;
    const text = "user @nadia.petrov nadia.petrov@harborlight.example #inc-4711 <b> & c";
    const { delivery } = await slack.as("maya").command(`/incydr ${text}`, HERE);
    expect(delivery.envelope.payload).toEqual({
      token: expect.any(String),
      team_id: "T0HARBOR",
      team_domain: "harborlight",
      channel_id: "C0INC4711",
      channel_name: "inc-4711",
      user_id: "U0MAYA",
      user_name: "maya.lindqvist",
      command: "/incydr",
      text: "user <@U0NADIA|nadia.petrov> <mailto:nadia.petrov@harborlight.example|nadia.petrov@harborlight.example> <#C0INC4711|inc-4711> &lt;b&gt; &amp; c",
      api_app_id: "A0INCYDR",
      is_enterprise_install: "false",
      response_url: expect.stringMatching(/\/commands\/T0HARBOR\/\d+\/[0-9a-f]+$/),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
    });
  });

  test("a command that fails in the app or reaches no app is dispatch_failed", async () => {
    bench = await startTestApp((app) => {
      app.command(/.*/, async () => {
        throw new Error("broken");
      });
    });
    const { slack } = bench;
    const maya = slack.as("maya");
    const type = () => maya.command("/incydr x", HERE);
    expect(await type()).toMatchObject({ acked: false, reason: "refused", status: 500 });
    slack.setRequestUrl("http://127.0.0.1:1/slack/events");
    expect(await type()).toMatchObject({ acked: false, reason: "unreachable" });
    const failed = '/incydr failed with the error "dispatch_failed"';
    expect(maya.sees("inc-4711").map(({ plain }) => plain)).toEqual([failed, failed]);
  });

  test("an action before the request URL is known throws", async () => {
    bench = await startTestApp(acknowledgeAll);
    bench.slack.setRequestUrl("");
    await expect(bench.slack.as("maya").command("/incydr x", HERE)).rejects.toThrow(/setRequestUrl/);
  });
});

describe("over Socket Mode", () => {
  test("the manifest chooses Socket Mode", async () => {
    const manifest = { ...TEST_MANIFEST, settings: { ...TEST_MANIFEST.settings, socket_mode_enabled: true } };
    bench = await startTestApp(acknowledgeAll, { manifest });
    expect(bench.slack.delivery).toBe("socket");
    expect(bench.slack.socket.connectionCount).toBe(1);
  });

  test("each payload goes to one of the connections at random", async () => {
    const chosen = [0, 0.99];
    bench = await startTestApp(acknowledgeAll, { delivery: "socket", random: () => chosen.shift() ?? 0 });
    const { slack } = bench;
    const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open();
    const frames: { type: string; envelope_id?: string }[] = [];
    const second = new WebSocket(url);
    second.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data));
      frames.push(frame);
      if (frame.envelope_id) second.send(JSON.stringify({ envelope_id: frame.envelope_id }));
    });
    await slack.connected(2);
    const maya = slack.as("maya");
    expect(await maya.command("/incydr first", HERE)).toMatchObject({ acked: true });
    expect(await maya.command("/incydr second", HERE)).toMatchObject({ acked: true });
    second.close();
    expect(frames).toMatchObject([
      { type: "hello", num_connections: 2, connection_info: { app_id: "A0INCYDR" } },
      { type: "slash_commands", accepts_response_payload: true, payload: { text: "second" } },
    ]);
  });

  test("a connection URL opens one connection", async () => {
    bench = await startTestApp(acknowledgeAll, { delivery: "socket" });
    const { slack } = bench;
    const { url = "" } = await clientOf(slack, slack.appToken).apps.connections.open();
    const open = () =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.addEventListener("message", () => resolve("hello"));
        socket.addEventListener("error", () => resolve("refused"));
      });
    expect(await open()).toBe("hello");
    expect(await open()).toBe("refused");
  });

  test("a command without any connection is dispatch_failed", async () => {
    bench = await startTestApp(acknowledgeAll, { delivery: "socket" });
    const { slack } = bench;
    slack.socket.drop();
    const gone = () => slack.socket.connectionCount === 0;
    await new Promise<void>((resolve) => {
      if (gone()) resolve();
      slack.onChange(() => gone() && resolve());
    });
    const result = await slack.as("maya").command("/incydr x", HERE);
    expect(result).toMatchObject({ acked: false, reason: "unreachable" });
  });

  test("a client that is told to refresh closes its connection", async () => {
    bench = await startTestApp(acknowledgeAll, { delivery: "socket" });
    const { slack } = bench;
    const closed = new Promise<void>((resolve) => {
      slack.onChange(() => slack.socket.connectionCount === 0 && resolve());
    });
    slack.socket.disconnect("refresh_requested");
    await closed;
  });
});

describe.each(["http", "socket"] as const)("over %s", (delivery) => {
  test("a payload can be delivered twice, with the same ids", async () => {
    const seen: unknown[] = [];
    bench = await startTestApp(
      (app) => app.event("app_mention", async ({ body }) => void seen.push(body.event_id)),
      { delivery },
    );
    const { slack } = bench;
    const { delivery: record } = await slack.as("maya").mention("inc-4711", "hello");
    if (!record) throw new Error("The mention wasn't delivered.");
    const again = await slack.redeliver(record);
    expect(again.outcome.acked).toBe(true);
    expect(seen).toEqual([record.envelope.payload.event_id, record.envelope.payload.event_id]);
  });

  test("events can be held back and delivered in another order", async () => {
    const seen: string[] = [];
    bench = await startTestApp(
      (app) => app.event("app_mention", async ({ event }) => void seen.push(event.text)),
      { delivery },
    );
    const { slack } = bench;
    const held = slack.holdDeliveries("events_api");
    const sent = ["one", "two"].map((text) => slack.as("maya").mention("inc-4711", text));
    await held.waitFor(2);
    expect(seen).toEqual([]);
    held.release([1, 0]);
    await Promise.all(sent);
    expect(seen.toSorted()).toEqual(["<@U0BOT|incydr> one", "<@U0BOT|incydr> two"]);
    expect(slack.deliveries).toHaveLength(2);
  });
});
