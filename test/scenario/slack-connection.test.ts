import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FaultKind, SocketFaultKind } from "../../sandbox/slack/web-api/faults.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { ATTEMPT_TIMEOUT_MS } from "../../src/slack/receivers/socket-mode-receiver.ts";
import { startBotProcess } from "../support/bot-process.ts";
import type { WorldClock } from "../support/scenario-clock.ts";
import { answerTo } from "../support/scenario-effects.ts";
import { APPROVALS } from "../support/scenario-requests.ts";
import { useWorld } from "../support/scenario-world.ts";
import { startWorld, type World } from "../support/world.ts";

const OPEN = "apps.connections.open";

/** Shortens each pause and the time limit of an attempt, so that no test waits for real backoffs. */
const fastClock: WorldClock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms >= ATTEMPT_TIMEOUT_MS ? 1_500 : ms / 20, signal),
  // This clock shows the machine's time, like the database's clock.
  moveWith: async () => {},
};

/** Whether the bot answers a command that Slack delivers now. */
async function expectAnswer({ slack }: World): Promise<void> {
  const maya = slack.as("maya");
  const answer = await answerTo(maya, APPROVALS, async () => {
    expect(await maya.command("/incydr help", { in: APPROVALS })).toMatchObject({ acked: true });
  });
  expect(answer.plain).toContain("/incydr");
}

describe("over Socket Mode", () => {
  const world = useWorld({ delivery: "socket", clock: fastClock });
  afterEach(() => world().slack.socket.faults.clear());

  async function expectRecovery(release: () => unknown): Promise<void> {
    await release();
    await world().slack.connected();
    await expectAnswer(world());
  }

  /** The number of attempts that a fault must affect. It is smaller for faults that use up the whole time limit. */
  const hitsOf = (kind: string) => (kind === "hang" || kind === "no_hello" ? 2 : 3);

  test.for([
    [{ kind: "http_error", status: 503 }],
    [{ kind: "rate_limited", retryAfterSeconds: 600 }],
    [{ kind: "html" }],
    [{ kind: "html", status: 502 }],
    [{ kind: "drop" }],
    [{ kind: "answer_lost" }],
    [{ kind: "refused", error: "internal_error" }],
    [{ kind: "hang" }],
  ] satisfies [FaultKind][])(
    "the bot answers again after apps.connections.open failed for a while as %o",
    async ([kind]) => {
      const { slack } = world();
      const fault = slack.faults.add({ method: OPEN, ...kind });
      slack.socket.drop();
      await fault.waitForHits(hitsOf(kind.kind));
      await expectRecovery(fault.release);
    },
  );

  test.for([
    [{ kind: "refused" }],
    [{ kind: "drop" }],
    [{ kind: "hang" }],
    [{ kind: "no_hello" }],
    [{ kind: "cut" }],
  ] satisfies [SocketFaultKind][])(
    "the bot answers again after new connections failed for a while as %o",
    async ([kind]) => {
      const { slack } = world();
      const fault = slack.socket.faults.add(kind);
      slack.socket.drop();
      await fault.waitForHits(hitsOf(kind.kind));
      await expectRecovery(fault.release);
    },
  );

  test("the bot answers again after connections to Slack were refused, and its log says so by a code", async () => {
    const { slack, log } = world();
    const outage = await slack.refuseConnections();
    await expect.poll(() => log.some((line) => line.includes('"code":"ECONNREFUSED"'))).toBe(true);
    await expectRecovery(outage.release);
  });

  test.for(["link_disabled", "too_many_websockets"] as const)(
    "the bot answers again after Slack ended the connection with the reason %s",
    async (reason) => {
      await expectRecovery(() => world().slack.socket.disconnect(reason));
    },
  );

  test("a notice of Slack's rate limit for events is acknowledged, and the bot answers afterwards", async () => {
    const { slack } = world();
    const payload = { type: "app_rate_limited", minute_rate_limited: 1 };
    const envelope = { kind: "events_api" as const, payload, acceptsResponse: false };
    const outcome = await slack.socket.send(envelope, { envelopeId: "E-limited", isRepeat: false });
    expect(outcome).toMatchObject({ acked: true });
    await expectAnswer(world());
  });
});

describe("as a process in Socket Mode", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ delivery: "socket", startBot: false });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("the bot ends with exit code 1 when Slack revokes its app token, and the log names the variable", async () => {
    await using bot = await startBotProcess(world);
    world.slack.faults.add({ method: OPEN, kind: "refused", error: "token_revoked" });
    world.slack.socket.drop();
    expect(await bot.exitCode).toBe(1);
    const fatal = bot.log.filter((line) => line.includes('"level":"fatal"'));
    expect(fatal).toHaveLength(1);
    expect(fatal[0]).toContain("SLACK_APP_TOKEN (token_revoked)");
  });
});

describe("over HTTP", () => {
  const world = useWorld();
  const body = "command=%2Fincydr&text=help&team_id=T0HARBOR&user_id=U0MAYA&channel_id=C0APPROVE";

  test("a signed body that is no object is answered with 400", async () => {
    const { deliverRaw } = world().slack;
    expect(await deliverRaw({ body: "null", contentType: "application/json" })).toMatchObject({
      status: 400,
    });
    expect(await deliverRaw({ body: "payload=null" })).toMatchObject({ status: 400 });
  });

  test.for(["bad", "none"] as const)("a request whose signature is %s is refused", async (signature) => {
    expect(await world().slack.deliverRaw({ body, signature })).toMatchObject({ status: 401 });
  });

  test("a request whose timestamp is more than a minute ahead is refused", async () => {
    const { deliverRaw } = world().slack;
    expect(await deliverRaw({ body, ageSeconds: -120 })).toMatchObject({ status: 401 });
    expect(await deliverRaw({ body, ageSeconds: -30 })).toMatchObject({ status: 200 });
  });
});
