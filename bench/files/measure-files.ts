import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Metric } from "../metric.ts";
import { type BenchWorld, openWorld } from "../open-world.ts";
import { forgetPeak, memoryOf } from "./peak-memory.ts";
import { type HealthPoll, pollHealth } from "./poll-health.ts";

const APPROVALS = "insider-risk-approvals";
const MEGABYTE = 1_048_576;
const repeated = (unit: string, bytes = MEGABYTE) => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));

/** Hostile files, by a description of their content. */
const FILES: Readonly<Record<string, string>> = {
  '60,000 lines "a"b': '"a"b\n'.repeat(60_000),
  '9,999 lines "a"b, as many as are read': '"a"b\n'.repeat(9_999),
  "1 MB of letters, one a line": repeated("a\n"),
  "1 MB of quotes": repeated('"'),
  "1 MB of quotes, one a line": repeated('"\n'),
  "1 MB of NULs": repeated("\0"),
  "1 MB of emoji": repeated("😀"),
  "1 MB of emoji, 100 on each line": repeated(`${"😀".repeat(100)}\n`),
  "1 MB of one endless line": repeated("x"),
  "1 MB of commas and quotes on 9,999 lines": `${`${',"'.repeat(48)}\n`.repeat(9_999)}`,
};

/** Long enough for the work of the bot after its answer. */
const CALM_MS = 500;

/** Uploads each file as a bulk, while another person types commands. */
export async function measureFiles(): Promise<Metric[]> {
  await using world = await openWorld({ requestsPerMinute: 60_000 });
  const { bot, botUrl } = world.sandbox;
  await using poll = await pollHealth(`${botUrl}/healthz`);
  // A first upload that does not count opens connections, fills caches and compiles code.
  await handIn(world, "user\nnobody@harborlight.example\n");
  await lookUp(world);
  const idleSince = Date.now();
  await delay(2_000);
  const idleMs = poll.longestMs(idleSince);
  const metrics: Metric[] = [];
  for (const [name, content] of Object.entries(FILES))
    metrics.push(...(await measureFile(world, poll, { name, content, idleMs, pid: bot.pid ?? 0 })));
  return metrics;
}

async function measureFile(
  world: BenchWorld,
  poll: HealthPoll,
  file: { name: string; content: string; idleMs: number; pid: number },
): Promise<Metric[]> {
  const { name, content, idleMs, pid } = file;
  await delay(CALM_MS);
  await forgetPeak(pid);
  const before = await memoryOf(pid);
  const since = Date.now();
  const handing = handIn(world, content);
  const answers: number[] = [];
  let isAnswered = false;
  const looking = (async () => {
    while (!isAnswered) answers.push(await lookUp(world));
  })();
  const { told, tookMs } = await handing;
  isAnswered = true;
  await looking;
  await delay(CALM_MS);
  const after = await memoryOf(pid);
  const longestMs = poll.longestMs(since);
  const grownMb = before && after ? after.peakMb - before.nowMb : Number.NaN;
  return [
    atMost(5_000, `${name}: from sending the form to the answer, in ms`, tookMs, `answer: ${told}`),
    atMost(
      2_000,
      "… another person's command meanwhile, the slowest in ms",
      Math.max(...answers),
      `of ${answers.length} commands`,
    ),
    atMost(
      50 + idleMs,
      "… the longest answer of /healthz, in ms",
      longestMs,
      `asked every 10 ms; the longest of an idle bot was ${idleMs.toFixed(1)} ms`,
    ),
    ...(Number.isNaN(grownMb)
      ? []
      : [
          atMost(
            64,
            "… the peak of the bot's memory above what it had before, in MB",
            grownMb,
            `${after?.peakMb.toFixed(0)} MB - ${before?.nowMb.toFixed(0)} MB, for ${(content.length / MEGABYTE).toFixed(2)} MB`,
          ),
        ]),
  ];
}

/** Uploads a file; resolves to the bot's answer and its time. */
async function handIn(
  { sandbox: { slack } }: BenchWorld,
  content: string,
): Promise<{ told: string; tookMs: number }> {
  const maya = slack.as("maya");
  await maya.command("/incydr bulk deactivate", { in: APPROVALS });
  await maya.waitForModal(({ submit }) => submit === "Preview", { timeoutMs: 20_000 });
  await maya.fill({ File: { file: "leavers.csv", content } });
  const before = performance.now();
  await maya.submit();
  const modal = await maya.waitForModal(
    ({ submit, plain }) => submit !== "Preview" && !plain.includes("Reading these"),
    { timeoutMs: 60_000 },
  );
  const tookMs = performance.now() - before;
  await maya.close({ all: true });
  return { told: modal.plain.replaceAll(/\s+/g, " ").slice(0, 300).toWellFormed(), tookMs };
}

/** Looks a user up as another person; resolves to the time until the answer, in milliseconds. */
async function lookUp({ sandbox: { slack } }: BenchWorld): Promise<number> {
  const theo = slack.as("theo");
  const earlier = new Set(theo.sees(APPROVALS).map(({ ts }) => ts));
  const before = performance.now();
  await theo.command("/incydr user ann.karlsson@harborlight.example", { in: APPROVALS });
  await theo.waitForMessage(
    APPROVALS,
    ({ ts, ephemeral, plain }) => ephemeral && !earlier.has(ts) && plain !== "Looking up…",
    { timeoutMs: 60_000 },
  );
  const tookMs = performance.now() - before;
  await delay(20);
  return tookMs;
}
