import type { SlackPerson } from "../../sandbox/slack/driver.ts";
import { atMost, type Metric } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";

const APPROVALS = "insider-risk-approvals";
const REQUESTS_PER_MINUTE = 600;
/** The bot reads the account, its roles and its legal hold before the write, and the account and its roles after it. */
const REQUESTS_A_TARGET = { before: 3, write: 1, after: 2 };
/** About seven of ten simulated users are plain users. */
const USERS_A_TARGET = 1.6;
const BULK_TIMEOUT_MS = 1_800_000;

/**
 * Measures a bulk of deactivations from the second approving click to the last read-back. Compares it with the shortest
 * time that Incydr's rate limit allows.
 */
export async function measureBulk({ targets }: { targets: number }): Promise<Metric[]> {
  await using world = await openWorld({
    requestsPerMinute: REQUESTS_PER_MINUTE,
    incydrUsers: Math.ceil(targets * USERS_A_TARGET) + 320,
  });
  const { slack, incydr } = world.sandbox;
  // Incydr refuses faster requests, so that the bot can't gain time by exceeding the limit.
  incydr.control.setRateLimit({ requestsPerMinute: REQUESTS_PER_MINUTE });
  const readAtMs = Date.now();
  await askFor(slack.as("maya"), plainUsers(world).slice(-targets));
  const readMs = Date.now() - readAtMs;
  const readRequests = incydr.requestLog();

  const card = await slack.as("theo").waitForMessage(APPROVALS, /Pending/, { timeoutMs: 60_000 });
  await slack.as("theo").click("Approve", { message: card });
  await slack.as("priya").waitForMessage(APPROVALS, /1 of 2 given/, { timeoutMs: 60_000 });
  incydr.control.clearLogs();
  const clickedAtMs = Date.now();
  await slack.as("priya").click("Approve", { message: card });
  await slack.as("maya").waitForMessage("dm", /CR-1 finished/, { timeoutMs: BULK_TIMEOUT_MS });
  const tookMs = (await lastSettledAtMs(world)) - clickedAtMs;

  const requests = incydr.requestLog();
  const outcomes = await outcomesIn(world);
  const { before, write, after } = REQUESTS_A_TARGET;
  const allowedMs = (targets * (before + write + after) * 60_000) / REQUESTS_PER_MINUTE;
  const heldBack = requests.filter(({ status }) => status === 429).length;
  return [
    atMost(
      1.05,
      `a bulk of ${targets} deactivations / the time that ${REQUESTS_PER_MINUTE} requests a minute allow`,
      tookMs / allowedMs,
      `${seconds(tookMs)} from the click to the last read-back / (${targets} targets × (${before} reads + ${write} write + ${after} reads) / ${REQUESTS_PER_MINUTE} a minute = ${seconds(allowedMs)})`,
    ),
    reported("… requests a minute while it ran", perMinute(requests), "from the first to the last"),
    reported("… requests sent", requests.length, `for these outcomes: ${outcomes}`),
    atMost(0, "… requests that Incydr held back", heldBack, "answers 429"),
    reported(
      "… its dry run, in s",
      readMs / 1_000,
      `${readRequests.length} requests before the form could be shown`,
    ),
    reported("… requests a minute meanwhile", perMinute(readRequests), "from the first to the last"),
  ];
}

function perMinute(requests: readonly { readonly at: number }[]): number {
  const tookMs = (requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0);
  return ((requests.length - 1) / tookMs) * 60_000;
}

function reported(name: string, value: number, formula: string): Metric {
  return { name, value, formula, wanted: null, isMet: true };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

async function askFor(requester: SlackPerson, usernames: readonly string[]): Promise<void> {
  await requester.command("/incydr bulk deactivate", { in: APPROVALS });
  await requester.waitForModal(({ submit }) => submit === "Preview", { timeoutMs: 20_000 });
  await requester.fill({ File: { file: "leavers.csv", content: ["username", ...usernames].join("\n") } });
  await requester.submit();
  await requester.waitForModal(({ submit }) => submit === "Request approval", { timeoutMs: BULK_TIMEOUT_MS });
  await requester.fill({ Reason: "Measured" });
  await requester.submit();
}

async function outcomesIn({ db }: BenchWorld): Promise<string> {
  const { rows } = await db.query<{ state: string; count: number; why: string | null }>(
    "select state, count(*)::int as count, max(explanation) as why from targets group by state order by 2 desc",
  );
  return rows.map(({ state, count, why }) => `${count} ${state}${why ? ` (${why})` : ""}`).join(", ");
}

async function lastSettledAtMs({ db }: BenchWorld): Promise<number> {
  const { rows } = await db.query<{ at: Date }>("select max(settled_at) as at from targets");
  return rows[0]?.at.getTime() ?? Number.NaN;
}
