import { setTimeout as delay } from "node:timers/promises";
import { countRounds } from "../../sandbox/incydr/http/request-rounds.ts";
import type { IncydrSimulator } from "../../sandbox/incydr/incydr-simulator.ts";
import type { Message } from "../../sandbox/slack/driver.ts";
import { atMost, type Metric, median, percentile } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { plainUsers } from "../plain-users.ts";
import { untilQuiet } from "../until-quiet.ts";

const APPROVALS = "insider-risk-approvals";
const TIMEOUT_MS = 60_000;

/** The steps for which a person waits, in their order. */
const STEPS = [
  "look-up to answer",
  "form to open",
  "form to card",
  "approving click to write",
  "approving click to verified card",
  "emergency submit to write",
] as const;
type Step = (typeof STEPS)[number];

/** The most milliseconds, and requests, of a step at 150 ms and 300 requests a minute. */
const WANTED: Partial<Record<Step, { readonly ms: number; readonly requests?: number }>> = {
  "look-up to answer": { ms: 500 },
  "approving click to write": { ms: 500, requests: 6 },
  "approving click to verified card": { ms: 900 },
};

type SentRequest = ReturnType<IncydrSimulator["requestLog"]>[number];

/** One repetition of a step. */
interface Taken {
  readonly ms: number;
  /** The requests to Incydr, in the order of their arrival. */
  readonly requests: readonly SentRequest[];
  /** The calls of Slack's Web API in their order. */
  readonly slackCalls: readonly string[];
}

export interface PeopleOptions {
  /** How long Incydr takes for each answer. */
  readonly latencyMs: number;
  readonly times: number;
  /** The pause before each step. */
  readonly idleMs: number;
  readonly requestsPerMinute: number;
  /** Whether the bot reads its directory of users meanwhile. */
  readonly directoryRefresh: boolean;
}

/** Measures each step `times` times in one world, after one repetition that does not count. */
export async function measurePeople(options: PeopleOptions): Promise<Metric[]> {
  const { latencyMs, times, requestsPerMinute, directoryRefresh } = options;
  await using world = await openWorld({
    ...{ requestsPerMinute, directoryRefresh, incydrUsers: 320 + 4 * times },
  });
  const { control } = world.sandbox.incydr;
  control.addFault({ kind: "latency", ms: latencyMs });
  // A username that begins another one takes further requests.
  const subjects = plainUsers(world)
    .filter((username) => !username.startsWith("ann"))
    .slice(-2 * (times + 1));
  const taken = new Map<Step, Taken[]>(STEPS.map((step) => [step, []]));
  for (let time = 0; time <= times; time += 1) {
    const [subject = "", inEmergency = ""] = subjects.splice(0, 2);
    for await (const [step, each] of workDay(world, { subject, inEmergency, idleMs: options.idleMs }))
      if (time > 0) taken.get(step)?.push(each);
  }
  return [
    ...[...taken].flatMap(([step, each]) => metricsOf(step, each, options)),
    ...(await directoryMetrics(world)),
  ];
}

/** How many users, and how many users' roles, the bot has read into its directory. */
async function directoryMetrics({ db, sandbox: { incydr } }: BenchWorld): Promise<Metric[]> {
  const { rows } = await db.query<{ users: number; with_roles: number }>(
    "select count(*)::int as users, count(roles_read_at)::int as with_roles from directory_users",
  );
  const [read = { users: 0, with_roles: 0 }] = rows;
  const of = `of ${incydr.tenant.users.length} users, meanwhile, in background priority`;
  return [
    metric("users in the directory at the end", read.users, of),
    metric("… with their roles", read.with_roles, of),
  ];
}

