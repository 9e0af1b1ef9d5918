import { dirname, join } from "node:path";
import { createBotProcess } from "../sandbox/supervisor/bot-process.ts";
import { freePorts } from "../sandbox/supervisor/free-ports.ts";
import type { BenchWorld } from "./open-world.ts";

/** Another replica of the bot, on the same database and between the same simulators. */
export async function startSecondBot({ sandbox }: BenchWorld) {
  const [port, opsPort] = await freePorts();
  const { botLog, env } = sandbox;
  const dataDir = dirname(botLog);
  const bot = createBotProcess({
    env: { ...env, HTTP_PORT: String(port), OPS_PORT: String(opsPort) },
    cwd: dataDir,
    logFile: join(dataDir, "second-bot.log"),
  });
  await bot.start();
  return {
    requestUrl: `http://127.0.0.1:${port}/slack/events`,
    [Symbol.asyncDispose]: () => bot[Symbol.asyncDispose](),
  };
}
