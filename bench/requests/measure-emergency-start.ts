import { atLeast, atMost, type Metric, percentile } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { startSecondBot } from "../second-bot.ts";
import { untilQuiet } from "../until-quiet.ts";

const APPROVALS = "insider-risk-approvals";
const REQUESTS_PER_MINUTE = 60_000;
const TIMEOUT_MS = 600_000;
/** Emergencies at each replica while the bulk runs. */
const EMERGENCIES = 6;

/**
 * Runs a bulk of deactivations on one replica. Meanwhile, makes emergencies on the same replica and on another one, and
 * measures how long their jobs wait in the queue.
 */
export async function measureEmergencyStart({ targets }: { targets: number }): Promise<Metric[]> {
  await using world = await openWorld({
    requestsPerMinute: REQUESTS_PER_MINUTE,
    incydrUsers: Math.ceil(targets * 1.7) + 360,
  });
  await using second = await startSecondBot(world);
  const { slack, botUrl } = world.sandbox;
  const first = `${botUrl}/slack/events`;
  slack.setRequestUrl(first);
  const users = plainUsers(world);
  await startBulk(world, users.slice(-targets));
  const subjects = users.slice(0, 2 * EMERGENCIES);
  const at = new Map<string, "same" | "other">();
  for (const [index, username] of subjects.entries()) {
    const replica = index % 2 === 0 ? "same" : "other";
    slack.setRequestUrl(replica === "same" ? first : second.requestUrl);
    at.set(username, replica);
    await makeEmergency(world, username);
  }
  slack.setRequestUrl(first);
  const settledMeanwhile = await settledOf(world);
  await slack.as("maya").waitForMessage("dm", /CR-1/, { timeoutMs: TIMEOUT_MS });
  await untilQuiet(world.db, TIMEOUT_MS);
  const waits = await waitsOf(world);
  const of = (replica: "same" | "other") =>
    waits.filter(({ username }) => at.get(username) === replica).map(({ waitedMs }) => waitedMs);
  return [
    atLeast(
      1,
      "targets of the bulk that were left when the last emergency was made",
      targets - settledMeanwhile,
      `${settledMeanwhile} of ${targets} were settled`,
    ),
    ...(["same", "other"] as const).map((replica) =>
      atMost(
        200,
        `an emergency made at the ${replica} replica, longest wait of its job in ms`,
        Math.max(...of(replica)),
        `waits of ${of(replica).map(Math.round).join(" ")} ms; median ${Math.round(percentile(50, of(replica)))}`,
      ),
    ),
  ];
}

async function startBulk({ sandbox: { slack } }: BenchWorld, usernames: readonly string[]): Promise<void> {
  const requester = slack.as("maya");
  await requester.command("/incydr bulk deactivate", { in: APPROVALS });
  await requester.waitForModal(({ submit }) => submit === "Preview", { timeoutMs: 20_000 });
  await requester.fill({ File: { file: "leavers.csv", content: ["username", ...usernames].join("\n") } });
  await requester.submit();
  await requester.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: TIMEOUT_MS });
  await requester.fill({ Reason: "Measured" });
  await requester.submit();
  const card = await slack.as("theo").waitForMessage(APPROVALS, /Pending/, { timeoutMs: 60_000 });
  await slack.as("theo").click("Approve", { message: card });
  await slack.as("priya").waitForMessage(APPROVALS, /1 of 2 given/, { timeoutMs: 60_000 });
  await slack.as("priya").click("Approve", { message: card });
}

/** Jonas makes an emergency, and Theo ratifies it. */
async function makeEmergency({ sandbox: { slack } }: BenchWorld, username: string): Promise<void> {
  const [jonas, theo] = [slack.as("jonas"), slack.as("theo")];
  await jonas.command(`/incydr emergency ${username}`, { in: APPROVALS });
  await jonas.waitForModal(({ submit }) => submit !== undefined, { timeoutMs: 60_000 });
  await jonas.fill({ Reason: "Measured" });
  await jonas.submit();
  const card = await theo.waitForMessage(
    APPROVALS,
    ({ plain, threadTs }) => !threadTs && plain.includes(username) && /ratif/i.test(plain),
    { timeoutMs: 60_000 },
  );
  await theo.click("Ratify", { message: card });
  await theo.waitForMessage(
    APPROVALS,
    ({ plain, threadTs }) => !threadTs && plain.includes(username) && plain.includes("Ratified"),
    { timeoutMs: 60_000 },
  );
}

async function settledOf({ db }: BenchWorld): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int as count from targets where request_id = 1 and settled_at is not null",
  );
  return rows[0]?.count ?? 0;
}

/** How long the job of each emergency waited until a replica started it. */
async function waitsOf({ db }: BenchWorld): Promise<{ username: string; waitedMs: number }[]> {
  const { rows } = await db.query<{ username: string; waitedMs: number }>(
    `select t.username, extract(epoch from j.started_on - j.created_on)::float8 * 1000 as "waitedMs"
     from pgboss.job j join targets t on t.request_id = (j.data ->> 'requestId')::bigint
     where j.name = 'execute_emergency' order by j.created_on`,
  );
  return rows;
}
