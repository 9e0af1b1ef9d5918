import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { EnvelopeKind } from "../../../../sandbox/slack/delivery/envelope.ts";
import { type SlackSimulator, startSlackSimulator } from "../../../../sandbox/slack/slack-simulator.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import {
  createOpenSocket,
  type OpenSocket,
  type SocketConnection,
  type SocketEnvelope,
} from "../../../../src/slack/receivers/open-socket.ts";
import { asConnectionError, retryAfterMs } from "../../../../src/slack/receivers/socket-errors.ts";
import { TEST_MANIFEST } from "../../../contract/slack-test-app.ts";
import { createManualClock, settled } from "../../incydr/manual-clock.ts";

const OPEN = "apps.connections.open";

let slack: SlackSimulator;
beforeEach(async () => {
  slack = await startSlackSimulator({ manifest: TEST_MANIFEST, delivery: "socket", rateLimits: false });
});
afterEach(() => slack[Symbol.asyncDispose]());

const logLines: string[] = [];
const write = (...parts: unknown[]) => void logLines.push(parts.map(String).join(" "));
const logger = {
  ...{ debug: write, info: write, warn: write, error: write },
  ...{ setLevel: () => {}, setName: () => {}, getLevel: () => "info" as never },
};

function opener(
  options: { apiUrl?: string; appToken?: string; clock?: typeof systemClock } = {},
): OpenSocket {
  const { apiUrl = slack.apiUrl, appToken = slack.appToken, clock = systemClock } = options;
  return createOpenSocket({ appToken, apiUrl, timeoutMs: 60_000, logger, clock });
}

/** Opens a connection that acknowledges nothing by itself. */
async function open(openSocket = opener()) {
  const envelopes: SocketEnvelope[] = [];
  const arrivals: ((envelope: SocketEnvelope) => void)[] = [];
  const connection = await openSocket({
    signal: new AbortController().signal,
    onEnvelope: (envelope) => {
      envelopes.push(envelope);
      arrivals.shift()?.(envelope);
    },
  });
  const next = () => new Promise<SocketEnvelope>((resolve) => arrivals.push(resolve));
  return { connection, envelopes, next };
}

const failureOf = (opening: Promise<SocketConnection>) =>
  opening.then(
    () => null,
    (error: unknown) => error,
  );
const openOnce = (openSocket = opener(), signal = new AbortController().signal) =>
  failureOf(openSocket({ signal, onEnvelope: () => {} }));

/** Opens a connection whose WebSocket has this fault, and gives the attempt up; resolves to its failure. */
async function giveUpAfter(kind: "hang" | "no_hello") {
  const fault = slack.socket.faults.add({ kind });
  const giveUp = new AbortController();
  const failure = openOnce(opener(), giveUp.signal);
  await fault.waitForHits(1);
  giveUp.abort();
  const error = await failure;
  fault.release();
  return error;
}

/** Sends a payload of any content as Slack does. */
const deliver = (
  payload: Record<string, unknown>,
  kind: EnvelopeKind = "slash_commands",
  envelopeId = "E1",
) => slack.socket.send({ kind, payload, acceptsResponse: true }, { envelopeId, isRepeat: false });

describe("a connection that can't be opened", () => {
  it.each([
    [{ kind: "http_error", status: 503 }, "http_503"],
    [{ kind: "html", status: 502 }, "http_502"],
    [{ kind: "html" }, "unexpected_answer"],
    [{ kind: "rate_limited", retryAfterSeconds: 30 }, "rate_limited"],
    [{ kind: "refused", error: "internal_error" }, "internal_error"],
    [{ kind: "refused", error: "invalid_auth" }, "invalid_auth"],
    [{ kind: "drop" }, "UND_ERR_SOCKET"],
  ] as const)(
    "a connection that fails by the fault %o of apps.connections.open has the code %s",
    async (fault, code) => {
      slack.faults.add({ method: OPEN, ...fault });
      const error = await openOnce();
      const failed = asConnectionError(error);
      expect(failed.reason).toBe(code);
      expect(inspect(failed, { depth: 10 })).not.toContain("Something went wrong");
      expect(retryAfterMs(error)).toBe(code === "rate_limited" ? 30_000 : 0);
    },
  );

  it("a connection without a listener, with an unknown host, or with a wrong token has a code of its own", async () => {
    const outage = await slack.refuseConnections();
    expect(asConnectionError(await openOnce()).reason).toBe("ECONNREFUSED");
    await outage.release();
    const apiUrl = "http://slack.invalid/api/";
    expect(asConnectionError(await openOnce(opener({ apiUrl }))).reason).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    const appToken = "xapp-another";
    expect(asConnectionError(await openOnce(opener({ appToken }))).reason).toBe("invalid_auth");
    await (await open()).connection.retire();
  });

  it.each([{ kind: "refused", status: 401 }, { kind: "refused" }, { kind: "drop" }] as const)(
    "a connection whose WebSocket fails as %o has the code websocket_refused",
    async (fault) => {
      slack.socket.faults.add(fault);
      expect(asConnectionError(await openOnce()).reason).toBe("websocket_refused");
    },
  );

  it("a connection without an answer of apps.connections.open has the code timeout", async () => {
    const hang = slack.faults.add({ method: OPEN, kind: "hang" });
    const giveUp = new AbortController();
    const failure = openOnce(opener(), giveUp.signal);
    await hang.waitForHits(1);
    giveUp.abort();
    expect(asConnectionError(await failure).reason).toBe("timeout");
  });

  it.each(["hang", "no_hello"] as const)(
    "a connection without a hello has the code no_hello, by the fault %s",
    async (kind) => {
      expect(asConnectionError(await giveUpAfter(kind)).reason).toBe("no_hello");
    },
  );

  it("an attempt that is given up before it begins makes no call to Slack", async () => {
    expect(await openOnce(opener(), AbortSignal.abort())).toBeInstanceOf(Error);
    expect(slack.apiCalls).toEqual([]);
  });

  it("the log of a connection has neither a token nor a payload", async () => {
    logLines.length = 0;
    const { connection, next } = await open();
    const arrival = next();
    const delivered = deliver({ command: "/incydr", text: "a-private-text" });
    await (await arrival).ack();
    await delivered;
    await connection.retire();
    expect(logLines.join("\n")).not.toMatch(/a-private-text|xapp-/);
  });
});

