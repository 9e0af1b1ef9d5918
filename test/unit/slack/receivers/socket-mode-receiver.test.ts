import { WebAPIPlatformError, WebAPIRateLimitedError } from "@slack/web-api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenSocket, SocketConnection } from "../../../../src/slack/receivers/open-socket.ts";
import { SocketConnectionError } from "../../../../src/slack/receivers/socket-errors.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  createSocketModeReceiver,
  LONGEST_PAUSE_MS,
  pauseMs,
} from "../../../../src/slack/receivers/socket-mode-receiver.ts";
import { createManualClock, type ManualClock, settled } from "../../incydr/manual-clock.ts";

/** The product's promise: it is connected again so long after the end of an outage. */
const PROMISED_MS = 15_000;
/** Time that a good attempt may take within the promise. */
const GOOD_ATTEMPT_MS = 2_000;

type Attempt = (signal: AbortSignal, clock: ManualClock) => Promise<SocketConnection>;

interface TestConnection extends SocketConnection {
  /** Slack asks for another connection. */
  refresh(): void;
  /** The connection breaks. */
  breakOff(): void;
  readonly isRetired: boolean;
}

function createConnection(): TestConnection {
  const leaving = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<SocketConnectionError>();
  let isRetired = false;
  const breakOff = () => {
    leaving.resolve();
    ended.resolve(new SocketConnectionError("closed", "It broke."));
  };
  return {
    leaving: leaving.promise,
    ended: ended.promise,
    refresh: leaving.resolve,
    breakOff,
    retire: async () => {
      isRetired = true;
      breakOff();
    },
    get isRetired() {
      return isRetired;
    },
  };
}

const failing =
  (error: unknown): Attempt =>
  () =>
    Promise.reject(error);
