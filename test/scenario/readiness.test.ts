import { expect, test } from "vitest";
import { createApp, type RunningApp } from "../../src/app/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { createLogger } from "../../src/observability/index.ts";
import { APPROVALS, emailOf } from "../support/scenario-requests.ts";
import { startWorld, type World } from "../support/world.ts";

interface Answer {
  readonly status: number;
  readonly phase: string;
  /** The code of each dependency that fails. */
  readonly failing: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A bot in this process that may still be starting, and what its log and its probes say. */
interface Bot extends AsyncDisposable {
  readonly app: RunningApp;
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readyz(scope?: "all" | "traffic"): Promise<Answer>;
}

async function startBot(world: World, env: Readonly<Record<string, string>> = {}): Promise<Bot> {
  const log: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line)) };
  const logger = createLogger({ level: "info", secrets: [], destination });
  const app = await createApp(loadConfig({ ...world.env, ...env }), logger);
  app.started.catch(() => undefined);
  if (world.slack.delivery === "http") world.slack.setRequestUrl(`http://127.0.0.1:${app.port}/slack/events`);
  return {
    app,
    log,
    async readyz(scope = "all") {
      const answer = await fetch(`http://127.0.0.1:${app.opsPort}/readyz?scope=${scope}`);
      const text = await answer.text();
      const { phase, dependencies } = JSON.parse(text) as {
        phase: string;
        dependencies: Record<string, { state: string; lastError: string }>;
      };
      const failing = Object.entries(dependencies).filter(([, { state }]) => state === "failing");
      const codes = failing.map(([name, { lastError }]) => [name, lastError]);
      return { status: answer.status, phase, failing: Object.fromEntries(codes), text };
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

const openWorld = (delivery: "http" | "socket" = "http") => startWorld({ startBot: false, delivery });

/** The lines of the log at level `error` or above about one dependency. */
function errorsAbout({ log }: Bot, dependency: string) {
  return log.filter((line) => line.dependency === dependency && line.level === "error");
}

const SOON = { timeout: 20_000 };

/** Waits until the readiness probe answers this. */
const untilReadyz = (bot: Bot, answer: object, wait = SOON) =>
  expect.poll(() => bot.readyz(), wait).toMatchObject(answer);

/** Maya looks Nadia up. */
const lookUp = ({ slack }: World, name = "nadia.petrov") =>
  slack.as("maya").command(`/incydr user ${emailOf(name)}`, { in: APPROVALS });

test("the bot is ready once every dependency works, and says so in the log", async () => {
  for (const delivery of ["http", "socket"] as const) {
    await using world = await openWorld(delivery);
    await using bot = await startBot(world);
    await untilReadyz(bot, { status: 200, phase: "running", failing: {} });
    expect(await bot.readyz("traffic")).toMatchObject({ status: 200 });
    expect(bot.log.map(({ msg }) => msg)).toContain("ready");
  }
});

test("the bot starts while Slack can't be reached, says so, and works when Slack is back", async () => {
  for (const delivery of ["http", "socket"] as const) {
    await using world = await openWorld(delivery);
    const away = await world.slack.refuseConnections();
    await using bot = await startBot(world);
    await untilReadyz(bot, { status: 503, phase: "starting", failing: { slack_api: "ECONNREFUSED" } });
    expect((await bot.readyz("traffic")).status).toBe(503);
    for (const port of [bot.app.port, bot.app.opsPort]) {
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    }
    expect(errorsAbout(bot, "slack_api")).toMatchObject([
      { msg: expect.stringContaining("can't be reached") },
    ]);
    await away.release();
    await bot.app.started;
    await untilReadyz(bot, { status: 200 });
  }
});

test("the bot starts while the database can't be reached, says so, and can be stopped meanwhile", async () => {
  await using world = await openWorld();
  const bot = await startBot(world, { DATABASE_URL: "postgres://bot:hunter2@127.0.0.1:1/none" });
  await untilReadyz(bot, { status: 503, phase: "starting", failing: { database: "ECONNREFUSED" } });
  expect((await bot.readyz()).text).not.toContain("hunter2");
  expect(errorsAbout(bot, "database")).toHaveLength(1);
  await bot[Symbol.asyncDispose]();
});

test("the bot repeats a start that meets an outage late until it succeeds", async () => {
  await using world = await openWorld();
  await world.db.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the server shuts down' using errcode = '57P01'; end $$`);
  await world.db.query(
    "create trigger refuse before update on upkeep for each statement execute function refuse()",
  );
  await using bot = await startBot(world);
  await untilReadyz(bot, { failing: { database: "57P01" } });
  const attempts = () => bot.log.filter(({ code }) => code === "57P01").length;
  await expect.poll(attempts, SOON).toBeGreaterThan(1);
  await world.db.query("drop trigger refuse on upkeep");
  await bot.app.started;
  await untilReadyz(bot, { status: 200 });
});

test("the bot starts on a read-only database once it accepts writes, and says so once", async () => {
  await using world = await openWorld();
  const database = new URL(world.env.DATABASE_URL ?? "").pathname.slice(1);
  await world.db.query(`alter database "${database}" set default_transaction_read_only = on`);
  await using bot = await startBot(world);
  await untilReadyz(bot, { failing: { database: "read_only" } });
  await world.db.query(`alter database "${database}" reset default_transaction_read_only`);
  await bot.app.started;
  expect(errorsAbout(bot, "database")).toHaveLength(1);
});

test("the bot answers Slack with 503 while it starts", async () => {
  await using world = await openWorld();
  await using bot = await startBot(world, { DATABASE_URL: "postgres://127.0.0.1:1/none" });
  const answer = await fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, { method: "POST" });
  expect(answer.status).toBe(503);
});

test("the bot answers Slack with 503 while it stops, and lets the work finish that Slack began before", async () => {
  await using world = await openWorld();
  await using bot = await startBot(world);
  await bot.app.started;
  const maya = world.slack.as("maya");
  const held = world.incydr.control.hold("**", { times: 1_000 });
  await lookUp(world);
  await maya.waitForMessage(APPROVALS, /Looking up/);
  const stopped = bot.app[Symbol.asyncDispose]();
  const ask = () => fetch(`http://127.0.0.1:${bot.app.port}/slack/events`, { method: "POST" });
  await expect.poll(async () => (await ask()).status, SOON).toBe(503);
  held.release();
  await stopped;
  expect(maya.transcript(APPROVALS)).toContain("Nadia Petrov");
});

test("the bot stops alone, while another bot in the same process goes on to answer", async () => {
  await using world = await openWorld();
  await using first = await startBot(world);
  await using second = await startBot(world);
  await Promise.all([first.app.started, second.app.started]);
  await first[Symbol.asyncDispose]();
  const maya = world.slack.as("maya");
  await lookUp(world);
  await maya.waitForMessage(APPROVALS, /Nadia Petrov/);
  await untilReadyz(second, { status: 200 });
});

test.for([
  ["the bot's token", "http", "auth.test", "SLACK_BOT_TOKEN (invalid_auth)"],
  ["the app-level token", "socket", "apps.connections.open", "SLACK_APP_TOKEN (invalid_auth)"],
] as const)(
  "the bot gives up when Slack refuses %s, and names the variable",
  async ([, delivery, method, named]) => {
    await using world = await openWorld(delivery);
    world.slack.faults.add({ method, kind: "refused", error: "invalid_auth" });
    await using bot = await startBot(world);
    expect((await bot.app.failed).message).toContain(named);
  },
);

const unusable: readonly [why: string, env: Record<string, string>, code: string][] = [
  ["the secret is wrong", { INCYDR_CLIENT_SECRET: "another-secret" }, "unauthorized"],
  ["the address is that of another server", { INCYDR_URL: "SLACK" }, "unexpected_answer"],
  ["the address is that of no server", { INCYDR_URL: "http://127.0.0.1:1" }, "unavailable"],
];

test.for(unusable)(
  "the bot is not ready when Incydr can't be used because %s, and still takes traffic",
  { timeout: 90_000 },
  async ([, env, code]) => {
    await using world = await openWorld();
    const url = env.INCYDR_URL === "SLACK" ? { INCYDR_URL: new URL(world.slack.apiUrl).origin } : {};
    await using bot = await startBot(world, { ...env, ...url });
    await bot.app.started;
    await untilReadyz(bot, { failing: { incydr: code } }, { timeout: 60_000 });
    expect((await bot.readyz()).status).toBe(503);
    expect((await bot.readyz("traffic")).status).toBe(200);
    expect(errorsAbout(bot, "incydr")).toHaveLength(1);
  },
);

test("the bot is not ready when a channel doesn't exist, is public, lacks the bot or is configured twice", async () => {
  await using world = await openWorld();
  world.slack.admin.setVisibility("insider-risk-restricted", "public");
  await using bot = await startBot(world, { APPROVALS_CHANNEL: "C0NOTHERE" });
  await bot.app.started;
  await untilReadyz(bot, {
    status: 503,
    failing: { approvals_channel: "channel_not_found", restricted_channel: "public_channel" },
  });
  const [line] = errorsAbout(bot, "approvals_channel");
  expect(line?.msg).toContain("APPROVALS_CHANNEL (C0NOTHERE)");

  await using twice = await startBot(world, { AUDIT_CHANNEL: world.env.APPROVALS_CHANNEL ?? "" });
  await twice.app.started;
  await untilReadyz(twice, {
    failing: { audit_channel: "configured_twice", approvals_channel: "configured_twice" },
  });
});

test("the bot notices a secret of Incydr that is changed while it runs, and its return", async () => {
  await using world = await openWorld();
  const { incydr } = world;
  await using bot = await startBot(world);
  await untilReadyz(bot, { status: 200 });
  incydr.control.changeClientSecret("another-secret");
  await lookUp(world);
  await untilReadyz(bot, { failing: { incydr: "unauthorized" } });
  incydr.control.changeClientSecret(incydr.clientSecret);
  await untilReadyz(bot, { status: 200 }, { timeout: 30_000 });
}, 60_000);

test("the bot notices an audit channel that is archived while it runs, and delivers every entry in order later", async () => {
  await using world = await openWorld();
  const { slack } = world;
  await using bot = await startBot(world);
  await untilReadyz(bot, { status: 200 });
  await slack.admin.archive("insider-risk-audit");
  for (const name of ["nadia.petrov", "marcus.webb"]) await lookUp(world, name);
  await untilReadyz(bot, {
    status: 503,
    failing: { audit_channel: "is_archived", audit_delivery: "nowhere_to_post" },
  });
  expect((await bot.readyz("traffic")).status).toBe(200);
  await slack.admin.unarchive("insider-risk-audit");
  await untilReadyz(bot, { status: 200 }, { timeout: 60_000 });
  const told = () =>
    slack
      .as("theo")
      .sees("insider-risk-audit")
      .flatMap(({ plain }) => [...plain.matchAll(/^• #(\d+) /gm)].map(([, seq]) => Number(seq)));
  const { rows } = await world.db.query<{ seq: string }>("select seq from audit_entries order by seq");
  expect(rows.length).toBeGreaterThan(1);
  await expect.poll(told, SOON).toEqual(rows.map(({ seq }) => Number(seq)));
}, 120_000);

test("no probe and no metric shows a name, an address, a text of a request or a token", async () => {
  await using world = await openWorld();
  const { slack } = world;
  await using bot = await startBot(world, { INCYDR_CLIENT_SECRET: "another-secret" });
  await bot.app.started;
  await lookUp(world);
  await untilReadyz(bot, { failing: { incydr: "unauthorized" } });
  const metrics = await (await fetch(`http://127.0.0.1:${bot.app.opsPort}/metrics`)).text();
  expect(metrics).toMatch(/^incydr_requests_per_minute \d+$/m);
  const shown = `${(await bot.readyz()).text}${metrics}`;
  for (const secret of [
    "nadia",
    "maya",
    "harborlight",
    "127.0.0.1",
    "another-secret",
    slack.botToken,
    "C0AUDIT",
  ]) {
    expect(shown).not.toContain(secret);
  }
});