describe("an open connection", () => {
  it("a payload is acknowledged on its own connection, with an object, a text or nothing", async () => {
    const { connection, next } = await open();
    for (const [response, body] of [
      [{ response_action: "clear" }, { response_action: "clear" }],
      ["Looking up…", { text: "Looking up…" }],
      [undefined, undefined],
    ]) {
      const arrival = next();
      const delivered = deliver({ command: "/incydr" });
      await (await arrival).ack(response);
      expect(await delivered).toMatchObject({ acked: true, body });
    }
    await connection.retire();
  });

  it("a payload is acknowledged once, and again when it is delivered again", async () => {
    const { connection, next } = await open();
    for (const _ of ["first", "again"]) {
      const arrival = next();
      const delivered = deliver({ command: "/incydr" });
      const { ack } = await arrival;
      await ack();
      await ack("too late");
      expect(await delivered).toMatchObject({ acked: true, body: undefined });
    }
    await connection.retire();
  });

  it("a payload without an event, which Bolt can't handle, is acknowledged, and a malformed frame is ignored", async () => {
    const { connection, envelopes, next } = await open();
    for (const text of ["", "null", "[]", "5", "{", '{"type":"unheard_of"}', '{"type":"hello"}'])
      slack.socket.sendText(text);
    expect(await deliver({ type: "app_rate_limited" }, "events_api")).toMatchObject({ acked: true });
    expect(await deliver({ event: null }, "events_api")).toMatchObject({ acked: true });
    expect(envelopes).toEqual([]);
    const arrival = next();
    void deliver({ event: { type: "app_mention" } }, "events_api");
    const envelope = await arrival;
    expect(envelope).toMatchObject({ body: { event: { type: "app_mention" } }, retryNum: 0 });
    await envelope.ack();
    await connection.retire();
  });

  it.each(["warning", "refresh_requested"] as const)(
    "a connection stays open after %s until its handlers have acknowledged",
    async (reason) => {
      const { connection, next } = await open();
      const arrival = next();
      const delivered = deliver({ command: "/incydr" });
      const { ack } = await arrival;
      slack.socket.disconnect(reason);
      await connection.leaving;
      const retired = connection.retire();
      await ack("done");
      expect(await delivered).toMatchObject({ acked: true, body: { text: "done" } });
      await retired;
      expect((await connection.ended).reason).toBe("closed");
      await expect.poll(() => slack.socket.connectionCount).toBe(0);
    },
  );

  it.each(["link_disabled", "too_many_websockets"] as const)(
    "a connection has ended after %s",
    async (reason) => {
      const { connection } = await open();
      slack.socket.disconnect(reason);
      expect((await connection.ended).reason).toBe(reason);
      await connection.leaving;
      await expect.poll(() => slack.socket.connectionCount).toBe(0);
    },
  );

  it("a connection that is cut without a close frame has ended, and an ack on it fails", async () => {
    const { connection, next } = await open();
    const arrival = next();
    void deliver({ command: "/incydr" });
    const { ack } = await arrival;
    slack.socket.drop();
    expect((await connection.ended).reason).toBe("closed");
    await expect(ack()).rejects.toThrow("ended before the ack");
  });

  it("a connection to a stalled peer is closed within a second, though the library waits for half a minute", async () => {
    const clock = createManualClock();
    const { connection } = await open(opener({ clock }));
    slack.socket.stall();
    let isClosed = false;
    void connection.retire().then(() => {
      isClosed = true;
    });
    await settled();
    await clock.advance(999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
  });

  it("a connection whose handler never acknowledges is closed after the time of an ack", async () => {
    const clock = createManualClock();
    const { connection, next } = await open(opener({ clock }));
    const arrival = next();
    void deliver({ command: "/incydr" });
    await arrival;
    const retired = connection.retire();
    await settled();
    await clock.advance(3_000);
    await retired;
  });
});

it("a connection leaves no timer and no socket behind, in whichever way it ends", async () => {
  const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
  const before = sockets();
  const started = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  // The library's time limit for the answer to a close frame.
  const left = () => {
    const timers = started.mock.calls.flatMap(([, ms], index) =>
      ms === 30_000 ? [started.mock.results[index]?.value] : [],
    );
    const ended = new Set<unknown>(cleared.mock.calls.map(([timer]) => timer));
    return timers.filter((timer) => !ended.has(timer)).length;
  };
  onTestFinished(() => {
    started.mockRestore();
    cleared.mockRestore();
  });
  await giveUpAfter("hang");
  await giveUpAfter("no_hello");
  const closed = await open();
  await closed.connection.retire();
  const cut = await open();
  slack.socket.drop();
  await cut.connection.ended;
  expect(started.mock.calls.filter(([, ms]) => ms === 30_000)).not.toEqual([]);
  await expect.poll(left).toBe(0);
  await expect.poll(sockets).toBeLessThanOrEqual(before);
});
