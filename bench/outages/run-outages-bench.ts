import { setTimeout as delay } from "node:timers/promises";
import { wrongAuditMessages } from "../chaos/check-invariants.ts";
import { runChaos } from "../chaos/run-chaos.ts";
import { atLeast, atMost, type Metric } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { runMeasures } from "../run-measures.ts";
import { untilQuiet } from "../until-quiet.ts";
import { askReadyz, describeReadyz, isReady, type ReadyzAnswer, untilReadyz } from "./readyz.ts";

/** How long `apps.connections.open` fails, in milliseconds. */
const SOCKET_OUTAGE_MS = 60_000;
/** The number of database connections to end under load. */
const ENDED_CONNECTIONS = 200;
/** How long the database is read-only, in milliseconds. */
const READ_ONLY_MS = 3_000;

/**
 * Makes the dependencies of a bot process fail, one after the other. Measures the time until `/readyz` shows the
 * outage, and the time until the bot works again after its end. Resolves to `false` if a metric misses its target.
 */
export function runOutagesBench(args: readonly string[]): Promise<boolean> {
  return runMeasures(
    {
      connections: measureConnections,
      failover: measureFailover,
      socket: measureSocket,
      secret: measureSecret,
      channel: measureChannel,
    },
    args,
  );
}

/** Ends connections at random moments while people request and approve changes and run a bulk. */
async function measureConnections(): Promise<Metric[]> {
  const answers: ReadyzAnswer[] = [];
  const { crashes, report } = await runChaos({
    onPhase: async (_phase, world) => void answers.push(await askReadyz(world)),
    kills: 0,
    endedConnections: ENDED_CONNECTIONS,
    seed: 4711,
    bulkTargets: 50,
  });
  const { requests, verified, temporaryRoles, givenUp, resent, ...faults } = report;
  const wrong = Object.entries(faults).flatMap(([name, found]) => found.map((each) => `${name}: ${each}`));
  const formula = `${ENDED_CONNECTIONS} connections ended; ${requests} requests, ${verified} users changed, ${temporaryRoles} temporary roles, ${resent} writes sent again without effect, ${givenUp} given up`;
  return [
    atMost(
      0,
      "requests lost, unfinished or repeated, and messages wrong",
      wrong.length,
      wrong.join("; ") || formula,
    ),
    ...reportedMetrics("ended connections", ...answers),
    atMost(0, "ends of the bot's process", crashes.length, crashes.join("; ") || "it has the same pid"),
  ];
}

/** Makes new sessions of the database read-only for a while. These sessions stay read-only until they end. */
async function measureFailover(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 6000 });
  const before = await untilReadyz(world, isReady);
  const { pid } = world.sandbox.bot;
  const database = new URL(world.sandbox.env.DATABASE_URL ?? "").pathname.slice(1);
  await world.db.query(`alter database "${database}" set default_transaction_read_only = on`);
  await endSessions(world);
  const during = await untilReadyz(world, (answer) => answer.failing.database === "read_only");
  await delay(READ_ONLY_MS);
  const admin = await world.db.connect();
  await admin.query("set default_transaction_read_only = off");
  await admin.query(`alter database "${database}" reset default_transaction_read_only`);
  admin.release(true);
  const endedAtMs = performance.now();
  await untilAnswered(world);
  const worksAfter = (performance.now() - endedAtMs) / 1000;
  const after = await untilReadyz(world, isReady);
  return [
    ...reportedMetrics("failover", before.answer, during.answer, after.answer),
    atMost(
      5,
      "seconds until a request can be made again after a read-only window",
      worksAfter,
      "from its end",
    ),
    atMost(0, "times that the bot's process was replaced", world.sandbox.bot.pid === pid ? 0 : 1, "its pid"),
  ];
}

