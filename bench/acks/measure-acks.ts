import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { slashCommandPayload } from "../../sandbox/slack/payloads/slash-command-payload.ts";
import { createBotProcess } from "../../sandbox/supervisor/bot-process.ts";
import { freePorts } from "../../sandbox/supervisor/free-ports.ts";
import { atLeast, type Metric, median, percentile } from "../metric.ts";
import { openWorld } from "../open-world.ts";
import type { Round, RoundResult } from "./load-program.ts";

const COMMANDS = 600;
const CONNECTIONS = 8;
/** Of each app; the first round does not count. An odd number counts. */
const ROUNDS = 16;

/**
 * Measures the acked commands a second of the bot and of a bare Bolt app that acks and answers, in alternating rounds of
 * `/incydr help`. The bot, the bare app, the load and the sink of the answers have a process each. A round ends with its
 * last ack, and the next begins when every answer has come.
 */
export async function measureAcks(): Promise<Metric[]> {
  await using opened = new AsyncDisposableStack();
  const { sandbox } = opened.use(await openWorld({ requestsPerMinute: 6_000 }));
  await sandbox.bot.stop();
  const start = async (program: string, args: readonly string[]) => {
    const child = fork(join(import.meta.dirname, program), [...args]);
    opened.defer(() => end(child));
    return child;
  };
  const { env } = sandbox;
  const { SLACK_API_URL = "", SLACK_BOT_TOKEN = "", SLACK_SIGNING_SECRET = "" } = env;
  const sink = await start("answer-sink-program.ts", [new URL(SLACK_API_URL).origin]);
  const [sinkPort] = await once(sink, "message");
  const sinkOrigin = `http://127.0.0.1:${sinkPort}`;
  const apiUrl = `${sinkOrigin}${new URL(SLACK_API_URL).pathname}`;

  const [botPort, opsPort] = await freePorts();
  const dataDir = dirname(sandbox.botLog);
  const bot = opened.use(
    createBotProcess({
      env: { ...env, SLACK_API_URL: apiUrl, HTTP_PORT: String(botPort), OPS_PORT: String(opsPort) },
      cwd: dataDir,
      logFile: join(dataDir, "measured-bot.log"),
    }),
  );
  await bot.start();
  const [barePort] = await freePorts();
  const bare = await start("bare-app-program.ts", [
    `${barePort}`,
    SLACK_SIGNING_SECRET,
    SLACK_BOT_TOKEN,
    apiUrl,
  ]);
  await once(bare, "message");
  const load = await start("load-program.ts", []);

  const { workspace } = sandbox.slack;
  const fields = slashCommandPayload({
    ...{ workspace, token: "", command: "/incydr", text: "help", responseUrl: "", triggerId: "" },
    ...{ person: workspace.person("maya"), channel: workspace.channel("insider-risk-approvals") },
  });
  const round = async (port: number | undefined): Promise<RoundResult> => {
    const before = await answersOf(sink);
    const order: Round = {
      url: `http://127.0.0.1:${port}/slack/events`,
      fields,
      answersUrl: `${sinkOrigin}/answers`,
      signingSecret: SLACK_SIGNING_SECRET,
      commands: COMMANDS,
      connections: CONNECTIONS,
    };
    load.send(order);
    const [result] = await once(load, "message");
    while ((await answersOf(sink)) < before + COMMANDS) await delay(20);
    return result;
  };
  const rounds: { bot: RoundResult; bare: RoundResult }[] = [];
  for (let count = 0; count < ROUNDS; count += 1)
    rounds.push({ bot: await round(botPort), bare: await round(barePort) });
  return metricsOf(rounds.slice(1));
}

function metricsOf(rounds: readonly { bot: RoundResult; bare: RoundResult }[]): Metric[] {
  const perSecond = ({ ms }: RoundResult) => (COMMANDS * 1_000) / ms;
  const ratios = rounds.map(({ bot, bare }) => perSecond(bot) / perSecond(bare));
  const shown = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  const app = (name: string, results: readonly RoundResult[]): Metric[] => [
    {
      name: `acked commands a second, ${name}, median`,
      value: median(results.map(perSecond)),
      formula: results.map((each) => Math.round(perSecond(each))).join(" "),
      ...{ wanted: null, isMet: true },
    },
    {
      name: "… ack, p99 in ms",
      value: percentile(
        99,
        results.flatMap(({ ackMs }) => ackMs),
      ),
      formula: `${COMMANDS} commands a round, ${CONNECTIONS} at the same time`,
      ...{ wanted: null, isMet: true },
    },
  ];
  return [
    ...app(
      "bot",
      rounds.map(({ bot }) => bot),
    ),
    ...app(
      "bare Bolt app",
      rounds.map(({ bare }) => bare),
    ),
    atLeast(0.9, "acked commands, bot / bare Bolt app, median of the rounds", median(ratios), shown(ratios)),
  ];
}

async function answersOf(sink: ChildProcess): Promise<number> {
  sink.send("count");
  const [answers] = await once(sink, "message");
  return Number(answers);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
