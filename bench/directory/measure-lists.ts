import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Metric, median, percentile } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";

const APPROVALS = "insider-risk-approvals";
const TIMEOUT_MS = 60_000;
/** The bot reads the whole directory at this rate before the measurement, so that it does not take hours. */
const REQUESTS_PER_MINUTE = 60_000;
const MOST_READING_MS = 900_000;
const TIMES = 21;

/** The lists for which a person waits at most a second. */
const FILTERS = [
  "",
  "an",
  "--inactive",
  "--active --org Sales",
  "--role Alert Emails",
  "an --active --unblocked --org Sales --role Desktop User",
] as const;

/** Fills the directory from the simulated Incydr, then asks for each list several times. */
export async function measureLists({ users }: { readonly users: number }): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: REQUESTS_PER_MINUTE, incydrUsers: users });
  const memoryBefore = await memoryOf(world);
  const readingMs = await untilRead(world);
  const metrics: Metric[] = [
    plainMetric(
      "reading all users and their roles, in s",
      readingMs / 1_000,
      `at ${REQUESTS_PER_MINUTE} a minute`,
    ),
  ];
  for (const filter of FILTERS) {
    const { times, title } = await askFor(world, filter);
    const name = `/incydr users ${filter}`.trim();
    metrics.push(
      atMost(1_000, `${name}, p95 in ms`, percentile(95, times), `p50 ${median(times)}; ${title}`),
    );
  }
  const memory = await memoryOf(world);
  metrics.push(
    plainMetric("memory of the bot's process, in MB", memory, `resident; ${memoryBefore} before the reading`),
    ...(await tableMetrics(world)),
  );
  return metrics;
}

async function untilRead({ db, sandbox: { incydr } }: BenchWorld): Promise<number> {
  const begunAt = Date.now();
  const wanted = incydr.tenant.users.length;
  for (;;) {
    const { rows } = await db.query<{ read: number }>(
      "select count(roles_read_at)::int as read from directory_users",
    );
    const read = rows[0]?.read ?? 0;
    if (read >= wanted) return Date.now() - begunAt;
    if (Date.now() - begunAt > MOST_READING_MS)
      throw new Error(`The bot has read the roles of ${read} of ${wanted} users.`);
    await delay(500);
  }
}

async function askFor(
  { sandbox: { slack } }: BenchWorld,
  filter: string,
): Promise<{ readonly times: readonly number[]; readonly title: string }> {
  const maya = slack.as("maya");
  const times: number[] = [];
  let title = "";
  for (let time = 0; time <= TIMES; time += 1) {
    const earlier = new Set(maya.sees(APPROVALS).map(({ ts }) => ts));
    const begunAt = Date.now();
    const answered = maya.waitForMessage(
      APPROVALS,
      ({ ts, ephemeral, plain }) => ephemeral && !earlier.has(ts) && !plain.startsWith("Looking up"),
      { timeoutMs: TIMEOUT_MS },
    );
    await maya.command(`/incydr users ${filter}`.trim(), { in: APPROVALS });
    const { plain } = await answered;
    // The first list warms up the database.
    if (time > 0) times.push(Date.now() - begunAt);
    title = plain.split("\n", 1)[0] ?? "";
  }
  return { times, title };
}

/** The resident memory of the bot's process in MB. */
async function memoryOf({ sandbox: { bot } }: BenchWorld): Promise<number> {
  const status = await readFile(`/proc/${bot.pid}/status`, "utf8");
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1_024);
}

async function tableMetrics({ db }: BenchWorld): Promise<Metric[]> {
  const { rows } = await db.query<{ name: string; rows: number; kb: number }>(
    `select relname as name, n_live_tup::int as rows, (pg_total_relation_size(relid) / 1024)::int as kb
     from pg_stat_user_tables where relname like 'directory\\_%' order by relname`,
  );
  return rows.map(({ name, rows: count, kb }) =>
    plainMetric(`${name} with its indexes, in kB`, kb, `about ${count} rows`),
  );
}

function plainMetric(name: string, value: number, formula: string): Metric {
  return { name, value, formula, wanted: null, isMet: true };
}