/** Cuts all Socket Mode connections, and lets `apps.connections.open` fail for a minute. */
async function measureSocket(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 6000, delivery: "socket" });
  const { slack, bot } = world.sandbox;
  const before = await untilReadyz(world, isReady);
  const { pid } = bot;
  const metrics: Metric[] = [];
  const faults = [
    { name: "HTTP 503", fault: { kind: "http_error", status: 503 } },
    { name: "dropped connections", fault: { kind: "drop" } },
    { name: "no answer", fault: { kind: "hang" } },
    { name: "HTTP 429", fault: { kind: "rate_limited", retryAfterSeconds: 3 } },
  ] as const;
  for (const { name, fault } of faults) {
    const handle = slack.faults.add({ ...fault, method: "apps.connections.open" });
    slack.socket.drop();
    const during = await untilReadyz(world, ({ failing }) => failing.slack !== undefined);
    await delay(SOCKET_OUTAGE_MS);
    handle.release();
    const { seconds, answer } = await untilReadyz(world, isReady);
    metrics.push(
      ...reportedMetrics(`a minute of ${name}`, before.answer, during.answer, answer),
      atMost(
        15,
        `seconds until it is connected again after a minute of ${name}`,
        seconds,
        "from the fault's end",
      ),
    );
  }
  await untilAnswered(world);
  return [
    ...metrics,
    atMost(0, "times that the bot's process was replaced", bot.pid === pid ? 0 : 1, "its pid"),
  ];
}

/** Changes the secret of the API client in Incydr, and later changes it back. */
async function measureSecret(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 6000 });
  const { incydr, slack } = world.sandbox;
  const before = await untilReadyz(world, isReady);
  incydr.control.changeClientSecret("another-secret");
  await slack.as("maya").command(`/incydr user ${plainUsers(world)[0]}`, { in: "insider-risk-approvals" });
  const during = await untilReadyz(world, ({ failing }) => failing.incydr === "unauthorized");
  const traffic = await askReadyz(world, "traffic");
  incydr.control.changeClientSecret(incydr.clientSecret);
  const { seconds, answer } = await untilReadyz(world, isReady);
  return [
    ...reportedMetrics("another secret", before.answer, during.answer, answer),
    atMost(5, "seconds until /readyz says that Incydr refuses the client", during.seconds, "from a look-up"),
    atMost(15, "seconds until it is ready again", seconds, "from the return of the secret"),
    atLeast(200, "status of /readyz?scope=traffic meanwhile", traffic.status, "shared by all replicas"),
  ];
}

/** Archives the audit channel while people work, and unarchives it. */
async function measureChannel(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 6000 });
  const { slack } = world.sandbox;
  const before = await untilReadyz(world, isReady);
  await slack.admin.archive("insider-risk-audit");
  for (const username of plainUsers(world).slice(0, 20)) {
    await slack.as("maya").command(`/incydr user ${username}`, { in: "insider-risk-approvals" });
  }
  const during = await untilReadyz(
    world,
    ({ failing }) => failing.audit_channel === "is_archived" && failing.audit_delivery !== undefined,
  );
  const traffic = await askReadyz(world, "traffic");
  await slack.admin.unarchive("insider-risk-audit");
  const { seconds, answer } = await untilReadyz(world, isReady);
  await untilQuiet(world.db, 120_000);
  const wrong = await wrongAuditMessages(world);
  return [
    ...reportedMetrics("an archived audit channel", before.answer, during.answer, answer),
    atMost(35, "seconds until /readyz says so", during.seconds, "from the archiving"),
    atMost(75, "seconds until it is ready again", seconds, "from the opening"),
    atMost(
      0,
      "audit entries that are missing, double or out of order",
      wrong.length,
      wrong.join("; ") || "all told",
    ),
    atLeast(200, "status of /readyz?scope=traffic meanwhile", traffic.status, "shared by all replicas"),
  ];
}

/** Ends all sessions except the sessions of this program. */
async function endSessions({ db }: BenchWorld): Promise<void> {
  const admin = await db.connect();
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  admin.release();
}

/** Repeats a request for a change until its form opens. */
async function untilAnswered(world: BenchWorld): Promise<void> {
  const maya = world.sandbox.slack.as("maya");
  const [username] = plainUsers(world);
  for (;;) {
    await maya.command(`/incydr deactivate ${username}`, { in: "insider-risk-approvals" });
    const form = maya.waitForModal(({ submit }) => Boolean(submit), { timeoutMs: 2_000 });
    const modal = await form.catch(() => null);
    if (modal) return void (await maya.close({ all: true }));
    if (maya.modal()) await maya.close({ all: true });
  }
}

function reportedMetrics(
  name: string,
  ...answers: readonly Parameters<typeof describeReadyz>[0][]
): Metric[] {
  const [before, during, after] = answers.map(describeReadyz);
  const formula = `before ${before}; during ${during}; after ${after}`;
  return [{ name: `/readyz of ${name}`, value: answers[1]?.status ?? 0, formula, wanted: null, isMet: true }];
}