const hanging: Attempt = (signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
const platformError = (error: string) => new WebAPIPlatformError({ ok: false, error, response_metadata: {} });

/** A receiver over attempts that go as `attempt` says, and everything that it reported. */
async function startReceiver(attempt: Attempt, random = () => 1) {
  const clock = createManualClock();
  const reported: string[] = [];
  const fatal: Error[] = [];
  const attemptsAtMs: number[] = [];
  const startMs = clock.now().getTime();
  const elapsedMs = () => clock.now().getTime() - startMs;
  const openSocket: OpenSocket = ({ signal }) => {
    attemptsAtMs.push(elapsedMs());
    return attempt(signal, clock);
  };
  const receiver = createSocketModeReceiver({
    openSocket,
    clock,
    random,
    log: () => {},
    events: {
      onConnected: () => void reported.push("connected"),
      onDisconnected: ({ reason }) => void reported.push(reason),
      onFatal: (error) => void fatal.push(error),
    },
  });
  await receiver.start();
  await settled();
  return { receiver, clock, reported, fatal, attemptsAtMs, elapsedMs };
}

describe("the pause between two attempts", () => {
  it("the pause grows from half a second to the cap, and no request of Slack's exceeds the cap", () => {
    const pauses = [1, 2, 3, 4, 5, 50, 5_000].map((failures) => pauseMs(failures, 0, () => 1));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    expect(pauseMs(1, 3_000, () => 1)).toBe(3_000);
    expect(pauseMs(1, 60_000, () => 1)).toBe(LONGEST_PAUSE_MS);
    expect(LONGEST_PAUSE_MS).toBeLessThanOrEqual(10_000);
  });

  it("the pause is shortened at random by up to a half, so that replicas don't return all at once", () => {
    expect(pauseMs(3, 0, () => 0)).toBe(1_000);
  });

  it("the pause leaves time for a good attempt after one that hung until its limit", () => {
    expect(ATTEMPT_TIMEOUT_MS + LONGEST_PAUSE_MS + GOOD_ATTEMPT_MS).toBeLessThan(PROMISED_MS);
  });
});

describe("the receiver", () => {
  it("the receiver is connected within 15 s of the end of any outage", async () => {
    const kinds: readonly Attempt[] = [
      hanging,
      failing(platformError("internal_error")),
      failing(new WebAPIRateLimitedError(600)),
      async (signal, clock) => {
        await clock.sleep(ATTEMPT_TIMEOUT_MS - 1, signal);
        throw new Error("too late");
      },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.infiniteStream(fc.nat(kinds.length - 1)),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (outageMs, chosen, randoms) => {
          const began = createManualClock().now().getTime();
          const { receiver, clock, reported } = await startReceiver(
            async (signal, at) => {
              const isDown = at.now().getTime() - began < outageMs;
              const kind = kinds[chosen.next().value ?? 0];
              if (isDown && kind) return kind(signal, at);
              await at.sleep(GOOD_ATTEMPT_MS, signal);
              return createConnection();
            },
            () => randoms.next().value ?? 0,
          );
          await clock.advance(outageMs + PROMISED_MS);
          expect(reported.at(-1)).toBe("connected");
          await receiver.stop();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("the receiver reports each failed attempt by a code, and each open connection", async () => {
    const outcomes: Attempt[] = [
      failing(platformError("internal_error")),
      failing(new WebAPIRateLimitedError(1)),
      failing(platformError("<html>secret</html>")),
      async () => createConnection(),
    ];
    const { receiver, clock, reported } = await startReceiver(
      (signal, at) => outcomes.shift()?.(signal, at) ?? hanging(signal, at),
    );
    await clock.advance(10_000);
    expect(reported).toEqual(["internal_error", "rate_limited", "unexpected_answer", "connected"]);
    await receiver.stop();
  });

  it("the receiver opens the next connection at once when Slack asks for it, and then closes the old one", async () => {
    const connections = [createConnection(), createConnection()] as const;
    const next = Promise.withResolvers<SocketConnection>();
    const answers = [Promise.resolve(connections[0]), next.promise];
    const { receiver, reported, attemptsAtMs } = await startReceiver(
      (signal, at) => answers.shift() ?? hanging(signal, at),
    );
    connections[0].refresh();
    await settled();
    expect(attemptsAtMs).toEqual([0, 0]);
    expect(connections[0].isRetired).toBe(false);
    next.resolve(connections[1]);
    await settled();
    expect(connections[0].isRetired).toBe(true);
    expect(reported).toEqual(["connected", "connected"]);
    await receiver.stop();
    expect(connections[1].isRetired).toBe(true);
  });

  it("the receiver opens another connection at once when one breaks, and reports the break", async () => {
    const connection = createConnection();
    const answers = [Promise.resolve(connection), Promise.resolve(createConnection())];
    const { receiver, reported, attemptsAtMs } = await startReceiver(
      (signal, at) => answers.shift() ?? hanging(signal, at),
    );
    connection.breakOff();
    await settled();
    expect(reported).toEqual(["connected", "closed", "connected"]);
    expect(attemptsAtMs).toEqual([0, 0]);
    await receiver.stop();
  });

  it("the receiver pauses longer and longer between connections that end at once", async () => {
    const { receiver, clock, attemptsAtMs } = await startReceiver(async () => {
      const connection = createConnection();
      connection.breakOff();
      return connection;
    });
    await clock.advance(12_000);
    expect(attemptsAtMs).toEqual([0, 0, 500, 1_500, 3_500, 7_500]);
    await receiver.stop();
  });

  it.each([
    "not_authed",
    "invalid_auth",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "user_removed_from_team",
    "team_disabled",
    "not_allowed_token_type",
    "missing_scope",
  ])(
    "the receiver gives up for good if Slack refuses the token as %s, and names the variable",
    async (code) => {
      const { receiver, clock, fatal, attemptsAtMs } = await startReceiver(failing(platformError(code)));
      await clock.advance(60_000);
      expect(fatal).toMatchObject([{ code: "app_token_refused", slackCode: code }]);
      expect(fatal[0]?.message).toContain("SLACK_APP_TOKEN");
      expect(attemptsAtMs).toEqual([0]);
      await receiver.stop();
    },
  );

  it("the receiver reports that it gave up if its own code fails", async () => {
    const fatal: Error[] = [];
    const receiver = createSocketModeReceiver({
      openSocket: async () => createConnection(),
      clock: createManualClock(),
      log: () => {},
      events: {
        onConnected: () => {
          throw new Error("a bug");
        },
        onDisconnected: () => {},
        onFatal: (error) => void fatal.push(error),
      },
    });
    await receiver.start();
    await settled();
    expect(fatal).toMatchObject([{ code: "socket_mode_ended", cause: { message: "a bug" } }]);
    await receiver.stop();
  });

  it("the receiver stops during a hanging attempt, a pause and an opening connection", async () => {
    const hung = await startReceiver(hanging);
    await hung.receiver.stop();
    const pausing = await startReceiver(failing(new Error("away")));
    await pausing.receiver.stop();
    const opened = Promise.withResolvers<SocketConnection>();
    const opening = await startReceiver(() => opened.promise);
    const connection = createConnection();
    const stopped = opening.receiver.stop();
    opened.resolve(connection);
    await stopped;
    expect(connection.isRetired).toBe(true);
    expect([hung, pausing, opening].flatMap(({ clock }) => clock.sleeping())).toEqual([]);
    expect(hung.reported).toEqual([]);
  });
});
