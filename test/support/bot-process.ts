import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { guardLog } from "./leak-guard.ts";
import { machineEnvironment } from "./machine-environment.ts";
import type { World } from "./world.ts";

/** How wrong the clock of the bot's machine is. */
export interface WrongClock {
  readonly offMs: number;
  /** The change of the clock at SIGUSR2. */
  readonly jumpMs: number;
}

/** The bot as a separate process, which can be killed with a signal that it can't catch. */
export interface BotProcess extends AsyncDisposable {
  readonly pid: number;
  /** The port of its probes and metrics. */
  readonly opsPort: number;
  /** The lines of its output. */
  readonly log: readonly string[];
  /** Resolves when the process has ended: to its exit code, or to `null` if a signal ended it. */
  readonly exitCode: Promise<number | null>;
  /** Ends the process with SIGKILL and waits for its end; does nothing if it has ended. */
  kill9(): Promise<void>;
}

const ROOT = path.join(import.meta.dirname, "../..");
const portsLine = z.object({ msg: z.literal("listening"), port: z.number(), opsPort: z.number() });
type Ports = Pick<z.infer<typeof portsLine>, "port" | "opsPort">;

/**
 * Starts the bot between the simulators of a world made with `startBot: false`, and waits until Slack reaches it.
 * Disposing of it kills it. `wrongClock`: how wrong the machine's clock is for this process.
 * @throws with its output if it ends before it is ready
 */
export async function startBotProcess(world: World, wrongClock?: WrongClock): Promise<BotProcess> {
  const { slack, env } = world;
  // Runs the source, because the launcher would prefer a build that may be older. The folder has no `.env`.
  const preload = wrongClock ? ["--import", import.meta.resolve("./wrong-clock.ts")] : [];
  const child = spawn(process.execPath, [...preload, path.join(ROOT, "src/main.ts")], {
    cwd: import.meta.dirname,
    env: {
      ...machineEnvironment(),
      POLICIES_DIR: path.join(ROOT, "policies"),
      ...(wrongClock && {
        TEST_CLOCK_OFF_MS: String(wrongClock.offMs),
        TEST_CLOCK_JUMP_MS: String(wrongClock.jumpMs),
      }),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const exitCode = ended.then(([code]: (number | null)[]) => code ?? null);
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const listening = Promise.withResolvers<Ports>();
  const started = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    log.push(line);
    const ports = parsePorts(line);
    if (ports) listening.resolve(ports);
    if (line.includes('"msg":"started"')) started.resolve();
  });
  const early = ended.then(([code]) => {
    throw new Error(`The bot ended with exit code ${code} before it had started:\n${log.join("\n")}`);
  });

  const kill9 = async () => {
    child.kill("SIGKILL");
    await ended;
    guardLog(log);
  };
  let ports: Ports;
  try {
    ports = await Promise.race([listening.promise, early]);
    await Promise.race([started.promise, early]);
    if (slack.delivery === "http") slack.setRequestUrl(`http://127.0.0.1:${ports.port}/slack/events`);
    else await slack.connected();
  } catch (error) {
    await kill9();
    throw error;
  }
  early.catch(() => undefined);
  return { pid: child.pid ?? 0, opsPort: ports.opsPort, log, exitCode, kill9, [Symbol.asyncDispose]: kill9 };
}

/** The ports in the line `listening` of the log; `null` for any other line. */
function parsePorts(line: string): Ports | null {
  try {
    const { success, data } = portsLine.safeParse(JSON.parse(line));
    return success ? data : null;
  } catch {
    return null;
  }
}
