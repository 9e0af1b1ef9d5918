import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { machineEnvironment } from "./machine-environment.ts";
import { netLog } from "./secret-net.ts";
import type { World } from "./world.ts";

/** The bot as a process of its own, which can be killed as nothing in it can catch. */
export interface BotProcess extends AsyncDisposable {
  readonly pid: number;
  /** Everything it wrote, a line each. */
  readonly log: readonly string[];
  /** Ends it with SIGKILL and waits for its end; does nothing to one that has ended. */
  kill9(): Promise<void>;
}

const ROOT = path.join(import.meta.dirname, "../..");
const readyLine = z.object({ msg: z.literal("ready"), port: z.number() });

/**
 * Starts the bot between the simulators of a world made with `startBot: false`, and waits until Slack
 * reaches it. Disposing of it kills it.
 * @throws with what it wrote when it ends before it is ready.
 */
export async function startBotProcess(world: World): Promise<BotProcess> {
  const { slack, env } = world;
  // The source and not the launcher, which would prefer a build that may be older. A folder without `.env`.
  const child = spawn(process.execPath, [path.join(ROOT, "src/main.ts")], {
    cwd: import.meta.dirname,
    env: { ...machineEnvironment(), POLICIES_DIR: path.join(ROOT, "policies"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const port = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      log.push(line);
      const ready = parseReady(line);
      if (ready !== null) resolve(ready);
    });
    ended.then(() => reject(new Error(`The bot ended before it was ready:\n${log.join("\n")}`)), reject);
  });

  const kill9 = async () => {
    child.kill("SIGKILL");
    await ended;
    netLog(log);
  };
  try {
    const listening = await port;
    if (slack.delivery === "http") slack.setRequestUrl(`http://127.0.0.1:${listening}/slack/events`);
    else await slack.connected();
  } catch (error) {
    await kill9();
    throw error;
  }
  return { pid: child.pid ?? 0, log, kill9, [Symbol.asyncDispose]: kill9 };
}

/** The port that the log's line `ready` tells; `null` for any other line. */
function parseReady(line: string): number | null {
  try {
    const { success, data } = readyLine.safeParse(JSON.parse(line));
    return success ? data.port : null;
  } catch {
    return null;
  }
}