async function* workDay(
  world: BenchWorld,
  { subject, inEmergency, idleMs }: { subject: string; inEmergency: string; idleMs: number },
): AsyncGenerator<[Step, Taken]> {
  const { slack, incydr } = world.sandbox;
  const [maya, theo, jonas] = [slack.as("maya"), slack.as("theo"), slack.as("jonas")];
  const timeout = { timeoutMs: TIMEOUT_MS };
  let begunAt = 0;
  let slackCalls = 0;
  const begin = async () => {
    if (!(await untilQuiet(world.db))) throw new Error("The bot does not come to rest.");
    await delay(idleMs);
    incydr.control.clearLogs();
    slackCalls = slack.apiCalls.length;
    begunAt = Date.now();
  };
  const taken = (endedAt: number): Taken => ({
    ms: endedAt - begunAt,
    requests: incydr.requestLog().filter(({ at, method }) => at < endedAt || method !== "GET"),
    slackCalls: slack.apiCalls
      .slice(slackCalls)
      .filter(({ at }) => at <= endedAt)
      .map(({ method }) => method),
  });
  /** The step until the write arrives; the requests include it. */
  const untilWrite = async (): Promise<Taken> => {
    const deadline = Date.now() + TIMEOUT_MS;
    const isWrite = ({ route, method }: SentRequest) => method !== "GET" && route !== "/v1/oauth";
    for (;;) {
      const write = incydr.requestLog().find(isWrite);
      if (write) return taken(write.at);
      if (Date.now() > deadline) throw new Error("Nothing was written.");
      await delay(1);
    }
  };
  const cardOf = (username: string, shows: RegExp) =>
    theo.waitForMessage(
      APPROVALS,
      ({ plain, threadTs }) => !threadTs && plain.includes(username) && shows.test(plain),
      timeout,
    );
  await begin();
  const answered = maya.waitForMessage(
    APPROVALS,
    ({ ephemeral, plain }: Message) => ephemeral && plain.includes(`Username ${subject}`),
    timeout,
  );
  await maya.command(`/incydr user ${subject}`, { in: APPROVALS });
  await answered;
  yield ["look-up to answer", taken(Date.now())];

  await begin();
  const opened = maya.waitForModal(({ submit }) => submit === "Request approval", timeout);
  await maya.command(`/incydr deactivate ${subject}`, { in: APPROVALS });
  await opened;
  yield ["form to open", taken(Date.now())];

  await maya.fill({ Reason: "Measured" });
  await begin();
  const submitting = maya.submit();
  const card = await cardOf(subject, /Pending/);
  yield ["form to card", taken(Date.now())];
  await submitting;

  await begin();
  const verified = cardOf(subject, /Verified/i).then(() => Date.now());
  const clicking = theo.click("Approve", { message: card });
  yield ["approving click to write", await untilWrite()];
  yield ["approving click to verified card", taken(await verified)];
  await clicking;

  await jonas.command(`/incydr emergency ${inEmergency}`, { in: APPROVALS });
  await jonas.waitForModal(({ submit }) => submit !== undefined, timeout);
  await jonas.fill({ Reason: "Measured" });
  await begin();
  const submittingEmergency = jonas.submit();
  yield ["emergency submit to write", await untilWrite()];
  await submittingEmergency;
  const emergency = await cardOf(inEmergency, /ratif/i);
  await theo.click("Ratify", { message: emergency });
  await cardOf(inEmergency, /Ratified/);
}

function metricsOf(step: Step, each: readonly Taken[], options: PeopleOptions): Metric[] {
  const { latencyMs, requestsPerMinute } = options;
  const times = each.map(({ ms }) => ms);
  const counts = each.map(({ requests }) => requests.length);
  const rounds = each.map(({ requests }) => countRounds(requests));
  const last = each.at(-1);
  const name = `${step}, ${latencyMs} ms, ${requestsPerMinute} a minute`;
  const wanted = latencyMs === 150 && requestsPerMinute === 300 ? WANTED[step] : undefined;
  const inMs = `ms: ${times.join(" ")}; p95 ${percentile(95, times)}`;
  const inOrder = last ? describeRequests(last.requests) : "";
  return [
    metric(`${name}, p50 in ms`, median(times), inMs, wanted?.ms),
    // The write itself does not count.
    metric(
      "… requests",
      median(counts),
      `of each: ${counts.join(" ")}; the last: ${inOrder}`,
      wanted?.requests && wanted.requests + 1,
    ),
    metric("… rounds", median(rounds), `the longest chain of requests, of each: ${rounds.join(" ")}`),
    metric("… calls of Slack", last?.slackCalls.length ?? 0, `of the last: ${last?.slackCalls.join(", ")}`),
  ];
}

function metric(name: string, value: number, formula: string, most?: number): Metric {
  return most === undefined
    ? { name, value, formula, wanted: null, isMet: true }
    : atMost(most, name, value, formula);
}

/** Method and route of each, with the milliseconds of its arrival and of its answer after the first arrival. */
function describeRequests(requests: readonly SentRequest[]): string {
  const firstAt = requests[0]?.at ?? 0;
  return requests
    .map(({ method, route, query, at, answeredAt }) => {
      const username = /username=([^&]*)/.exec(query)?.[1];
      const about = username ? ` ${decodeURIComponent(username)}` : "";
      return `${method} ${route}${about} ${at - firstAt}–${answeredAt === null ? "" : answeredAt - firstAt}`;
    })
    .join("; ");
}
